"""Pages, summaries and previews must not fail or delay the writing of a table.

They are made through `drawn`, after the table was written. Add nothing here that a table depends on; the content of a page belongs to
`asset_page`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    import pandas as pd


def drawn(part: str, draw: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The Markdown that `draw` returns, by name; if it raises, one part of the page that says so. part: name of the part for readers.

    The failure is not cached, so that the next build tries again.
    """
    try:
        return draw()
    except Exception as error:  # the table is already written and correct, whatever its page raises
        dg.get_dagster_logger().warning(f"{part} could not be drawn", exc_info=True)
        shown, reason = part.replace("_", " "), type(error).__name__
        return {
            part: f"The {shown} could not be drawn ({reason}). The table is complete; the run's log has the details."
        }


def text(part: str, draw: Callable[[], str]) -> str:
    """The Markdown that `draw` returns; if it raises, a sentence that says so."""
    return drawn(part, lambda: {part: draw()})[part]


def preview(frame: pd.DataFrame | None, rows: int = 8, *, telling: bool = False) -> str:
    """The first rows as a Markdown table (`asset_page.preview`). telling: only the columns that are shown first."""
    if frame is None:
        return "no rows"

    def draw() -> str:
        from capex_pipeline.orchestration import asset_page  # needs pandas, which an unchanged build does not load

        return asset_page.preview(asset_page.telling(frame) if telling else frame, rows)

    return text("preview", draw)
