"""The first superuser and the first key: made once, shown once."""

from __future__ import annotations

import io
import re

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction

from dndimages.access.keys import create_key, find_key
from dndimages.access.models import ApiKey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_names_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "EMAIL"):
        monkeypatch.delenv(f"DJANGO_SUPERUSER_{name}", raising=False)


def first_run() -> str:
    output = io.StringIO()
    call_command("first_run", stdout=output)
    return output.getvalue()


def shown(output: str, label: str) -> str:
    found = re.search(rf"^\| {label}: +(\S+) +\|$", output, re.MULTILINE)
    assert found, output
    return found[1]


def test_the_shown_password_and_key_work() -> None:
    output = first_run()
    user = authenticate(username=shown(output, "User"), password=shown(output, "Password"))
    assert isinstance(user, User)
    assert (user.username, user.is_superuser, user.is_staff) == ("admin", True, True)
    key = find_key(shown(output, "API key"))
    assert (key.name, sorted(key.scopes)) == ("first", ["curate", "generate", "maintain"])


def test_a_second_run_makes_and_shows_nothing() -> None:
    first_run()
    before = [*get_user_model().objects.values(), *ApiKey.objects.values()]
    assert first_run() == ""
    assert [*get_user_model().objects.values(), *ApiKey.objects.values()] == before


def test_the_superuser_of_the_environment_is_made_and_its_password_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "gandalf")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "gandalf@shire.example")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "you shall pass")
    output = first_run()
    assert "you shall pass" not in output
    user = authenticate(username="gandalf", password="you shall pass")
    assert isinstance(user, User)
    assert (user.email, user.is_superuser) == ("gandalf@shire.example", True)


def test_empty_variables_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "EMAIL"):
        monkeypatch.setenv(f"DJANGO_SUPERUSER_{name}", "")
    output = first_run()
    assert authenticate(username="admin", password=shown(output, "Password"))


def test_only_what_is_missing_is_made() -> None:
    get_user_model().objects.create_superuser("frodo", password="precious")
    output = first_run()
    assert "Password" not in output
    assert find_key(shown(output, "API key"))


def test_a_revoked_key_is_not_replaced_by_a_new_one() -> None:
    create_key(name="mine", scopes=["generate"])
    ApiKey.objects.all().revoke()
    assert "API key" not in first_run()


def test_an_ordinary_user_is_never_promoted() -> None:
    get_user_model().objects.create_user("admin", password="ordinary")
    with pytest.raises(CommandError, match="set DJANGO_SUPERUSER_USERNAME to another name"):
        first_run()
    assert not get_user_model().objects.filter(is_superuser=True).exists()


def test_a_run_that_breaks_off_before_its_end_leaves_nothing_behind() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError("the terminal is gone")

    with pytest.raises(OSError, match="terminal"), transaction.atomic():
        call_command("first_run", stdout=Full())
    assert not get_user_model().objects.exists()
    assert not ApiKey.objects.exists()
