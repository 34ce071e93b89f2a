"""From the words of a request to what is meant: no model, a table and a few rules of English.

The head of a phrase is its last known noun before a preposition: a "mountain village" is a village, a
"bridge over the river" a bridge. The name counts before the prompt; what else is named becomes
``also``, the setting around the subject.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..base import PictureRequest
from . import bestiary, vocabulary
from .colour import Colour

#: No reading beyond this: a prompt has at most 1000 characters and a name 200.
LONGEST_CHARS = 2000
SPLIT = re.compile(r"[.,;:!?()\[\]/\n|]|--| - ")
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")

#: Two places in one name where the second is the picture and the first lives in it.
COMBINED = {
    frozenset(("town", "harbour")): "harbour",
    frozenset(("village", "harbour")): "harbour",
    frozenset(("town", "market")): "market",
    frozenset(("castle", "ruin")): "ruin",
}

#: Who sits for a portrait, where it is no creature.
PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What to paint. ``subject`` is "scene", "item" or "character", whatever the request called it."""

    subject: str
    kind: str  # the place or item kind, "" when no word was known
    also: frozenset[str]  # further places and flavours
    time: str  # dawn | day | dusk | night
    weather: str  # clear | cloudy | rain | storm | snow | fog | wind
    race: str = "human"
    calling: str = ""  # wizard, knight, …
    creature: str = ""  # dragon, wolf, …: a character that is no person
    features: frozenset[str] = frozenset()
    hair: Colour | None = None
    colours: tuple[Colour, ...] = ()
    glow: Colour | None = None  # the colour of a light or mist that was asked for
    mist: Colour | None = None
    seed: str = ""  # the words that decide the composition, the same at every hour and in every weather
    words: frozenset[str] = field(default=frozenset(), repr=False)


