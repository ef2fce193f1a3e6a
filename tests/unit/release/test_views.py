"""views.sql: works from any folder, explains itself, and says the same as the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from builders import PROJECT

from capex_pipeline.normalise.observations import as_of
from capex_pipeline.release import views
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import columns, data_dictionary
from capex_pipeline.storage.warehouse import Warehouse

pytestmark = pytest.mark.slow("queries the tables of the shipped archive")

Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def views_of_all(shipped: Warehouse) -> Iterator[Connection]:
    """A session that has executed the file: it takes longer than any query of these tests."""
    with duckdb.connect() as opened:
        _name_folder(opened, shipped)
        opened.execute(views.to_bytes(shipped).decode())
        yield opened


@pytest.fixture
def connection(
    views_of_all: Connection, shipped: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """A session with these views, in a folder that has nothing to do with the warehouse."""
    monkeypatch.chdir(tmp_path)
    with views_of_all.cursor() as opened:
        _name_folder(opened, shipped)
        yield opened


def _name_folder(opened: Connection, warehouse: Warehouse) -> None:
    opened.execute(f"SET VARIABLE warehouse = '{warehouse.root}'")


def one(connection: Connection, query: str) -> object:
    """The only value of a query."""
    ((value,),) = connection.sql(query).fetchall()
    return value


def test_every_table_is_a_view(connection: Connection, shipped: Warehouse) -> None:
    for table in TABLES:
        footer = shipped.footer(table)
        assert footer is not None
        assert one(connection, f"SELECT count(*) FROM {table}") == footer.rows


def test_a_stored_database_works_in_another_session(
    shipped: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with duckdb.connect("kept.duckdb") as first:
        _name_folder(first, shipped)
        first.execute(views.text())
    monkeypatch.chdir("/")
    with duckdb.connect(str(tmp_path / "kept.duckdb"), read_only=True) as second:
        with pytest.raises(duckdb.IOException):
            second.sql("SELECT count(*) FROM capex_by_definition").fetchall()
        _name_folder(second, shipped)
        assert one(second, "SELECT count(*) FROM capex_by_definition") == len(shipped.read("capex_by_definition"))


def test_without_a_variable_the_current_folder_is_meant(shipped: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shipped.root)
    session = duckdb.connect()
    session.execute(views.text())
    assert one(session, "SELECT count(*) FROM capex_by_definition") == len(shipped.read("capex_by_definition"))


def test_with_a_folder_written_into_it_no_variable_is_needed(
    tmp_path: Path, shipped: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    awkward = tmp_path / "it's here"
    awkward.symlink_to(shipped.root)
    monkeypatch.chdir(tmp_path)
    session = duckdb.connect()
    session.execute(views.text(Path("it's here")))
    monkeypatch.chdir("/")
    assert one(session, "SELECT count(*) FROM capex_by_definition_preferred") == int(
        shipped.read("capex_by_definition")["is_preferred"].sum()
    )


def test_the_file_names_no_folder() -> None:
    text = views.text()
    assert text == views.text()
    assert str(Path.cwd()) not in text and "read_parquet('" not in text


def test_views_and_columns_are_explained(connection: Connection) -> None:
    silent = connection.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL").fetchall()
    assert silent == []
    silent = connection.sql(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL AND schema_name = 'main'"
    ).fetchall()
    assert silent == []
    said = one(
        connection,
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'capex_by_definition' AND column_name = 'fx_usd'",
    )
    assert said == "Reporting currency per US dollar used for the conversion; 1 for US dollars. Unit: currency per USD."


def test_preferred_rows_add_up_as_in_the_table(connection: Connection, shipped: Warehouse) -> None:
    capex = shipped.read("capex_by_definition")
    expected = capex.loc[capex["is_preferred"], "amount_usd"].sum()
    assert one(connection, "SELECT sum(amount_usd) FROM capex_by_definition_preferred") == pytest.approx(
        expected, rel=1e-12
    )


@pytest.mark.parametrize("table", ["capex", "gpu_shipments", "cloud_revenue", "capex_by_definition", "gpu_estimates"])
def test_joins_neither_lose_nor_double_rows(connection: Connection, shipped: Warehouse, table: str) -> None:
    assert one(connection, f"SELECT count(*) FROM {table}_explained") == len(shipped.read(table))
    assert (
        one(
            connection,
            f"SELECT count(*) FROM {table}_explained WHERE document_publisher IS NULL AND document_kind IS NULL",
        )
        == 0
    )
    named = "product_name" if table == "gpu_shipments" else "definition_name"
    assert one(connection, f"SELECT count(*) FROM {table}_explained WHERE {named} IS NULL") == 0


def test_wide_views_have_a_column_per_company_and_no_number_where_there_is_no_row(connection: Connection) -> None:
    """Billion dollars: Amazon 39.522 and Alphabet 27.851 in 2025Q4; CoreWeave has no quarter before 2024."""
    rows = connection.sql("SELECT amazon, alphabet FROM capex_wide WHERE calendar_quarter = '2025Q4'").fetchall()
    assert rows == [(pytest.approx(39.522), pytest.approx(27.851))]
    assert connection.sql(
        "SELECT count(coreweave) FROM capex_wide WHERE quarter_start < DATE '2024-01-01'"
    ).fetchall() == [(0,)]
    assert one(connection, "SELECT amazon FROM cloud_revenue_wide WHERE calendar_quarter = '2024Q4'") == pytest.approx(
        28.786
    )


def test_the_latest_complete_quarter_of_a_group_and_the_latest_outlooks(connection: Connection) -> None:
    assert (
        one(connection, "SELECT calendar_quarter FROM latest_complete_quarter WHERE entity_id = 'us_four'") == "2026Q2"
    )
    low = "SELECT sum(amount_low_usd) / 1e9 FROM outlook_latest WHERE kind = 'guidance' AND target_year = 2026 AND entity_id IN "
    assert one(connection, low + "('alphabet', 'amazon', 'meta', 'microsoft')") == 720


def test_the_scoreboard_counts_each_outlook_once(connection: Connection, shipped: Warehouse) -> None:
    counts = "below + inside + above + pending + not_comparable"
    rows = connection.sql(
        f"SELECT sum(outlooks), sum({counts}), bool_and(outlooks = {counts}) FROM outlook_scoreboard"
    ).fetchall()
    reviewed = int((shipped.read("outlooks")["review_state"] != "machine").sum())
    assert rows == [(reviewed, reviewed, True)]
    assert one(connection, "SELECT sum(below + inside + above) FROM outlook_scoreboard WHERE kind = 'guidance'") >= 15  # type: ignore[operator]


def test_totals_of_guidance_hold_each_company_once(connection: Connection) -> None:
    """The lower ends of the four groups for 2026 add up to 720 billion dollars only where each of them gave one for the calendar year."""
    members, low, mid, high = connection.sql(
        "SELECT members_with_guidance, amount_low_usd, amount_mid_usd, amount_high_usd FROM outlook_group_totals "
        "WHERE entity_id = 'us_four' AND target_year = 2026"
    ).fetchall()[0]
    names = members.split("|")
    assert len(set(names)) == len(names)
    own = connection.sql(
        "SELECT sum(amount_low_usd) FROM outlook_latest WHERE kind = 'guidance' AND metric_id = 'capex' AND target_year = 2026 "
        f"AND entity_id IN ({', '.join(repr(name) for name in names)})"
    ).fetchall()[0][0]
    assert low == own and low <= mid <= high


def test_a_total_of_guidance_is_null_while_a_member_has_none(connection: Connection) -> None:
    """Of the four US groups Meta alone guided calendar 2024, 38 to 40 billion dollars; Microsoft guided its fiscal year."""
    (row,) = connection.sql(
        "SELECT members_without_guidance_amount, members_with_fiscal_guidance, amount_mid_usd, amount_mid_with_fiscal_usd, "
        "amount_mid_of_members_with_guidance_usd / 1e9, members_with_guidance FROM outlook_group_totals WHERE entity_id = 'us_four' AND target_year = 2024"
    ).fetchall()
    assert row == ("alphabet|amazon", "microsoft", None, None, 39, "meta")


def test_totals_of_guidance_hold_every_member_and_name_the_definitions() -> None:
    """a guides 10 to 20 and b at least 5 for the calendar year, c 40 for its fiscal year. A group of a and d, which is silent, has no total."""
    year = "'year', DATE '2025-01-01', DATE '2025-12-31', 2025"
    own = "'year', DATE '2025-06-01', DATE '2026-05-31', NULL"
    with duckdb.connect() as session:
        session.execute(
            "CREATE TABLE capex_by_overlapping_group AS SELECT * FROM (VALUES ('both', 'Both', '2025Q1', 'a|b'), ('all', 'All', '2025Q1', 'a|c'), "
            "('some', 'Some', '2025Q1', 'a|d')) AS rows(entity_id, entity_name, calendar_quarter, members)"
        )
        session.execute(
            "CREATE TABLE outlooks AS SELECT *, true AS is_latest, 'guidance' AS kind, 'capex' AS metric_id, entity_id AS outlook_id, DATE '2025-02-01' "
            f"AS stated_by FROM (VALUES ('a', {year}, 'cash', 10, 15, 20), ('b', {year}, 'leases', 5, NULL, NULL), ('c', {own}, 'cash', 40, 40, 40)) "
            "AS rows(entity_id, target_period_type, target_start, target_end, target_year, definition_id, amount_low_usd, amount_mid_usd, amount_high_usd)"
        )
        rows = session.execute(
            "SELECT entity_id, definitions, amount_low_usd, amount_mid_usd, amount_low_with_fiscal_usd, amount_low_of_members_with_guidance_usd "
            f"FROM ({views._ANSWERS['outlook_group_totals'][1]}) ORDER BY 1"
        ).fetchall()
    assert rows == [
        ("all", "cash", None, None, 50, 10),
        ("both", "cash|leases", 15, None, 15, 15),
        ("some", "cash", None, None, None, 10),
    ]


def test_every_figure_of_the_first_article_is_there_once_with_its_place_or_the_reason(connection: Connection) -> None:
    article = "document_id = 'ft-2024-08-26-chinese-tech-groups-ai-spending-copy'"
    assert one(connection, f"SELECT count(*) FROM article_figures WHERE {article}") == one(
        connection, f"SELECT count(*) FROM figures WHERE {article}"
    )
    assert (
        one(
            connection,
            f"SELECT count(*) FROM article_figures WHERE {article} AND (tables IS NULL) = (reason_without_table IS NULL)",
        )
        == 0
    )
    (cash,) = connection.sql(
        f"SELECT printed, tables, reason_without_table, verdict FROM article_figures WHERE {article} AND metric_id = 'cash_pile'"
    ).fetchall()
    assert cash == ("more than 50 billion USD", None, "Context: no published table holds cash_pile.", "not_checkable")
    low, value, in_yuan = connection.sql(
        f"SELECT amount_low_usd, amount_usd, amount_low_cny FROM article_figures WHERE {article} AND metric_id = 'cash_pile'"
    ).fetchall()[0]
    # The fixing of 2024-08-26 was 7.1228 yuan per dollar; a balance is converted at the closing rate, and a bound stays one.
    assert (low, value) == (5e10, None) and in_yuan == pytest.approx(5e10 * 7.1228, rel=1e-4)
    growth = f"SELECT count(amount_usd) FROM article_figures WHERE {article} AND measure <> 'level'"
    assert one(connection, growth) == 0, "a percentage is no amount"


def amount(low: float | None, value: float | None, high: float | None) -> str:
    """A value with its bounds, in millions where it is large."""
    ends = [
        None if end is None else f"{end / 1e6:,.0f}m" if abs(end) >= 1e6 else f"{end:,.0f}"
        for end in (low, value, high)
    ]
    if ends[1] is not None and ends[0] in (None, ends[1]):
        return ends[1]
    if ends[0] is None and ends[2] is None:
        return ""
    return (
        f"at least {ends[0]}"
        if ends[2] is None
        else f"at most {ends[2]}"
        if ends[0] is None
        else f"{ends[0]} to {ends[2]}"
    )


def article_section(connection: Connection) -> str:
    """The table of README: each figure of the first article, and what the view says of it."""
    rows = connection.sql(
        "SELECT locator, printed, entity_name, metric_id, year(period_start), value_low, value, value_high, amount_low_usd, amount_usd, amount_high_usd, "
        "amount_low_cny, amount_cny, amount_high_cny, claimant, coalesce(tables, reason_without_table), coalesce(verdicts, 'not checked'), "
        "coalesce(checked_against, '') FROM article_figures JOIN entities USING (entity_id) "
        "WHERE document_id = 'ft-2024-08-26-chinese-tech-groups-ai-spending-copy'"
    ).fetchall()
    heads = (
        "Place",
        "As printed",
        "Of whom",
        "Metric",
        "Year",
        "Value",
        "USD",
        "CNY",
        "Claimant",
        "Table",
        "Checks and verdicts",
        "Compared with",
    )
    shown = [(*row[:5], amount(*row[5:8]), amount(*row[8:11]), amount(*row[11:14]), *row[14:]) for row in rows]
    cells = [heads, ("---",) * len(heads), *shown]
    lines = [
        "| " + " | ".join(" and ".join(str(cell).split("|")).replace("_", "\\_") for cell in row) + " |"
        for row in cells
    ]
    return "\n".join(lines) + "\n"


def test_the_readme_shows_the_first_article_as_the_view_has_it(connection: Connection) -> None:
    """After a change of the view or of the evidence, replace the table in README with what this function returns."""
    readme = (PROJECT / "README.md").read_text()
    shown = readme.split("<!-- article_figures: begin -->\n")[1].split("<!-- article_figures: end -->")[0]
    assert shown == article_section(connection)


def test_a_join_says_who_the_customer_is(connection: Connection) -> None:
    found = connection.sql(
        "SELECT DISTINCT customer_id, customer_name, supplier_name FROM gpu_estimates_by_customer_explained "
        "WHERE customer_id = 'meta' AND supplier_id = 'nvidia'"
    ).fetchall()
    assert found == [("meta", "Meta", "Nvidia")]


def test_as_of_a_day_is_what_the_package_says(connection: Connection, shipped: Warehouse) -> None:
    for day in ("2024-12-31", "2025-01-30", "2010-01-01"):
        expected = set(as_of(shipped.read("observations"), day)["observation_id"])
        found = connection.sql(f"SELECT observation_id FROM observations_as_of(DATE '{day}')").fetchall()
        assert {name for (name,) in found} == expected and len(found) == len(expected)


def test_what_was_known_of_meta_at_the_end_of_2024(connection: Connection) -> None:
    query = (
        "SELECT value FROM observations_as_of('{day}') WHERE entity_id = 'meta' AND metric_id = 'capex' "
        "AND definition_id = 'cash_purchases' AND calendar_quarter = '2023Q4' AND source_type <> 'article' AND value IS NOT NULL"
    )
    # Meta's results of 1 February 2024 and of 29 January 2025: 7,592 with the purchases of 2023 restated, 7,665 as first reported.
    assert one(connection, query.format(day="2024-12-31")) == 7_665_000_000
    assert one(connection, query.format(day="2025-12-31")) == 7_592_000_000


def test_preferred_views_exist_where_there_is_a_preference() -> None:
    expected = {f"{table}_preferred" for table, model in TABLES.items() if "is_preferred" in columns(model)}
    assert {
        "capex_by_definition_preferred",
        "gpu_estimates_preferred",
        "gpu_estimates_by_customer_preferred",
        "cloud_revenue_by_definition_preferred",
    } <= expected
    text = views.text()
    assert all(f"CREATE OR REPLACE VIEW {name} AS" in text for name in expected)


def test_the_dictionary_names_views_that_exist(connection: Connection) -> None:
    named = set(re.findall(r"`(\w+)(?:\(day\))?`", data_dictionary().split("`views.sql`")[1].split("`workbook")[0]))
    views_and_macros = (
        "SELECT view_name FROM duckdb_views() UNION ALL SELECT function_name FROM duckdb_functions() WHERE NOT internal"
    )
    assert len(named) == 5
    assert named <= {name for (name,) in connection.sql(views_and_macros).fetchall()}
