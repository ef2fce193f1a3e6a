"""The rule for decorations: pages, summaries and previews never fail or delay the writing of a table.

Everything that Dagster shows of a table beyond its numbers is drawn through `drawn`, after the table was written. Add nothing here that
a table depends on; what a page shows belongs to `asset_page`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    import pandas as pd


def drawn(part: str, draw: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The Markdown that `draw` returns, by name; where it raises, one part of the page that says so.

    part: what is drawn, as its reader knows it. The failure is not cached, so that the next build tries again.
    """
    try:
        return draw()
    except Exception as error:  # whatever a decoration raises, the table it belongs to is written and correct
        dg.get_dagster_logger().warning(f"{part} could not be drawn", exc_info=True)
        return {part: _apology(part, error)}


def text(part: str, draw: Callable[[], str]) -> str:
    """The Markdown that `draw` returns; where it raises, a sentence that says so."""
    return drawn(part, lambda: {part: draw()})[part]


def preview(frame: pd.DataFrame | None, rows: int = 8, *, telling: bool = False) -> str:
    """The first rows as a Markdown table (`asset_page.preview`). telling: only the columns that a reader looks at first."""
    if frame is None:
        return "no rows"

    def draw() -> str:
        from capex_pipeline.orchestration import asset_page  # needs pandas, which an unchanged build does not load

        return asset_page.preview(asset_page.telling(frame) if telling else frame, rows)

    return text("preview", draw)


def _apology(part: str, error: Exception) -> str:
    return f"The {part.replace('_', ' ')} could not be drawn ({type(error).__name__}). The table is complete; the run's log has the details."
