"""Templates of charts: filled they are what drawing them would give, and the file is what they were compiled to."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import numpy as np
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


@pytest.mark.slow("draws every chart with the library that draws")
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


@pytest.mark.slow("draws every chart with the library that draws")
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


_COLOUR_BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Matrices on linear RGB by Machado, Oliveira and Fernandes (2009), severity 1.0."""
_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_OKLAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_JUST_VISIBLE = 0.02
"""Distance in Oklab that a reader can just notice (Ottosson, 2020)."""


def _linear(colour: str) -> np.ndarray[Any, Any]:
    parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _oklab(linear: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.array(_TO_OKLAB) @ np.cbrt(np.array(_TO_CONES) @ np.clip(linear, 0, 1))


@pytest.mark.parametrize("kind", _COLOUR_BLINDNESS)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_of_companies_differ_for_every_reader(scheme: int, kind: str) -> None:
    """Any two of the ten companies, and the grey of other buyers, are at least twice the just noticeable distance apart."""
    style = page_fingerprint.static("report.css").split("@media (prefers-color-scheme: dark)")[scheme]
    names = [*(f"k{place}" for place in range(charts.COMPANY_COLOURS)), "other"]
    colours = [re.findall(rf"--{name}: (#[0-9a-f]{{6}});", style)[0] for name in names]
    seen = [_oklab(np.array(_COLOUR_BLINDNESS[kind]) @ _linear(colour)) for colour in colours]
    close = {
        (names[one], names[other]): float(np.linalg.norm(seen[one] - seen[other]))
        for one, other in itertools.combinations(range(len(names)), 2)
        if np.linalg.norm(seen[one] - seen[other]) < 2 * _JUST_VISIBLE
    }
    assert close == {}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_marks_have_three_to_one_contrast_with_the_card(scheme: int) -> None:
    """WCAG 2.2, 1.4.11 Non-text contrast."""
    style = page_fingerprint.static("report.css").split("@media (prefers-color-scheme: dark)")[scheme]
    light = {
        name: _linear(colour) @ (0.2126, 0.7152, 0.0722) + 0.05
        for name, colour in re.findall(r"--([a-z]\w*): (#[0-9a-f]{6});", style)
    }
    names = [*(f"k{place}" for place in range(charts.COMPANY_COLOURS)), "other", "accent", "claim"]
    faint = {
        name: ratio
        for name in names
        if (ratio := max(light[name], light["surface"]) / min(light[name], light["surface"])) < 3
    }
    assert faint == {}


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
