"""Draws docs/images/capex-table.png, the picture of the table `capex` in README.md, from the published tables.

Run it after a build, in the project's folder: `.venv/bin/python docs/images/draw_table.py`. It draws the latest quarter of each company with a
few of the columns, in letters that can be read on a telephone. Charts of the page are drawn by capex_pipeline/report.
"""

from __future__ import annotations

import struct
import sys
import zlib
from html import escape
from pathlib import Path

import pandas as pd
import vl_convert

TABLE = Path("warehouse/capex.parquet")
PICTURE = Path(__file__).with_name("capex-table.png")
COLUMNS = {
    "entity_name": ("entity_", "name"),
    "calendar_quarter": ("calendar_", "quarter"),
    "amount_local": ("amount_", "local, m"),
    "currency": ("", "currency"),
    "amount_usd": ("amount_", "usd, m"),
    "yoy_local_pct": ("yoy_", "local_pct"),
}
"""Columns of the picture, and their names in two lines."""
EDGES = {
    "entity_name": 14, "calendar_quarter": 130, "amount_local": 306, "currency": 322, "amount_usd": 500, "yoy_local_pct": 606,
}  # fmt: skip
"""Left edge of texts and right edge of numbers, in pixels of a picture that is 620 wide."""
NUMBERS = ("amount_local", "amount_usd", "yoy_local_pct")
WIDTH, LINE, HEAD = 620, 36, 64
INK, QUIET, RULE = "#1a1a1a", "#555555", "#d8d8d8"


def cell(column: str, value: object) -> str:
    """The text of a cell: amounts in millions, growth with its sign, an empty cell for null."""
    if pd.isna(value):
        return ""
    if column not in NUMBERS:
        return str(value)
    number = float(str(value))
    return f"{number:+.1f}" if column == "yoy_local_pct" else f"{number / 1e6:,.0f}"


def text(column: str, y: float, words: str, colour: str) -> str:
    """A text of a column at a height of the picture."""
    anchor = "end" if column in NUMBERS else "start"
    return f'<text x="{EDGES[column]}" y="{y}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def drawing(rows: pd.DataFrame) -> str:
    """The picture as SVG."""
    height = HEAD + LINE * len(rows) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="Arial, sans-serif" font-size="20">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
    ]
    for column, (first, second) in COLUMNS.items():
        parts += [text(column, 24, first, QUIET), text(column, 48, second, QUIET)]
    for number, row in enumerate(rows.to_dict("records")):
        top = HEAD + LINE * number
        parts.append(f'<line x1="0" x2="{WIDTH}" y1="{top}" y2="{top}" stroke="{RULE}"/>')
        parts += [text(column, top + 25, cell(column, row[column]), INK) for column in COLUMNS]
    return "".join([*parts, "</svg>"])


def compressed(png: bytes) -> bytes:
    """The same PNG file with its pixels compressed well, which the library that draws does not do."""
    head, kept, pixels, place = png[:8], b"", b"", 8
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        kind, chunk = png[place + 4 : place + 8], png[place : place + 12 + size]
        if kind == b"IDAT":
            pixels += chunk[8:-4]
        elif kind != b"IEND":
            kept += chunk
        place += 12 + size
    return head + kept + _chunk(b"IDAT", zlib.compress(zlib.decompress(pixels), 9)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main() -> int:
    """Draws the picture and returns the exit status."""
    if not TABLE.exists():
        print(f"There is no file {TABLE}; run make warehouse first.", file=sys.stderr)
        return 1
    table = pd.read_parquet(TABLE)
    latest = table[table["is_latest_quarter_of_company"]].sort_values("amount_usd", ascending=False)
    PICTURE.write_bytes(compressed(vl_convert.svg_to_png(drawing(latest), scale=1.5)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
