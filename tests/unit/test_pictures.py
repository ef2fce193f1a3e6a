"""The pictures on an asset's page: drawn, the same each time, and with nothing cut off at the rim."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pandas as pd
import pytest
from builders import frame_of

from capex_pipeline.orchestration import pictures

pytestmark = pytest.mark.slow

QUARTERS = [f"{year}Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4)]
COMPANIES = {"Amazon": 40e9, "A company with a very long name": 38e9, "Meta": 20e9, "Baidu": 1e9, "Tencent": 1.1e9}


def amounts(table: str) -> pd.DataFrame:
    return frame_of(
        table,
        *(
            {
                "entity_name": name,
                "calendar_quarter": quarter,
                "amount_usd": size * (1 + place / 9),
                "is_preferred": True,
            }
            for name, size in COMPANIES.items()
            for place, quarter in enumerate(QUARTERS)
        ),
    )


def shipments() -> pd.DataFrame:
    return frame_of(
        "gpu_shipments",
        *(
            {"product": product, "calendar_quarter": quarter, "units_low": 1e3 * size, "units": 2e3 * size,
             "units_high": 3e3 * size, "is_preferred": True}
            for size, product in enumerate(("h100", "h20", "tpu_v6e", "a product with a long name", "b200"), start=1)
            for quarter in QUARTERS
        ),
    )  # fmt: skip


def verdicts() -> pd.DataFrame:
    wordy = "a-document-with-an-identifier-that-is-much-longer-than-there-is-room-for-beside-its-bar"
    return frame_of("claim_checks", {"document_id": wordy}, {"document_id": "b", "verdict": "contradicted"})


def coverage() -> pd.DataFrame:
    states = ["reported", "derived", "missing", "conflict", "claimed_only", "estimated"]
    return frame_of(
        "coverage",
        *(
            {"table_name": "capex", "entity_id": "alphabet", "calendar_quarter": quarter, "state": states[place % 6]}
            for place, quarter in enumerate(QUARTERS)
        ),
    )


FRAMES = {
    "capex": lambda: amounts("capex"), "cloud_revenue": lambda: amounts("cloud_revenue"), "gpu_shipments": shipments,
    "claim_checks": verdicts, "coverage": coverage,
}  # fmt: skip


def pixels(png: bytes | None) -> np.ndarray:
    from matplotlib.image import imread

    assert png is not None
    return np.asarray(imread(io.BytesIO(png)))


@pytest.mark.parametrize("table", FRAMES)
def test_a_picture_is_drawn_and_nothing_is_cut_off(table: str) -> None:
    drawn = pixels(pictures.of_table(table, FRAMES[table]()))
    opaque = drawn[:, :, 3] > 0
    assert opaque.mean() > 0.01, "an empty picture"
    rim = np.concatenate([opaque[0], opaque[-1], opaque[:, 0], opaque[:, -1]])
    assert not rim.any(), "something reaches beyond the picture"


@pytest.mark.parametrize("table", FRAMES)
def test_equal_rows_give_an_equal_picture(table: str) -> None:
    assert pictures.of_table(table, FRAMES[table]()) == pictures.of_table(table, FRAMES[table]())


@pytest.mark.parametrize("table", FRAMES)
def test_an_empty_table_has_no_picture(table: str) -> None:
    assert pictures.of_table(table, FRAMES[table]().iloc[:0]) is None


def test_names_at_the_ends_of_lines_keep_their_order_and_do_not_overlap() -> None:
    figure, (axes,) = pictures._canvas(3.4, left=0.5, right=1.5)
    axes.set_ylim(0, 100)
    pictures._label_ends(axes, [(99.0, "b", "red"), (99.5, "a", "red"), (98.9, "c", "red"), (10.0, "d", "red")])
    placed = {text.get_text(): text.xy[1] for text in axes.texts}
    assert sorted(placed, key=lambda name: -placed[name]) == ["a", "b", "c", "d"]
    heights = sorted(placed.values())
    inches = axes.get_position().height * figure.get_figheight() / 100
    assert all(upper - lower >= 0.149 / inches for lower, upper in itertools.pairwise(heights))
    assert max(heights) <= 100 and placed["d"] == 10.0


def test_small_companies_have_a_panel_of_their_own() -> None:
    tall = pixels(pictures.of_table("capex", amounts("capex")))
    frame = amounts("capex")
    low = pixels(pictures.of_table("capex", frame[frame["amount_usd"] > 10e9]))
    assert tall.shape[0] > low.shape[0] and tall.shape[1] == low.shape[1]
