"""Every kind of place and the function that paints it."""

from __future__ import annotations

from collections.abc import Callable

from ..stage import Stage
from . import (
    castles,
    caves,
    coast,
    country,
    crafts,
    extremes,
    forest,
    gates,
    graves,
    harbour,
    harsh,
    inland_water,
    library,
    market,
    marvels,
    open_land,
    outdoors,
    ruins,
    sacred,
    tavern,
    throne,
    town,
    vaults,
)

PLACES: dict[str, Callable[[Stage], None]] = {
    "battlefield": marvels.battlefield,
    "bridge": inland_water.bridge,
    "camp": outdoors.camp,
    "castle": castles.castle,
    "cave": caves.cave,
    "church": sacred.church,
    "crypt": vaults.crypt,
    "desert": harsh.desert,
    "dungeon": vaults.dungeon,
    "farm": country.farm,
    "forest": forest.forest,
    "garden": outdoors.garden,
    "gate": gates.gate,
    "graveyard": graves.graveyard,
    "harbour": harbour.harbour,
    "hoard": vaults.hoard,
    "lake": inland_water.lake,
    "library": library.library,
    "market": market.market,
    "meadow": open_land.meadow,
    "mine": caves.mine,
    "mountain": open_land.mountain,
    "portal": marvels.portal,
    "river": inland_water.river,
    "road": country.road,
    "ruin": ruins.ruin,
    "sea": coast.sea,
    "shop": crafts.shop,
    "smithy": crafts.smithy,
    "snow": extremes.snow,
    "swamp": harsh.swamp,
    "temple": sacred.temple,
    "tavern": tavern.tavern,
    "throne": throne.throne,
    "tower": castles.tower,
    "town": town.town,
    "village": country.village,
    "volcano": extremes.volcano,
    "waterfall": inland_water.waterfall,
}

#: Where no rain falls; its windows show the weather instead.
INDOORS = frozenset(
    ("tavern", "library", "throne", "smithy", "shop", "cave", "mine", "dungeon", "crypt", "hoard")
)
