"""Packed rows read back as they were."""

from __future__ import annotations

from typing import Any

from capex_pipeline.report.packing import Texts, packed


def read_back(node: Any, texts: list[str]) -> Any:
    """As static/report.js does."""
    if not isinstance(node, dict):
        return node
    if "rows" not in node or "columns" not in node:
        return {name: read_back(value, texts) for name, value in node.items()}
    return [
        {name: texts[value] if name in node["texts"] and value is not None else value for name, value in zip(node["columns"], row, strict=True)}
        for row in node["rows"]
    ]  # fmt: skip


def test_rows_read_back_with_null_for_an_absent_key() -> None:
    chart = {
        "id": "x",
        "legend": [["A", "red"]],
        "sets": {"rows": [{"t": 1, "how": "same"}, {"t": 2, "how": "same", "low": 0.5}]},
        "series": {"a": []},
    }
    texts = Texts()
    made = packed(chart, texts)
    assert texts.listed == ["same"], "a shared text is written once"
    assert read_back(made, texts.listed) == {
        "id": "x", "legend": [["A", "red"]], "series": {"a": []},
        "sets": {"rows": [{"t": 1, "how": "same", "low": None}, {"t": 2, "how": "same", "low": 0.5}]},
    }  # fmt: skip


def test_a_column_of_numbers_and_texts_keeps_both() -> None:
    texts = Texts()
    made = packed([{"value": 1}, {"value": "one"}], texts)
    assert made["texts"] == [] and made["rows"] == [[1], ["one"]] and texts.listed == []
