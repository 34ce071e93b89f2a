"""docs/operations.md: each command in it exists and takes its options; each link leads somewhere."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandError

from dndimages.tests.service import ROOT

RUNBOOK = ROOT / "docs" / "operations.md"
TEXT = RUNBOOK.read_text()
CODE = re.findall(r"^    (.*manage\.py .*)$", TEXT, re.MULTILINE)
INLINE = re.findall(r"`([^`\n]*manage\.py [^`\n]*)`", TEXT)


def commands(line: str) -> list[list[str]]:
    """The words after each ``manage.py`` of a line of shell."""
    found = re.findall(r"manage\.py ([^|&;>#]*)", line)
    return [shlex.split(re.sub(r"\s?\[.*?\]", "", words)) for words in found]


LINES = sorted({" ".join(words) for line in CODE + INLINE for words in commands(line) if words})


@pytest.mark.parametrize("line", LINES)
def test_each_command_exists_and_takes_these_options(line: str) -> None:
    name, *arguments = line.split()
    assert name in get_commands(), f"there is no manage.py {name}"
    command = load_command_class(get_commands()[name], name)
    try:
        command.create_parser("manage.py", name).parse_args(arguments)
    except (CommandError, argparse.ArgumentError) as error:
        pytest.fail(f"manage.py {line}: {error}")


def test_the_page_has_commands_to_look_at() -> None:
    assert {"backup", "restore", "cleanup", "fsck", "doctor", "dumpdata", "loaddata"} <= {
        line.split()[0] for line in LINES
    }


def test_cron_lines_are_those_of_the_crontab() -> None:
    crontab = (ROOT / "deploy" / "crontab").read_text().splitlines()
    installed = {" ".join(line.split()) for line in crontab}
    shown = {" ".join(line.split()) for line in CODE if re.match(r"[\d*]+ [\d*]+ ", line)}
    assert shown
    assert shown <= installed


@pytest.mark.parametrize("link", re.findall(r"\]\(#([a-z0-9-]+)\)", TEXT))
def test_each_link_within_the_page_leads_to_a_heading(link: str) -> None:
    headings = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    assert link in {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", re.findall(r"`(deploy/[^`*]+)`", TEXT))
def test_each_file_that_is_named_is_there(name: str) -> None:
    assert Path(ROOT / name).exists()


def test_each_setting_that_is_named_exists() -> None:
    known = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    named = set(re.findall(r"`([A-Z]+_[A-Z0-9_]+)(?:=[^`]*)?`", TEXT))
    assert named - known <= {"POSTGRES_PASSWORD"}
