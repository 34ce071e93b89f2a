"""What the built-in painter understands of a request's words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.generation.providers.base import PictureRequest
from gallery.generation.providers.painter.bestiary import CREATURES as CREATURE_WORDS
from gallery.generation.providers.painter.characters.creatures import CREATURES
from gallery.generation.providers.painter.items.kinds import ITEMS
from gallery.generation.providers.painter.places import INDOORS, PLACES
from gallery.generation.providers.painter.vocabulary import ITEMS as ITEM_WORDS
from gallery.generation.providers.painter.vocabulary import PLACES as PLACE_WORDS
from gallery.generation.providers.painter.words import Meaning, understand


def meaning_of(name: str, prompt: str = "", subject_type: str = "scene", **more: str) -> Meaning:
    return understand(PictureRequest(subject_type=subject_type, subject_name=name, prompt=prompt, **more))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Starting Tavern", "tavern"),
        ("The Prancing Pony Inn", "tavern"),
        ("the rusty ALEHOUSE", "tavern"),
        ("Dark Forest", "forest"),
        ("Whispering Woods", "forest"),
        ("Misty Mountains", "mountain"),
        ("Emberpeak", "mountain"),
        ("Abandoned Mine", "mine"),
        ("Caves of Chaos", "cave"),
        ("mountain village", "village"),
        ("Town Square", "town"),
        ("Town Square in light rain", "town"),
        ("Market Square", "market"),
        ("Castle Ravenloft", "castle"),
        ("Wizard's Tower", "tower"),
        ("Sword Coast", "sea"),
        ("Harbour of Waterdeep", "harbour"),
        ("Mirror Lake", "lake"),
        ("Bridge over the River", "bridge"),
        ("Forest Path", "road"),
        ("Temple of the Sun", "temple"),
        ("Old Chapel", "church"),
        ("Ruins of Myth Drannor", "ruin"),
        ("Desert of Anauroch", "desert"),
        ("Fetid Swamp", "swamp"),
        ("Dungeon of the Mad Mage", "dungeon"),
        ("Royal Catacombs", "crypt"),
        ("Haunted Graveyard", "graveyard"),
        ("Frozen Tundra", "snow"),
        ("Bandit Camp", "camp"),
        ("Great Library", "library"),
        ("Throne Room", "throne"),
        ("Sunny Meadow", "meadow"),
        ("Rose Garden", "garden"),
        ("Astral Portal", "portal"),
        ("Mount Doom Volcano", "volcano"),
        ("Silver Falls", "waterfall"),
        ("emberpeak_entrance", "gate"),
        ("Mine Entrance", "gate"),
        ("Riverwood", "forest"),
        ("Winterhold", "castle"),
        ("The Golden Crown Tavern", "tavern"),
        ("Crystal Cave", "cave"),
        ("Ｔａｖｅｒｎ", "tavern"),
        ("Tavérn", "tavern"),
    ],
)
def test_a_place_is_known_by_its_name(name: str, kind: str) -> None:
    found = meaning_of(name)
    assert (found.subject, found.kind) == ("scene", kind)


def test_the_name_counts_before_the_prompt() -> None:
    found = meaning_of("Whispering Woods", "A castle by the sea with a tavern")
    assert found.kind == "forest"
    assert {"castle", "sea", "tavern"} <= found.also


def test_a_name_without_a_known_word_leaves_the_place_to_the_prompt() -> None:
    assert meaning_of("The Prancing Pony", "A dimly lit medieval tavern interior").kind == "tavern"


def test_the_beginning_of_a_made_up_name_counts_after_the_prompt() -> None:
    assert meaning_of("Cragmaw Hideout", "a goblin cave").kind == "cave"
    assert meaning_of("Cragmaw Hideout", "where goblins hide").kind == "mountain"


def test_the_entrance_to_emberpeak_is_a_gate_before_mountains_and_a_village() -> None:
    found = meaning_of(
        "Emberpeak Entrance",
        "the entrance to Emberpeak, a mountain village at dawn. Stone archway covered in moss.",
    )
    assert found.kind == "gate"
    assert {"mountain", "village"} <= found.also
    assert found.time == "dawn"


@pytest.mark.parametrize(
    ("name", "prompt", "kind"),
    [
        ("Dagger", "Dagger. Fantasy RPG item, detailed.", "dagger"),
        ("Torch, A wooden stick wrapped in oil-soaked rags. ", "Torch, A wooden stick wrapped in oil-soaked rags. ", "torch"),
        ("Rope (50ft)", "Rope (50ft), strong hemp", "rope"),
        ("Miner's Note", "A crumpled note found in the mine", "scroll"),
        ("Healing Potion", "A red liquid in a bottle on a tavern table", "potion"),
        ("LONGSWORDS", "", "sword"),
        ("Leather Boots", "", "boots"),
        ("Mysterious thing", "A lute made of oak", "lute"),
    ],
)  # fmt: skip
def test_an_item_sent_as_a_scene_is_still_an_item(name: str, prompt: str, kind: str) -> None:
    found = meaning_of(name, prompt)
    assert (found.subject, found.kind) == ("item", kind)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Stone circle", "ruin"), ("Key Largo", ""), ("Chest of drawers room", "tavern"), ("Dagger", ""), ("Golden Crown", "")],
)  # fmt: skip
def test_a_scene_with_its_hour_is_always_a_place(name: str, kind: str) -> None:
    found = meaning_of(name, f"A clear dusk at {name}. ", time_of_day="dusk")
    assert (found.subject, found.kind) == ("scene", kind)


def test_items_named_in_the_prompt_of_a_scene_with_its_hour_do_not_become_the_picture() -> None:
    assert meaning_of("Zorblax", "a golden sword", time_of_day="day").subject == "scene"
    assert meaning_of("Zorblax", "a golden sword").subject == "item"


def test_an_unknown_item_is_a_mysterious_artefact() -> None:
    assert meaning_of("Zxqwv", subject_type="item").kind == "artefact"


@pytest.mark.parametrize(
    ("said", "time"),
    [("sunrise", "dawn"), ("Morning", "dawn"), ("noon", "day"), ("sunset", "dusk"), ("evening", "dusk"), ("midnight", "night")],
)  # fmt: skip
def test_the_hour_is_read_from_its_field_and_else_from_the_prompt(said: str, time: str) -> None:
    assert meaning_of("Tavern", time_of_day=said).time == time
    assert meaning_of("Tavern", f"A tavern at {said}").time == time
    assert meaning_of("Tavern", "A tavern at night", time_of_day="day").time == "day"


@pytest.mark.parametrize(
    ("said", "weather"),
    [("light rain", "rain"), ("Overcast", "cloudy"), ("thunderstorm", "storm"), ("blizzard", "snow"), ("mist", "fog"), ("windy", "wind")],
)  # fmt: skip
def test_the_weather_is_read_from_its_field_and_else_from_the_prompt(said: str, weather: str) -> None:
    assert meaning_of("Harbour", weather=said).weather == weather
    assert meaning_of("Harbour", f"A harbour in {said}").weather == weather
    assert meaning_of("Harbour", "A harbour in heavy rain", weather="clear").weather == "clear"


def test_colours_belong_to_the_light_or_the_mist_they_stand_beside() -> None:
    assert meaning_of("Sword", "A silver sword glowing with blue runes", "item").glow == (58, 108, 190)
    assert meaning_of("Dungeon", "A dungeon filled with red mist").mist == (190, 46, 48)


def test_a_person_is_known_by_folk_calling_hair_and_looks() -> None:
    found = meaning_of("Thorin", "An old dwarf blacksmith with a red beard and a scar", "character")
    assert (found.race, found.calling) == ("dwarf", "smith")
    assert {"beard", "scar", "old"} <= found.features
    assert found.hair == (168, 70, 40)


def test_a_place_keeps_its_composition_at_every_hour_and_in_every_weather() -> None:
    prompt = "A {} {} at Starting Tavern. Fantasy RPG setting."
    seeds = {
        meaning_of("Starting Tavern", prompt.format(weather, time), time_of_day=time, weather=weather).seed
        for time in ("dawn", "day", "night")
        for weather in ("clear", "rain", "light snow")
    }
    assert len(seeds) == 1
    assert meaning_of("starting_tavern").seed == meaning_of("  Starting  TAVERN ").seed


def test_every_kind_of_the_vocabulary_has_its_painting() -> None:
    assert set(PLACE_WORDS) == set(PLACES)
    assert set(ITEM_WORDS) == set(ITEMS)
    assert set(CREATURE_WORDS) == set(CREATURES)
    assert set(PLACES) >= INDOORS


@pytest.mark.parametrize(
    ("name", "prompt", "creature"),
    [
        ("Smaug", "An ancient red dragon, guardian of gold", "dragon"), ("Drake", "", "dragon"), ("frost wyrms", "", "dragon"),
        ("Fang", "A wolf with grey fur", "wolf"), ("Fox", "", "wolf"), ("Giant spider", "", "spider"), ("Hill giant", "", "giant"),
        ("Eye Tyrant", "", "beholder"), ("Mind Flayer", "", "flayer"), ("Kraken", "", "kraken"), ("Unicorn", "", "horse"),
        ("Fire elemental", "", "golem"), ("Wraith", "", "ghost"), ("Gelatinous Cube", "", "slime"), ("Griffin", "", "bird"),
        ("Swarm of rats", "", "rat"), ("Bat", "", "bat"), ("Cobra", "", "snake"), ("Black panther", "", "cat"), ("Owlbear", "", "bear"),
        ("Minotaur", "", "shadow"), ("The innkeeper's cat", "", "cat"), ("Wolf", "A wolf and a hunter", "wolf"),
    ],
)  # fmt: skip
def test_a_creature_as_a_character_is_known_by_its_words(name: str, prompt: str, creature: str) -> None:
    assert meaning_of(name, prompt, "character").creature == creature


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("Dragonborn paladin", ""), ("Dragon slayer knight", ""), ("Raven", "A human rogue with raven hair"),
        ("Aela", "A huntress in a wolf pelt"), ("A knight riding a dragon", ""), ("Thorin", "a dwarf with a bear at his side"),
        ("Wolf rider", ""), ("Queen of dragons", ""), ("Ghost pirate captain", ""), ("Fairy", ""), ("Zorblax", ""),
    ],
)  # fmt: skip
def test_people_with_a_creature_in_their_words_stay_people(name: str, prompt: str) -> None:
    assert meaning_of(name, prompt, "character").creature == ""


@pytest.mark.parametrize("subject_type", ["scene", "item"])
def test_only_characters_are_creatures(subject_type: str) -> None:
    assert meaning_of("Red dragon", "a wolf", subject_type).creature == ""


@settings(max_examples=120)
@given(
    name=st.text(max_size=60),
    prompt=st.text(max_size=1000),
    subject=st.sampled_from(("scene", "item", "character")),
)
def test_any_words_have_a_meaning(name: str, prompt: str, subject: str) -> None:
    found = meaning_of(name, prompt, subject)
    assert found.subject in ("scene", "item", "character")
    assert found.seed
