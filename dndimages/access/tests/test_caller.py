from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from dndimages.access.caller import client_address
from dndimages.access.keys import create_key, find_key
from dndimages.access.models import ApiKey
from dndimages.errors import Unauthenticated


def address(remote: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=remote))


@pytest.mark.parametrize("forged", ["1.2.3.4", "1.2.3.4, 5.6.7.8", "unknown", "", "a" * 5000])
def test_without_trusted_proxies_nobody_forges_an_address(forged: str) -> None:
    assert address("9.9.9.9", forged) == "9.9.9.9"


@pytest.mark.parametrize(
    ("hops", "forwarded", "found"),
    [
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "9.9.9.9"),
        (1, "", "9.9.9.9"),
        (1, "no address", "unknown"),
    ],
)
def test_only_what_trusted_proxies_wrote_counts(
    settings: Settings, hops: int, forwarded: str, found: str
) -> None:
    settings.TRUSTED_PROXIES = hops
    assert address("9.9.9.9", forwarded) == found


def test_an_ipv6_client_is_its_network() -> None:
    assert address("2001:db8:1:2:3:4:5:6") == address("2001:db8:1:2::ffff") == "2001:db8:1:2::"
    assert address("2001:db8:1:3::1") != address("2001:db8:1:2::1")
    assert address("::ffff:1.2.3.4") == "1.2.3.4"


@pytest.mark.django_db
def test_a_key_is_found_by_its_text_only() -> None:
    key, text = create_key(name="game", scopes=["generate"])
    assert find_key(text) == key
    for wrong in (
        text[:-1],
        text + "x",
        text.upper(),
        text.replace("dnd_", ""),
        "dnd__",
        "",
        "dnd_\x00",
        f"dnd_{key.prefix}_",
    ):
        with pytest.raises(Unauthenticated):
            find_key(wrong)


@pytest.mark.django_db
def test_a_revoked_key_is_unknown() -> None:
    key, text = create_key(name="game", scopes=["generate"])
    assert ApiKey.objects.filter(pk=key.pk).revoke() == 1
    assert ApiKey.objects.filter(pk=key.pk).revoke() == 0
    with pytest.raises(Unauthenticated):
        find_key(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"name": " ", "scopes": ["generate"]}, {"name": "x", "scopes": []}, {"name": "x", "scopes": ["root"]}],
)
def test_a_key_needs_a_name_and_known_scopes(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"name|scopes"):
        create_key(**wrong)


@pytest.mark.django_db
def test_the_command_prints_the_key_alone_and_revoking_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import CommandError, call_command

    call_command("create_api_key", "game", scopes="generate, curate", daily_cap=5)
    text = capsys.readouterr().out
    assert text.startswith("dnd_")
    assert text.count("\n") == 1
    key = find_key(text.strip())
    assert (key.scopes, key.daily_cap) == (["curate", "generate"], 5)
    call_command("revoke_api_key", text.strip())
    with pytest.raises(CommandError):
        call_command("revoke_api_key", text.strip())
    with pytest.raises(CommandError):
        call_command("create_api_key", "game", scopes="everything")
