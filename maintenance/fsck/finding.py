"""What a check finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dndimages.plural import counted


class Kind(StrEnum):
    MISSING_PICTURE = "missing_picture"
    DAMAGED_PICTURE = "damaged_picture"
    MISSING_PART = "missing_part"  # a thumbnail or a narrower file
    DAMAGED_PART = "damaged_part"
    NO_ROW = "no_row"
    STALE_JOB = "stale_job"
    SPOOL_OF_DONE_JOB = "spool_of_done_job"
    SPOOL_OF_NO_JOB = "spool_of_no_job"
    SPOOL_UNUSED = "spool_unused"
    UNFINISHED_RESTORE = "unfinished_restore"


@dataclass(frozen=True)
class Meaning:
    """``one`` and ``many`` of what, ``rest`` of the sentence, and ``todo``: what helps, or what
    `--repair` does about it. ``left``: what helps where a repair could not."""

    one: str
    many: str
    rest: str
    todo: str
    left: str = ""

    def says(self, number: int) -> str:
        return " ".join(part for part in (counted(number, self.one, self.many), self.rest) if part)


_FETCHED = "--repair takes it from the newest backup that has it"
_LOST = "no backup here has it: bring one that has into BACKUP_DIR and repair again, or move the picture to the trash"
_PART = ("thumbnail or narrower file", "thumbnails or narrower files")
MEANING = {
    Kind.MISSING_PICTURE: Meaning("picture", "pictures", "whose file is missing", _FETCHED, _LOST),
    Kind.DAMAGED_PICTURE: Meaning(
        "picture", "pictures", "whose file is damaged", f"{_FETCHED}, else puts it into quarantine", _LOST
    ),
    Kind.MISSING_PART: Meaning(*_PART, "missing", "--repair makes it again"),
    Kind.DAMAGED_PART: Meaning(*_PART, "damaged", "--repair makes it again"),
    Kind.NO_ROW: Meaning("file", "files", "of no picture", "--repair puts it into quarantine"),
    Kind.STALE_JOB: Meaning(
        "job", "jobs", "without anybody at work on it", "is the worker running? --repair ends or queues it"
    ),
    Kind.SPOOL_OF_DONE_JOB: Meaning(
        "spooled answer", "spooled answers", "of a picture that is made", "--repair clears it away"
    ),
    Kind.SPOOL_OF_NO_JOB: Meaning(
        "spooled answer", "spooled answers", "of no known job", "--repair puts it into quarantine"
    ),
    Kind.SPOOL_UNUSED: Meaning(
        "spooled answer", "spooled answers", "paid for and never used", "look into the spool folder"
    ),
    Kind.UNFINISHED_RESTORE: Meaning(
        "interrupted restore", "interrupted restores", "", "manage.py restore --resume ends it"
    ),
}
#: Of these a person wants to know which.
LOSSES = (Kind.MISSING_PICTURE, Kind.DAMAGED_PICTURE)


@dataclass(kw_only=True)
class Finding:
    """``name``: a file's name in its storage, or a job's id. ``token``: of the picture's files, if any.
    ``aside``: where in quarantine a repair put it."""

    kind: Kind
    name: str
    token: str = ""
    images: Sequence[int] = ()
    repaired: bool = field(default=False)
    aside: str = ""
