"""Describes the groups of companies to a reviewer: name, members, and what a person may type for them, such as "big four".

Add here another way to write a group. Which group a sentence means belongs to `answers`.
"""

from __future__ import annotations

from typing import Any

from capex_pipeline.article.lexicon import Vocabulary
from capex_pipeline.reference import Reference


def groups_of(vocabulary: Vocabulary, reference: Reference) -> dict[str, dict[str, Any]]:
    """By id: `name` and `members` (names of companies) of each group, the ids of the members as `ids`, and other words for it as `words`.

    A number of companies names a group if no other group has as many members.
    """
    groups = {name: one for name, one in sorted(vocabulary.entities.items()) if one.type == "group"}
    names = reference.entities["name"].astype("object").to_dict()
    sizes = [len(one.members) for one in groups.values()]
    numbers = vocabulary.collectives.get("numbers", {})
    return {
        name: {
            "name": names[name],
            "members": [names[member] for member in sorted(one.members)],
            "ids": sorted(one.members),
            "words": sorted(f"big {word}" for word, count in numbers.items() if count == len(one.members))
            if sizes.count(len(one.members)) == 1
            else [],
        }
        for name, one in groups.items()
    }
