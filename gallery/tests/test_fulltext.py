"""Finding pictures by words: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from copy import copy

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery import triggers
from gallery.fulltext import query, signs, words
from gallery.models import ImageAsset, Tag
from gallery.search import Search, find
from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db


def found(text: str) -> set[str]:
    names = ImageAsset.objects.visible().matching_text(text).values_list("subject_name", flat=True)
    assert len(names) == len(set(names)), "a picture came twice"
    return set(names)


@pytest.fixture
def _dragons() -> None:
    make_image("Red Dragon", prompt="A dragon's lair, deep under Mount Ærå", campaign="Embers of 2026")
    make_image("Café Zoë", prompt="crème brûlée for two\non the straße", custom_prompt="ΟΔΟΣ Йод 龍の巣")
    make_image("Dragonfly", prompt="an insect over well-kept water_lilies")


@pytest.mark.usefixtures("_dragons")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dragon", {"Red Dragon", "Dragonfly"}),  # the last word may be only begun
        ("dragon lair", {"Red Dragon"}),  # the others may not
        ("lair DRAGON red", {"Red Dragon"}),  # in any order, any case
        ("dragon brulee", set()),
        ("d", {"Red Dragon", "Dragonfly"}),
        ("ragon", set()),
        ("embers", {"Red Dragon"}),
        ("2026", {"Red Dragon"}),
        ("cafe zoe", {"Café Zoë"}),
        ("CRÈME", {"Café Zoë"}),
        ("cre\u0300me bru\u0302le\u0301e", {"Café Zoë"}),  # accents as characters of their own
        ("οδοσ", {"Café Zoë"}),
        ("йОД", {"Café Zoë"}),
        ("龍の", {"Café Zoë"}),
        ("straße", {"Café Zoë"}),
        ("strasse", set()),
        ("ærå", {"Red Dragon"}),
        ("dragon's", {"Red Dragon"}),
        ("well-kept lilies", {"Dragonfly"}),
        ("water_lil", {"Dragonfly"}),
    ],
)
def test_every_word_must_occur_and_the_last_one_may_be_only_begun(text: str, names: set[str]) -> None:
    assert found(text) == names


@pytest.mark.usefixtures("_dragons")
@pytest.mark.parametrize("text", ["", "   ", "…!?", '"', "*", "🐉🔥", "\x00", "\u0301", "' OR 1=1 --", "½ ²"])
def test_text_without_a_known_word_matches_nothing(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("🐉", {"Hoard 🐉🔥"}), (" 🐉 ", {"Hoard 🐉🔥"}), ("🐉🔥", {"Hoard 🐉🔥"}), ("🔥🐉", set()),
        ("❤", {"❤️‍🔥"}), ("❤️‍🔥", {"❤️‍🔥"}), ("%€_", set()), ("%€", {"5%€"}), ("hoard 🦄", {"Hoard 🐉🔥"}),
        ("🐉" * 5000, set()), ("🐉\x00", set()),
    ],
)  # fmt: skip
def test_an_emoji_alone_is_looked_for_in_names(text: str, names: set[str]) -> None:
    for name in ("Hoard 🐉🔥", "❤️‍🔥", "5%€"):
        make_image(name, prompt="")
    assert found(text) == names
    assert {image.subject_name for image in find(Search(q=text)).rows} == names


@pytest.mark.usefixtures("_dragons")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        *((text, {"Red Dragon"}) for text in (
            '"red', "red* dragon", "-red", "(red", "^red", "!red", "red:*", "red' & 'dragon",
            "red <-> dragon", "red \\ dragon", "red + dragon", "{red} : dragon", "red%", "%(red)", "red\x00dragon",
        )),
        *((text, set()) for text in (
            "red AND dragon", "red NOT lilies", "red OR lilies", "words:red", "NEAR(red dragon)", "%s lilies",
            "red; DROP TABLE gallery_tag", "dra* lair",
        )),
    ],
)  # fmt: skip
def test_operators_of_either_database_are_only_text(text: str, names: set[str]) -> None:
    assert found(text) == names


FEW = settings(max_examples=50)


@FEW
@given(st.text())
def test_any_text_can_be_looked_for(text: str) -> None:
    found(text)


@FEW
@given(st.text(st.characters(max_codepoint=0x24F, exclude_characters="\x00"), max_size=80))
def test_a_picture_is_found_by_its_own_name(sample: ImageAsset, text: str) -> None:
    ImageAsset.objects.filter(pk=sample.pk).update(subject_name=text)
    assert found(text) == ({text} if words(text) or signs(text) else set())


@pytest.fixture
def sample() -> ImageAsset:
    return make_image("sample", prompt="")


def test_a_page_pasted_into_the_search_is_cut_and_not_an_error() -> None:
    make_image("Long", prompt="wide " * 5000 + "x" * 3000)
    assert found("wide " * 5000) == {"Long"}
    assert found("x" * 3000) == {"Long"}
    assert query("🐉") is None


def test_changed_text_is_found_and_the_old_one_no_longer() -> None:
    image = make_image("Torch")
    image.subject_name = "Lantern"
    image.save()
    assert (found("torch"), found("lantern")) == (set(), {"Lantern"})
    ImageAsset.objects.filter(pk=image.pk).update(prompt="brass and glass", custom_prompt=None)
    assert found("lantern glass") == {"Lantern"}
    ImageAsset.objects.all().delete()
    assert found("lantern") == set()


def test_rows_of_a_bulk_insert_are_found() -> None:
    twin = copy(make_image("Coin"))
    twin.pk, twin.subject_name = None, "Purse"
    ImageAsset.objects.bulk_create([twin])
    assert found("purse") == {"Purse"}


def test_tags_are_found_as_they_come_go_and_change_their_names() -> None:
    image, other = make_image("Axe"), make_image("Bow")
    weapon, old = Tag.objects.create(name="weapon"), Tag.objects.create(name="very old")
    image.tags.add(weapon, old)
    image.tags.add(weapon)  # once more: nothing happens
    other.tags.add(weapon)
    assert found("old weapon") == {"Axe"}
    assert found("weapon") == {"Axe", "Bow"}
    weapon.name = "arms"
    weapon.save()
    assert (found("weapon"), found("arms"), found("axe arms")) == (set(), {"Axe", "Bow"}, {"Axe"})
    image.tags.remove(old)
    assert found("old") == set()
    weapon.delete()
    assert (found("arms"), found("axe")) == (set(), {"Axe"})


@pytest.mark.django_db(transaction=True)
def test_a_table_made_anew_by_a_migration_is_searched_as_before() -> None:
    image = make_image("Torch")
    image.tags.add(Tag.objects.create(name="light"))
    triggers.drop_before_migrations(plan=["something"])
    _alter_and_alter_back(ImageAsset, "subject_name")
    _alter_and_alter_back(Tag, "name")
    ImageAsset.objects.filter(pk=image.pk).update(subject_name="Lamp")
    triggers.create_after_migrations()
    assert (found("torch"), found("lamp light")) == (set(), {"Lamp"})
    image.tags.clear()
    ImageAsset.objects.filter(pk=image.pk).update(subject_name="Candle")
    assert (found("light"), found("candle")) == (set(), {"Candle"})


def _alter_and_alter_back(model: type[ImageAsset] | type[Tag], name: str) -> None:
    field = model._meta.get_field(name)
    wider = copy(field)
    wider.max_length = 321  # type: ignore[union-attr]
    for old, new in ((field, wider), (wider, field)):
        with connection.schema_editor() as editor:
            editor.alter_field(model, old, new)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_without_anything_to_migrate_the_triggers_stay() -> None:
    triggers.drop_before_migrations(plan=[])
    make_image("Torch")
    assert found("torch") == {"Torch"}
