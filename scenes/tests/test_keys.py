from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scenes.keys import SceneSpec, normalise, scene_key

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=200)


@pytest.mark.parametrize(
    "spelling",
    ["emberpeak_entrance", " emberpeak  entrance", "EMBERPEAK-ENTRANCE", "Emberpeak\u00a0Entrance", "Emberpeak _- Entrance\n",
     "\uff25mberpeak Entrance", "Emberpeak\u2003Entrance"],
)  # fmt: skip
def test_spellings_of_one_place_are_one_key(spelling: str) -> None:
    assert normalise(spelling) == normalise("Emberpeak Entrance")


@pytest.mark.parametrize(("one", "other"), [("Straße", "STRASSE"), ("Café", "Cafe\u0301"), ("ﬁre", "FIRE")])
def test_unicode_forms_of_one_place_are_one_key(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@given(TEXT)
@example("\u0345\u0300")
@example("ΐ")
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(TEXT, TEXT)
def test_case_and_blanks_never_matter(one: str, other: str) -> None:
    assert normalise(f"{one} {other}") == normalise(f"  {one}_-\t{other} ")


@given(st.tuples(TEXT, TEXT, TEXT), st.tuples(TEXT, TEXT, TEXT))
def test_different_scenes_have_different_keys(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    same_parts = [normalise(a) == normalise(b) for a, b in zip(one, other, strict=True)]
    assert (scene_key(*one) == scene_key(*other)) == all(same_parts)


@given(TEXT, TEXT, TEXT)
def test_a_key_always_fits_an_index(location: str, time_of_day: str, weather: str) -> None:
    key = SceneSpec(location, time_of_day, weather).key
    assert 0 < len(key.encode()) <= 600
    assert "\x00" not in key


def test_parts_do_not_run_into_each_other() -> None:
    assert scene_key("a b", "c", "d") != scene_key("a", "b c", "d")
    assert scene_key("a\nb", "c", "d") != scene_key("a", "b", "c d")