def _inverted(table: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, synonyms in table.items():
        for word in synonyms.split():
            found.setdefault(word, kind)
    return found


_PLACES = _inverted(vocabulary.PLACES)
_FLAVOURS = _inverted(vocabulary.FLAVOURS)
_ITEMS = _inverted(vocabulary.ITEMS)
_RACES = _inverted(vocabulary.RACES)
_CLASSES = _inverted(vocabulary.CLASSES)
_CREATURES = _inverted(bestiary.CREATURES)
_FEATURES = _inverted(vocabulary.FEATURES)
_TIMES = _inverted(vocabulary.TIMES)
_WEATHERS = _inverted(vocabulary.WEATHERS)


def normalised(text: str) -> str:
    """Case folded, without accents, underscores as blanks."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_CHARS]).casefold().replace("_", " ").replace("’", "'")
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    for apart, joined in vocabulary.JOINED.items():
        plain = plain.replace(apart, joined)
    return plain


def tokens(text: str) -> list[str]:
    """The words; "miner's" stays one word, so that it is no mine."""
    return WORD.findall(text.replace("'s", ""))


def phrases(text: str) -> list[list[str]]:
    """The words of a text, cut at punctuation and prepositions."""
    found: list[list[str]] = []
    for part in SPLIT.split(text):
        current: list[str] = []
        for word in tokens(part):
            if word in vocabulary.STEPPING:
                found.append(current)
                current = []
            else:
                current.append(word)
        found.append(current)
    return [phrase for phrase in found if phrase]


def look_up(word: str, table: Mapping[str, str]) -> str | None:
    """The kind of a word or of its singular."""
    for form in _singulars(word):
        if form in table:
            return table[form]
    return None


def _singulars(word: str) -> Iterable[str]:
    yield word
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("ves"):
        yield word[:-3] + "f"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]


def _heads(text: str, table: Mapping[str, str], *, name: bool) -> list[str]:
    """Kinds named in a text, the most important first: each phrase's last noun, then the others."""
    heads: list[str] = []
    others: list[str] = []
    weak: list[str] = []
    for phrase in phrases(text):
        known = [(word, kind) for word in phrase if (kind := look_up(word, table))]
        strong = [kind for word, kind in known if word not in vocabulary.WEAK]
        if not name:
            strong = [kind for word, kind in known if word not in vocabulary.WEAK | vocabulary.ONLY_IN_NAMES]
        elif not strong:
            weak.extend(kind for _, kind in known)
        heads.extend(strong[-1:])
        others.extend(strong[:-1])
    return heads + others + weak


def _inside_names(text: str) -> tuple[list[str], list[str]]:
    """Places hidden in the endings of made-up names (Emberpeak is a mountain) and in their beginnings."""
    endings: list[str] = []
    beginnings: list[str] = []
    for word in tokens(text):
        if len(word) < 6 or any(look_up(word, table) for table in (_PLACES, _ITEMS, _CLASSES)):
            continue
        endings += [kind for part, kind in vocabulary.NAME_PARTS if word.endswith(part)][:1]
        starts = (kind for part, kind in vocabulary.NAME_PARTS if len(part) > 3 and word.startswith(part))
        beginnings += list(starts)[:1]
    return endings, beginnings


def understand(request: PictureRequest) -> Meaning:
    """Never raises, whatever the words."""
    name, prompt = normalised(request.subject_name), normalised(request.prompt)
    subject, kind, places = _subject(request.subject_type, name, prompt, hour=request.time_of_day.strip())
    told = tokens(f"{name} {prompt}")
    flavours = {flavour for word in told if (flavour := look_up(word, _FLAVOURS))}
    glow, mist = _glow(told)
    return Meaning(
        subject=subject,
        kind=kind,
        also=frozenset({*places, *flavours} - {kind}),
        time=_first(_TIMES, normalised(request.time_of_day), name, prompt) or "day",
        weather=_first(_WEATHERS, normalised(request.weather), name, prompt) or "clear",
        race=_first(_RACES, name, prompt) or "human",
        calling=_first(_CLASSES, name, prompt) or "",
        creature=_creature(name, prompt) if subject == "character" else "",
        features=frozenset(feature for word in told if (feature := look_up(word, _FEATURES))),
        hair=_hair(told),
        colours=tuple(vocabulary.COLOURS[word] for word in told if word in vocabulary.COLOURS),
        glow=glow,
        mist=mist,
        seed=_seed(subject, name, prompt),
        words=frozenset(told),
    )


def _subject(subject_type: str, name: str, prompt: str, *, hour: str) -> tuple[str, str, list[str]]:
    """What to draw, its kind, and all places named.

    A scene that comes with its hour is a place, whatever its name ("Key Largo"). Without one it may
    be an item: old pages send their items so.
    """
    if subject_type == "character":
        return "character", "", _heads(name, _PLACES, name=True) + _heads(prompt, _PLACES, name=False)
    endings, beginnings = _inside_names(name)
    places = _heads(name, _PLACES, name=True) + endings
    # the beginning of a name is a guess: Cragmaw Hideout is a cave if the prompt says so
    further = _heads(prompt, _PLACES, name=False) + beginnings
    maybe_item = subject_type == "item" or not hour
    if subject_type == "item" or (maybe_item and _known_item(name) and not _place_leads(name)):
        return "item", _known_item(name) or _known_item(prompt) or "artefact", places + further
    if maybe_item and not (places or further) and (items := _heads(f"{name}. {prompt}", _ITEMS, name=True)):
        return "item", _known_item(prompt) or items[0], []
    kind = COMBINED.get(frozenset(places[:2]), (places + further or [""])[0])
    return "scene", kind, places + further


def _known_item(text: str) -> str:
    """The first item that a text names; "thing" and "artefact" say too little to be one."""
    return next((item for item in _heads(text, _ITEMS, name=True) if item != "artefact"), "")


def _place_leads(name: str) -> bool:
    """Whether a name's first known noun, from the end of its phrase, is a place ("Golden Crown Tavern")."""
    for phrase in phrases(name):
        for word in reversed(phrase):
            if look_up(word, _PLACES) or _inside_names(word)[0]:
                return True
            if look_up(word, _ITEMS):
                return False
    return False


def _creature(name: str, prompt: str) -> str:
    """The creature that sits for a portrait, "" for a person.

    A person in either text wins: "Raven", "a human rogue" is no bird, and a "dragon slayer" no dragon.
    """
    named, told = _sitter(name), _sitter(prompt)
    return "" if PERSON in (named, told) else named or told


def _sitter(text: str) -> str:
    """A creature's kind, `PERSON`, or "" for neither: the first clause's last known noun."""
    clauses: list[str] = []
    along: list[str] = []
    for part in SPLIT.split(text):
        current = clauses
        known = ""
        words = tokens(part)
        for word, following in zip(words, [*words[1:], ""], strict=False):
            if word in vocabulary.STEPPING or word in bestiary.ALONG:
                current.append(known)
                current, known = along, ""
            else:
                known = _living(word, following) or known
        current.append(known)
    return next((kind for kind in clauses + along if kind), "")


def _living(word: str, following: str) -> str:
    if kind := look_up(word, _CREATURES):
        return "" if bestiary.BELONGINGS & set(_singulars(following)) else kind
    person = look_up(word, _CLASSES) or look_up(word, _RACES) or bestiary.PEOPLE & set(_singulars(word))
    return PERSON if person else ""


def _first(table: Mapping[str, str], *texts: str) -> str | None:
    for text in texts:
        for word in tokens(text):
            if kind := look_up(word, table):
                return kind
    return None


def _glow(told: list[str]) -> tuple[Colour | None, Colour | None]:
    """The colour that stands within three words of a word of light or of mist."""
    glow: Colour | None = None
    mist: Colour | None = None
    for i, word in enumerate(told):
        if word in vocabulary.GLOWING:
            before, after = told[max(0, i - 3) : i][::-1], told[i + 1 : i + 4]
            near = after + before if word.startswith("glow") else before + after
            colour = next(
                (vocabulary.COLOURS[near_word] for near_word in near if near_word in vocabulary.COLOURS), None
            )
            glow = glow or colour
            if word in vocabulary.MISTY and i and told[i - 1] in vocabulary.COLOURS:
                mist = mist or vocabulary.COLOURS[told[i - 1]]
    return glow, mist


def _hair(told: list[str]) -> Colour | None:
    for word, following in zip(told, [*told[1:], ""], strict=False):
        if word in ("blond", "blonde", "ginger", "redhead", "auburn", "brunette"):
            return vocabulary.HAIR[word]
        if word in vocabulary.HAIR and following in (
            "hair",
            "haired",
            "beard",
            "bearded",
            "braid",
            "braided",
        ):
            return vocabulary.HAIR[word]
        if word.endswith("-haired") and word.split("-")[0] in vocabulary.HAIR:
            return vocabulary.HAIR[word.split("-")[0]]
    return None


def _seed(subject: str, name: str, prompt: str) -> str:
    """The words without hour and weather: a place keeps its face at every hour and in every weather."""
    kept = [
        word
        for word in tokens(f"{name} {prompt}")
        if not (look_up(word, _TIMES) or look_up(word, _WEATHERS))
        and word not in ("a", "an", "the", "light", "heavy")
    ]
    # names without a single letter (emoji) still differ from one another
    return " ".join([subject, *kept]) if kept else f"{subject} {name} {prompt}"
