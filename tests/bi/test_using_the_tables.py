"""The page docs/using-the-tables.md: its queries run on the shipped tables, and what it says of them is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from capex_pipeline.schemas import TABLES, vocabulary
from capex_pipeline.schemas.derive import columns
from capex_pipeline.storage.warehouse import Warehouse

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed (extra test)")

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "using-the-tables.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```sql\n(.*?)^```", PAGE, flags=re.M | re.S)
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.M | re.S)


@pytest.fixture
def beside(shipped: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The warehouse as working directory, as the page says."""
    monkeypatch.chdir(shipped.root)
    return shipped.root


def answer(query: str) -> pd.DataFrame:
    with duckdb.connect() as connection:
        return connection.execute(query).df()


def test_there_are_ten_queries() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize("place", range(10))
def test_query_runs_and_finds_rows(beside: Path, place: int) -> None:
    assert len(answer(QUERIES[place]))


def test_query_of_yearly_totals(beside: Path) -> None:
    """Amazon's gross purchases of 2024: 14,925 + 17,620 + 22,620 + 27,834 = 82,999 million dollars."""
    rows = answer(QUERIES[0])
    found = rows[(rows["entity_name"] == "Amazon") & (rows["calendar_year_of_company"] == 2024)]
    assert found["usd_bn"].tolist() == [83.0]


def test_query_of_group_totals(beside: Path) -> None:
    """US four, cash, April to June 2024: 13,873 + 13,186 + 8,173 + 17,620 = 52,852 million dollars."""
    rows = answer(QUERIES[1])
    found = rows[(rows["calendar_quarter"] == "2024Q2") & (rows["entity_name"] == "Four US hyperscalers")]
    assert found["usd_bn"].tolist() == [52.9]


def test_query_of_restatements(beside: Path) -> None:
    """Meta's fourth quarter of 2023: first 27,266 - 19,601 = 7,665, on the basis of 2024 27,045 - 19,453 = 7,592."""
    rows = answer(QUERIES[5])
    found = rows[(rows["entity_name"] == "Meta") & (rows["calendar_quarter"] == "2023Q4")]
    assert found[["first_m", "now_m"]].to_numpy().tolist() == [[7665.0, 7592.0]]


def test_from_a_number_to_its_operands(beside: Path) -> None:
    """Alphabet's fourth quarter of 2024 is 52,535 less 38,259 million dollars."""
    printed = set(answer(QUERIES[9])["value_text"])
    assert {"52535000000", "38259000000"} <= {text.replace(",", "") for text in printed}


def test_python_example_gives_yearly_totals(beside: Path) -> None:
    names: dict[str, Any] = {}
    exec(PYTHON[0], names)
    assert names["by_year"].loc["Amazon", 2024] == pytest.approx(82_999e6)


def test_every_name_on_the_page_exists() -> None:
    """Tables and columns in code marks are those of the models."""
    known = set(TABLES) | {name for model in TABLES.values() for name in columns(model)}
    text = re.sub(r"^```.*?^```", "", PAGE, flags=re.M | re.S)
    named = {name for name in re.findall(r"`([a-z][a-z_]+)`", text) if "_" in name}
    definitions = set(re.findall(r"^\| `(\w+)` \| ", PAGE, flags=re.M))
    others = {"read_parquet", "min_count", *vocabulary.SOURCE_TYPES}
    assert named - known - definitions - others == set()


def test_every_definition_on_the_page_exists(shipped: Warehouse) -> None:
    section = PAGE.partition("## Definitions")[2].partition("## Caveats")[0]
    named = set(re.findall(r"^\| `(\w+)` \|", section, flags=re.M))
    assert named
    assert named <= set(shipped.read("definitions")["definition_id"])


def test_the_guidance_on_the_page_adds_up(beside: Path) -> None:
    """195 to 205, 220, 130 to 145 and 175 billion dollars."""
    rows = answer(QUERIES[7])
    four = rows[rows["entity_name"].isin(["Alphabet", "Amazon", "Meta", "Microsoft"])]
    assert (four["low_bn"].sum(), four["high_bn"].sum()) == (720.0, 745.0)
