"""Templates of charts: filled they are what drawing them would give, and the file is what they were compiled to."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pandas as pd
import pytest

from capex_pipeline.report import charts, page_fingerprint

SPANS = [
    ("2019-01-01", "2026-01-01"),
    ("2023-04-01", "2023-07-01"),
    ("2024-04-01", "2024-04-01"),
    ("2011-10-01", "2026-04-01"),
]
QUARTERS = [f"{year}Q{quarter}" for year in range(2016, 2026) for quarter in range(1, 5)]
COLOURS = {"outlook": "var(--accent)", "estimate": "var(--claim)", "guess": "var(--context)"}


def statement(label: str, **numbers: float) -> dict[str, Any]:
    return {"label": label, "who": "Somebody", "what": "capex", "kind": "outlook", "stated": True, **numbers}


STATEMENTS = [statement("a", value=5.0, low=4.0, high=6.0), statement("b", value=70.0, high=80.0)]
CASES: dict[str, list[tuple[Any, ...]]] = {
    "quarterly": [tuple(map(pd.Timestamp, span)) for span in SPANS],
    "intervals": [tuple(map(pd.Timestamp, span)) for span in SPANS],
    "stacked": [
        (
            QUARTERS[-count:],
            [f"company {number}" for number in range(members)],
            [charts.company_colour(number) for number in range(members)],
            highest,
        )
        for count, members, highest in itertools.product((1, 7, 40), (1, 4, 6), (None, 400.25))
    ],
    "ranges": [
        (STATEMENTS[:1], COLOURS),
        (STATEMENTS, COLOURS),
        (STATEMENTS, charts.VERDICT_COLOURS, True),
        ([*STATEMENTS, statement("c", value=75.0, above=75.0)], COLOURS),
        ([*STATEMENTS, statement("c", value=5.0, above=5.0)], COLOURS, True),
    ],
    "heat_map": [(["one company"], QUARTERS[:2]), ([f"company {number}" for number in range(12)], QUARTERS)],
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "arguments"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_a_filled_template_is_what_drawing_would_give(name: str, arguments: tuple[Any, ...]) -> None:
    drawing = pytest.importorskip(
        "capex_pipeline.report.chart_templates", exc_type=ImportError, reason="altair is not installed (extra drawing)"
    )
    drawn = drawing.compiled(getattr(drawing, name)(*arguments))
    if name in ("quarterly", "intervals") and arguments[0] == arguments[1]:
        # Vega-Lite makes of one quarter alone a domain of another form.
        (scale,) = (scale for scale in drawn["scales"] if scale["name"] == "x")
        scale["domain"] = {"fields": [scale["domain"], scale["domain"]]}
    assert getattr(charts, name)(*arguments) == drawn


@pytest.mark.slow
def test_the_file_of_templates_is_what_they_are_compiled_to() -> None:
    drawing = pytest.importorskip(
        "capex_pipeline.report.chart_templates", exc_type=ImportError, reason="altair is not installed (extra drawing)"
    )
    assert drawing.FILE.read_bytes() == drawing.to_bytes(), "static/templates.json is stale; run `make templates`."


def test_every_hole_is_filled_and_one_without_a_value_is_named() -> None:
    made = [getattr(charts, name)(*case) for name, cases in CASES.items() for case in cases]
    assert len(made) == sum(map(len, CASES.values()))
    assert '"hole"' not in json.dumps(made) and '"hole"' in page_fingerprint.static("templates.json")
    with pytest.raises(KeyError, match="years"):
        charts.filled("quarterly", {"span": []})


def test_long_axes_are_labelled_every_second_year() -> None:
    days = [
        pd.Timestamp(milliseconds, unit="ms")
        for milliseconds in charts.years_labelled(pd.Timestamp("2018-04-01"), pd.Timestamp("2025-01-01"))
    ]
    assert [day.year for day in days] == [2019, 2021, 2023, 2025]
    short = charts.years_labelled(pd.Timestamp("2021-01-01"), pd.Timestamp("2024-10-01"))
    assert [pd.Timestamp(place, unit="ms").year for place in short] == [2021, 2022, 2023, 2024]
    assert charts.quarters_labelled(QUARTERS) == ["2025Q1", "2023Q1", "2021Q1", "2019Q1", "2017Q1"]
    assert charts.quarters_labelled(["2024Q2", "2024Q3"]) == []


def test_an_axis_has_room_for_the_arrow_of_a_lower_bound() -> None:
    assert charts.open_axis(STATEMENTS) is None
    assert charts.open_axis([statement("c", value=100.0, above=100.0)]) == [0, pytest.approx(115)]
    assert charts.open_axis([*STATEMENTS, statement("c", value=10.0, above=10.0)]) == [0, 80]
