"""The picture of the table in README.md: texts of its cells, and a PNG file that holds the same pixels in fewer bytes."""

from __future__ import annotations

import importlib.util
import zlib
from types import ModuleType

import pytest
from builders import PROJECT, frame_of


@pytest.fixture(scope="module")
def draw_table() -> ModuleType:
    """The script that draws, which lies beside the picture."""
    pytest.importorskip("vl_convert", reason="the library that draws is not installed (extra drawing)")
    spec = importlib.util.spec_from_file_location("draw_table", PROJECT / "docs" / "images" / "draw_table.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_cells_have_millions_signs_and_nothing_for_null(draw_table: ModuleType) -> None:
    row = {"entity_name": "A & B", "amount_local": 12_094e6, "amount_usd": 1_669.6e6, "yoy_local_pct": -8.04}
    (record,) = frame_of("capex", row).to_dict("records")
    texts = {column: draw_table.cell(column, record[column]) for column in row}
    assert texts == {"entity_name": "A & B", "amount_local": "12,094", "amount_usd": "1,670", "yoy_local_pct": "-8.0"}
    assert draw_table.cell("yoy_local_pct", float("nan")) == ""
    assert "A &amp; B" in draw_table.drawing(frame_of("capex", row))


def test_the_compressed_picture_has_the_same_pixels(draw_table: ModuleType) -> None:
    picture = draw_table.vl_convert.svg_to_png(draw_table.drawing(frame_of("capex")), scale=1)
    smaller = draw_table.compressed(picture)
    assert len(smaller) < len(picture)
    pixels = [data[data.index(b"IDAT") + 4 : data.rindex(b"IEND") - 8] for data in (picture, smaller)]
    assert zlib.decompress(pixels[0]) == zlib.decompress(pixels[1])
    assert draw_table.compressed(smaller) == smaller


def test_the_picture_in_the_readme_is_light() -> None:
    assert "](docs/images/capex-table.png)" in (PROJECT / "README.md").read_text(encoding="utf-8")
    assert 5_000 < (PROJECT / "docs" / "images" / "capex-table.png").stat().st_size < 100_000
