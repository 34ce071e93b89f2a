"""Which pictures a curator goes through, read from the address and written into links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from gallery.models import Source, SubjectType

LONGEST = {"tag": 50, "subject": 200, "campaign": 100}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Empty means: any. ``pairs`` goes through subjects instead, to compare their pictures."""

    subject_type: str = ""
    source: str = ""
    tag: str = ""
    subject: str = ""
    campaign: str = ""
    unrated: bool = False
    oldest: bool = False
    pairs: bool = False

    @property
    def any_set(self) -> bool:
        """Whether it leaves pictures out."""
        return any((self.subject_type, self.source, self.tag, self.subject, self.campaign, self.unrated))

    def query(self, **more: int | str) -> str:
        """As the query of an address, without its question mark: what is not set is left out."""
        own = {
            "type": self.subject_type,
            "source": self.source,
            "tag": self.tag,
            "subject": self.subject,
            "campaign": self.campaign,
            "unrated": "1" if self.unrated else "",
            "order": "oldest" if self.oldest else "",
            "mode": "compare" if self.pairs else "",
        }
        return urlencode({name: value for name, value in (own | more).items() if value not in ("", None)})


def read(given: QueryDict) -> tuple[Filters, list[str]]:
    """The filters of an address, and a sentence for each that means nothing and was left out."""
    problems: list[str] = []

    def one_of(name: str, known: list[str]) -> str:
        return _kept(name, given.get(name, ""), lambda text: text in known, problems)

    def words(name: str) -> str:
        text = given.get(name, "").strip()
        return _kept(name, text, lambda text: len(text) <= LONGEST[name] and "\x00" not in text, problems)

    filters = Filters(
        subject_type=one_of("type", SubjectType.values),
        source=one_of("source", Source.values),
        tag=words("tag"),
        subject=words("subject"),
        campaign=words("campaign"),
        unrated=one_of("unrated", ["1"]) == "1",
        oldest=one_of("order", ["newest", "oldest"]) == "oldest",
        pairs=one_of("mode", ["single", "compare"]) == "compare",
    )
    return filters, problems


def _kept(name: str, text: str, is_good: Callable[[str], bool], problems: list[str]) -> str:
    if not text or is_good(text):
        return text
    problems.append(f"The filter “{name}” had a value that means nothing, so it was left out.")
    return ""


def read_id(given: QueryDict, name: str) -> int | None:
    """A picture's number in the address; None for anything else."""
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) <= 18 else None
