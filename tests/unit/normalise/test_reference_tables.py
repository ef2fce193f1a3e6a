"""Reference data as the tables of entities and definitions: what each cell becomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from capex_pipeline.normalise.reference_tables import definitions, entities
from capex_pipeline.reference import Reference


def test_entities_with_and_without_each_thing(reference: Reference) -> None:
    frame = pd.DataFrame(
        {
            "name": ["Zeta", "Alpha", "Both"], "type": ["company", "company", "group"], "country": ["US", "CN", None],
            "currency": ["USD", "CNY", None], "cik": [1045810, np.nan, np.nan], "private": [np.nan, True, np.nan],
            "fiscal_year_end": [{"month": 1, "rule": "last_sunday"}, {"month": 3, "rule": "month_end"}, np.nan],
            "members": [np.nan, [], ["alpha", "zeta"]], "aliases": [["Z", "Zee"], np.nan, []],
            "note": ["two\n  lines", np.nan, np.nan],
        },
        index=pd.Index(["zeta", "alpha", "both"], name="entity_id"),
    )  # fmt: skip
    table = entities(replace(reference, entities=frame))
    assert table.index.tolist() == [0, 1, 2]
    assert table.astype(object).fillna("-").to_numpy().tolist() == [
        ["alpha", "Alpha", "company", False, "CN", "CNY", "-", True, "last day of March", "-", "-", "-"],
        ["both", "Both", "group", True, "-", "-", "-", False, "-", "alpha|zeta", "-", "-"],
        ["zeta", "Zeta", "company", False, "US", "USD", 1045810, False, "last Sunday of January", "-", "Z|Zee", "two lines"],
    ]  # fmt: skip


def test_definitions_with_and_without_each_thing(reference: Reference) -> None:
    frame = pd.DataFrame(
        {
            "metric": ["capex", None, None], "name": ["Net", "As printed", "Gross"], "basis": ["cash", None, None],
            "includes_finance_leases": ["no", None, None], "net_of_proceeds": [True, np.nan, np.nan], "comparable": [np.nan, True, np.nan],
            "scope": ["whole company", np.nan, np.nan], "recast_of": [np.nan, "net", np.nan],
            "description": ["bought\n less sold", np.nan, np.nan],
            "entity_notes": [{"amazon": "since\n 2017", "meta": "from 2024"}, {}, np.nan],
        },
        index=pd.Index(["net", "as_printed", "gross"], name="definition_id"),
    )  # fmt: skip
    table = definitions(replace(reference, definitions=frame))
    assert table.index.tolist() == [0, 1, 2]
    assert table["definition_id"].tolist() == ["as_printed", "gross", "net"]
    assert table["is_net_of_proceeds"].tolist() == [False, False, True]
    assert table["is_comparable"].tolist() == [True, False, False]
    assert table["description"].fillna("-").tolist() == ["-", "-", "bought less sold"]
    assert table["scope"].fillna("-").tolist() == ["-", "-", "whole company"]
    assert table["recast_of"].fillna("-").tolist() == ["net", "-", "-"]
    assert table["entity_notes"].fillna("-").tolist() == ["-", "-", "amazon: since 2017|meta: from 2024"]
