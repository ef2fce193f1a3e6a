"""Makes the mutant of a number from a good document and a mutator; equal seeds and numbers give equal mutants.

The documents are in `tests/soak/mutations/seeds.py`, the mutators in `tests/soak/mutations/edits.py` and the modules
beside it.
"""

from __future__ import annotations

import random
from pathlib import PurePosixPath

from . import bulk
from .attacks import ATTACKS
from .edits import EDITS
from .mutant import Files, Mutant
from .places import PLACES
from .seeds import INVENTED, Seed, main_name, shipped
from .spoil_bytes import BYTES

_OF_SHIPPED = 0.2
_TWO_AT_ONCE = 0.1
_ONE_ARCHIVE_IN = 11


def mutant(seed: int, number: int) -> Mutant:
    """The mutant of a number, from 1. Its documents' ids hold the number, so that mutants do not meet by themselves."""
    chance = random.Random(f"{seed}:{number}")
    if number % _ONE_ARCHIVE_IN == 0:
        change = chance.choice(bulk.MUTATORS)
        return Mutant(bulk.KIND, change.__name__, number, {bulk.NAME: change(chance)})
    real = shipped()
    base = chance.choice(real) if real and chance.random() < _OF_SHIPPED else INVENTED[number % len(INVENTED)]
    files = base.files(number)
    main = main_name(base, files)
    made: Files = dict(files)
    names = []
    for _ in range(2 if chance.random() < _TWO_AT_ONCE else 1):
        name, made = _mutated(chance, base, made, main)
        names.append(name)
    return Mutant(base.kind, " and ".join(names), number, made)


def _mutated(chance: random.Random, base: Seed, files: Files, main: str) -> tuple[str, Files]:
    data = files.get(main)
    ending = PurePosixPath(main).suffix
    what = chance.random()
    if what < 0.15 or not isinstance(data, bytes):
        place = chance.choice(PLACES)
        return place.__name__, place(chance, files, main)
    if what < 0.45:
        change = chance.choice(EDITS[ending])
    elif what < 0.70:
        change = chance.choice(ATTACKS[ending])
    else:
        change = chance.choice(BYTES)
    return change.__name__, files | {main: change(chance, data)}
