"""Generated game families: parameters, kit-style programs and rules texts for the starter model.

Import with `datasets` on the path: `from families import FAMILIES`.
"""

from families import dice_race, lines, pawn_race, simultaneous, small_poker, take_away
from families.family import Family

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        lines.FAMILY,
        take_away.FAMILY,
        dice_race.FAMILY,
        pawn_race.FAMILY,
        simultaneous.FAMILY,
        small_poker.FAMILY,
    )
}
