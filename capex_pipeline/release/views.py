"""warehouse/views.sql: DuckDB views over the tables, with comments, joins, an as-of macro and a few ready answers.

Add here SQL that is derived from the models. Facts about a table belong to its model. The views contain no absolute paths, so that the file
is the same for every warehouse; a session sets the folder with SET VARIABLE warehouse = '/the/folder'.
"""

# ruff: noqa: S608 - the names in the statements are those of our own models

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from capex_pipeline.release.datapackage import description
from capex_pipeline.schemas import SCHEMA_VERSION, TABLES
from capex_pipeline.schemas.derive import columns, unit_of
from capex_pipeline.schemas.foreign_keys import ForeignKey, foreign_keys
from capex_pipeline.schemas.vocabulary import EVIDENCE_TABLES, PUBLISHED_TABLES

if TYPE_CHECKING:
    from capex_pipeline.storage.warehouse import Warehouse


_HEAD = f"""-- DuckDB views over the tables of this folder, contract version {SCHEMA_VERSION}. Generated from the table models.
--
-- Say first where the tables are (once in each session; without it the current folder is meant):
--   SET VARIABLE warehouse = '/path/to/warehouse';
--   .read /path/to/warehouse/views.sql
-- In Python:
--   connection.execute("SET VARIABLE warehouse = '/path/to/warehouse'")
--   connection.execute(open("/path/to/warehouse/views.sql").read())
-- Views in a stored database keep this: set the variable in each session that uses them.
--
-- <table>            the table as it is
-- <table>_preferred  the rows that may be summed
-- <table>_explained  with the rows that its keys refer to: company, definition, document
-- latest_complete_quarter, outlook_latest  ready answers
-- outlook_scoreboard, outlook_group_totals  how guidance came out, and the latest guidance of groups
-- article_figures  each figure of an article, what it became, and what filings or estimators say
-- capex_wide, cloud_revenue_wide  quarters down, companies across, billion US dollars
-- capex_as_of(day), cloud_revenue_as_of(day), observations_as_of(day)  what was known at the end of a day
"""


_OF_THE_YEAR = "CASE WHEN NOT is_fiscal THEN amount_{end}_usd END"
_GROUP_SUMS = {
    "": (_OF_THE_YEAR, "count(*)", "of the guidance for the calendar year; null unless every member gave one"),
    "_with_fiscal": (
        "amount_{end}_usd",
        "count(*)",
        "of the guidance for the calendar year or, where a member has none, for its fiscal year, which covers up to six months of another year; null unless "
        "every member gave one",
    ),
    "_of_members_with_guidance": (
        _OF_THE_YEAR,
        "count(*) FILTER (WHERE NOT is_fiscal)",
        "over members_with_guidance only, which is no total of the group; null if one of them gave none",
    ),
}
"""Sums of view outlook_group_totals by the suffix of the column: what is summed, how many amounts make it whole, and its description."""


def _group_sums() -> str:
    """The columns of these sums. A row is a member; one without guidance has no amount."""
    return ",\n".join(
        f"  CASE WHEN count({amount.format(end=end)}) = {members} THEN sum({amount.format(end=end)}) END AS amount_{end}{suffix}_usd"
        for suffix, (amount, members, _) in _GROUP_SUMS.items()
        for end in ("low", "mid", "high")
    )


_ANSWERS: dict[str, tuple[str, str, str, dict[str, str] | None]] = {
    "latest_complete_quarter": (
        "capex_by_overlapping_group",
        "SELECT * FROM capex_by_overlapping_group WHERE is_complete\n"
        "QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY calendar_quarter DESC) = 1",
        "The newest quarter of each group of companies for which every member has reported.",
        None,
    ),
    "outlook_latest": (
        "outlooks",
        "SELECT * FROM outlooks WHERE is_latest",
        "The latest guidance of each company for each future period.",
        None,
    ),
    "outlook_scoreboard": (
        "outlooks",
        """SELECT entity_id, entity_name, kind, count(*) AS outlooks,
  count(*) FILTER (WHERE outcome = 'below') AS below, count(*) FILTER (WHERE outcome = 'inside') AS inside,
  count(*) FILTER (WHERE outcome = 'above') AS above, count(*) FILTER (WHERE outcome = 'pending') AS pending,
  count(*) FILTER (WHERE outcome = 'not_comparable') AS not_comparable, avg(revision_pct) AS mean_revision_pct
FROM outlooks WHERE review_state <> 'machine' AND kind <> 'repeated_guidance' GROUP BY entity_id, entity_name, kind""",
        "Guidance by company: number of statements, outcomes below, inside and above the stated range, and mean revision.",
        {
            "entity_id": "Company or group; see table entities.",
            "entity_name": "Its name.",
            "kind": "guidance or forecast.",
            "outlooks": "Number of statements, without those that were extracted and not reviewed and without guidance that an article repeats.",
            "below": "Statements whose outcome is below the stated range.",
            "inside": "Statements whose outcome is inside the stated range.",
            "above": "Statements whose outcome is above the stated range.",
            "pending": "Statements about periods that are not yet reported in full.",
            "not_comparable": "Statements about periods reported on another definition, and statements without an amount about past periods.",
            "mean_revision_pct": "Mean change of the middle from one statement to the next on the same definition; null where none was revised. Unit: percent.",
        },
    ),
    "outlook_group_totals": (
        "outlooks",
        f"""WITH members AS (
  SELECT entity_id, entity_name, unnest(string_split(arg_max(members, calendar_quarter), '|')) AS member
  FROM capex_by_overlapping_group GROUP BY entity_id, entity_name),
dated AS (
  SELECT *, entity_id AS member, target_year IS NULL AS is_fiscal,
    coalesce(target_year, year(target_start + CAST(date_diff('day', target_start, target_end) // 2 AS INTEGER))) AS year
  FROM outlooks WHERE is_latest AND kind = 'guidance' AND metric_id = 'capex' AND target_period_type = 'year'),
latest AS (
  SELECT member, year, is_fiscal, definition_id, amount_low_usd, amount_mid_usd, amount_high_usd FROM dated
  QUALIFY row_number() OVER (PARTITION BY member, year ORDER BY is_fiscal, stated_by DESC, outlook_id) = 1),
wanted AS (
  SELECT groups.entity_id, groups.entity_name, members.member, groups.year AS target_year
  FROM (SELECT DISTINCT entity_id, entity_name, year FROM members JOIN latest USING (member)) AS groups
  JOIN members USING (entity_id))
SELECT entity_id, entity_name, target_year, count(*) FILTER (WHERE NOT is_fiscal) AS companies,
  string_agg(wanted.member, '|' ORDER BY wanted.member) FILTER (WHERE NOT is_fiscal) AS members_with_guidance,
  string_agg(wanted.member, '|' ORDER BY wanted.member) FILTER (WHERE is_fiscal) AS members_with_fiscal_guidance,
  string_agg(wanted.member, '|' ORDER BY wanted.member) FILTER (WHERE is_fiscal IS NULL) AS members_without_guidance_amount,
  string_agg(DISTINCT definition_id, '|' ORDER BY definition_id) AS definitions,
{_group_sums()}
FROM wanted LEFT JOIN latest ON latest.member = wanted.member AND latest.year = wanted.target_year
GROUP BY entity_id, entity_name, target_year""",
        "Sum of the members' latest capital expenditure guidance for a calendar year, by group. Each company counts once, on its own definition. Totals are null "
        "while a member has no guidance.",
        {
            "entity_id": "Group of companies.",
            "entity_name": "Name of the group.",
            "target_year": "Calendar year of the guidance; a fiscal year belongs to the calendar year that contains its middle day.",
            "companies": "Members with guidance for the calendar year.",
            "members_with_guidance": "Their ids, joined by |.",
            "members_with_fiscal_guidance": "Ids of the members with guidance only for a fiscal year that is not the calendar year, joined by |.",
            "members_without_guidance_amount": "Ids of the members that stated no amount of either kind, joined by |; a direction without an amount does not count. Null if there is none. All totals are null while a member is named here.",
            "definitions": "Definitions of the guidance of both kinds of members, joined by |: where there are several, a sum mixes them; see table definitions.",
            **{
                f"amount_{end}{suffix}_usd": f"Sum of the {name} {of}. Unit: USD."
                for suffix, (_, _, of) in _GROUP_SUMS.items()
                for end, name in (("low", "lower bounds"), ("mid", "midpoints"), ("high", "upper bounds"))
            },
        },
    ),
    "article_figures": (
        "figures",
        """WITH placed AS (
  SELECT unnest(string_split(derived_from, '|')) AS figure_id, 'capex_by_definition' AS table_name FROM capex_by_definition
  UNION ALL SELECT unnest(string_split(derived_from, '|')), 'cloud_revenue_by_definition' FROM cloud_revenue_by_definition
  UNION ALL SELECT unnest(string_split(derived_from, '|')), 'gpu_estimates' FROM gpu_estimates
  UNION ALL SELECT unnest(string_split(derived_from, '|')), 'gpu_estimates_by_customer' FROM gpu_estimates_by_customer
  UNION ALL SELECT unnest(string_split(derived_from, '|')), 'gpu_unit_prices' FROM gpu_unit_prices
  UNION ALL SELECT outlook_id, 'outlooks' FROM outlooks),
places AS (
  SELECT figure_id, string_agg(DISTINCT table_name, '|' ORDER BY table_name) AS tables FROM placed GROUP BY figure_id),
rates AS (
  SELECT f.figure_id, CASE WHEN m.kind = 'stock' THEN own.closing_rate ELSE own.average_rate END AS per_usd,
    CASE WHEN m.kind = 'stock' THEN cny.closing_rate ELSE cny.average_rate END AS cny_per_usd
  FROM figures AS f JOIN metrics AS m ON m.metric_id = f.metric_id
  JOIN fx_rates AS own ON own.currency = f.currency AND own.period_start = f.period_start AND own.period_end = f.period_end
  LEFT JOIN fx_rates AS cny ON cny.currency = 'CNY' AND cny.period_start = f.period_start AND cny.period_end = f.period_end
  WHERE f.source_type IN ('article', 'digest') AND f.measure = 'level'),
arithmetic AS (
  SELECT claim_figures AS figure_id, string_agg(check_kind || ': ' || verdict, '|' ORDER BY check_kind) AS verdicts,
    string_agg(explanation, ' ' ORDER BY check_kind) AS explanation, max(claim) AS claim, max(reviewed_reason) AS reviewed_reason
  FROM arithmetic_checks GROUP BY claim_figures),
checks AS (
  SELECT coalesce(c.claim_figures, a.figure_id) AS figure_id, concat_ws('|', c.check_kind || ': ' || c.verdict, a.verdicts) AS verdicts, c.verdict,
    c.computed, c.checked_against, c.search_power_pct,
    CASE WHEN c.claim_figures IS NULL THEN a.explanation ELSE concat_ws(' ', c.explanation, CASE WHEN NOT contains(c.explanation, a.explanation)
    THEN a.explanation END) END AS explanation, coalesce(c.claim, a.claim) AS claim, c.context,
    coalesce(c.reviewed_reason, a.reviewed_reason) AS reviewed_reason
  FROM claim_checks AS c FULL JOIN arithmetic AS a ON a.figure_id = c.claim_figures)
SELECT f.document_id, f.figure_id, f.locator,
  coalesce(checks.claim, CASE WHEN f.review_state = 'machine' THEN f.value_text END, coalesce(f.value_text, f.value_low_text || ' to ' ||
  f.value_high_text) || ' ' || f.unit_text) AS printed,
  f.entity_id, f.metric_id, f.measure, f.definition_id, f.product, f.period_start, f.period_end, f.bound, f.unit, f.currency,
  f.value_low, f.value, f.value_high, f.value_low / per_usd AS amount_low_usd, f.value / per_usd AS amount_usd, f.value_high / per_usd AS
  amount_high_usd,
  f.value_low / per_usd * cny_per_usd AS amount_low_cny, f.value / per_usd * cny_per_usd AS amount_cny, f.value_high / per_usd * cny_per_usd
  AS amount_high_cny, f.claimant, f.status, places.tables,
  CASE WHEN places.tables IS NOT NULL THEN NULL
    WHEN f.same_fact_as IS NOT NULL THEN 'The same fact as ' || f.same_fact_as || ' in another currency.'
    WHEN metrics.table_name IS NULL THEN 'Context: no published table holds ' || f.metric_id || '.'
    WHEN f.measure <> 'level' THEN 'Growth, which the tables compute from amounts; see observations.'
    ELSE 'See observations.' END AS reason_without_table,
  checks.computed, checks.verdict, checks.verdicts, checks.checked_against, checks.search_power_pct, checks.explanation, checks.context,
  checks.reviewed_reason
FROM figures AS f LEFT JOIN metrics ON metrics.metric_id = f.metric_id
LEFT JOIN rates ON rates.figure_id = f.figure_id
LEFT JOIN places ON places.figure_id = f.figure_id LEFT JOIN checks ON checks.figure_id = f.figure_id
WHERE f.source_type IN ('article', 'digest') ORDER BY f.document_id, f.row_number""",
        "Each figure of an article as printed, its parsed value, the table that holds it, and the value from filings or estimators.",
        {
            "document_id": "Article; see table documents.",
            "figure_id": "Figure; see table figures.",
            "locator": "Place in the article.",
            "printed": "Value and unit as printed.",
            "entity_id": "Company or group; see table entities.",
            "metric_id": "What was measured; see table metrics.",
            "measure": "level, or growth over the previous year.",
            "definition_id": "Definition; see table definitions.",
            "product": "Chip; see table products.",
            "period_start": "First day of the period.",
            "period_end": "Last day of the period.",
            "bound": "Kind of bound of the value; see figures.bound.",
            "unit": "Kind of unit of the values.",
            "currency": "Currency of the values, ISO 4217.",
            "value_low": "Lower bound in full units.",
            "value": "Value in full units.",
            "value_high": "Upper bound in full units.",
            "amount_low_usd": "value_low of an amount or price in US dollars, a flow at the average rate of its period, a balance at the closing rate; null for growth and while the period has no rate. Unit: USD.",
            "amount_usd": "value in US dollars in the same way. Unit: USD.",
            "amount_high_usd": "value_high in US dollars in the same way. Unit: USD.",
            "amount_low_cny": "value_low in yuan in the same way. Unit: CNY.",
            "amount_cny": "value in yuan in the same way. Unit: CNY.",
            "amount_high_cny": "value_high in yuan in the same way. Unit: CNY.",
            "claimant": "Source of the statement.",
            "status": "reported, estimate, forecast or guidance.",
            "tables": "Published tables that hold the figure, joined by |; null if none does.",
            "reason_without_table": "Why no published table holds it.",
            "computed": "Value from filings or estimators, in the unit of value; null if there is none.",
            "verdict": "Verdict of the check against filings or estimators; see claim_checks.verdict.",
            "verdicts": "Every check of the figure with its verdict, joined by |.",
            "checked_against": "What it was compared with; see claim_checks.checked_against.",
            "search_power_pct": "Share of neighbouring values that the same check would have accepted. Unit: percent.",
            "explanation": "Explanation of the checks.",
            "context": "Later figures of others on the same subject.",
            "reviewed_reason": "Explanation of a person who reviewed the verdict.",
        },
    ),
}
"""View -> table, query, description, and descriptions of columns that the table does not have."""


_WIDE = {"capex": "Capital expenditure (comparable series)", "cloud_revenue": "Cloud revenue"}


def to_bytes(warehouse: Warehouse) -> bytes:
    """The file views.sql. It depends on the models and on the companies in the tables of the warehouse."""
    return text(companies=companies(warehouse)).encode()


def companies(warehouse: Warehouse) -> dict[str, list[str]]:
    """The columns of the wide views: for each table the ids of the companies in it. Raises WarehouseError."""
    return {table: sorted(warehouse.read(table, ["entity_id"])["entity_id"].unique()) for table in _WIDE}


def text(folder: Path | None = None, companies: Mapping[str, Sequence[str]] | None = None) -> str:
    """The statements; with a folder its absolute path is written into the views, so that they need no variable.

    companies: for each table of a wide view its companies; without them there are no wide views.
    """
    parts = [_HEAD]
    parts += [
        _view(table, f"SELECT * FROM {_source(table, folder)}", description(table), _comments(table))
        for table in TABLES
    ]
    for table, model in TABLES.items():
        if "is_preferred" in columns(model):
            sentence = f"The rows of {table} that do not overlap and can be summed."
            parts.append(
                _view(f"{table}_preferred", f"SELECT * FROM {table} WHERE is_preferred", sentence, _comments(table))
            )
    parts += [_explained(table) for table in (*PUBLISHED_TABLES, *EVIDENCE_TABLES.values())]
    parts += [
        _view(name, query, sentence, _comments(base) if comments is None else comments)
        for name, (base, query, sentence, comments) in _ANSWERS.items()
    ]
    parts += [_wide(table, names) for table, names in (companies or {}).items() if names]
    parts += [_as_of(*macro) for macro in _AS_OF]
    return "\n".join(parts)


def _wide(table: str, names: Sequence[str]) -> str:
    """One row per calendar quarter and one column per company. DuckDB's PIVOT finds the companies itself, but not inside a view."""
    amounts = [f'max(amount_usd) FILTER (WHERE entity_id = {_quoted(name)}) / 1e9 AS "{name}"' for name in names]
    query = "SELECT calendar_quarter, quarter_start,\n  " + ",\n  ".join(amounts)
    query += f"\nFROM {table} GROUP BY calendar_quarter, quarter_start"
    query += f"\nHAVING quarter_start <= (SELECT max(quarter_start) FROM {table} WHERE calendar_quarter_of_all_in_table IS NOT NULL) ORDER BY quarter_start"
    description = (
        f"{_WIDE[table]} in billion US dollars, one column per company; null if a company has no row for the "
        "quarter. The view ends with the newest quarter for which every company has an amount."
    )
    about = {"calendar_quarter": "Calendar quarter.", "quarter_start": "First day of the calendar quarter."}
    return _view(
        f"{table}_wide", query, description, about | {name: f"Company {name}. Unit: billion USD." for name in names}
    )


def _source(table: str, folder: Path | None) -> str:
    if folder is not None:
        return f"read_parquet({_quoted(str(folder.absolute() / f'{table}.parquet'))})"
    return f"read_parquet(coalesce(getvariable('warehouse'), '.') || '/{table}.parquet')"


def _view(name: str, query: str, description: str, comments: dict[str, str]) -> str:
    lines = [f"CREATE OR REPLACE VIEW {name} AS", f"{query};", f"COMMENT ON VIEW {name} IS {_quoted(description)};"]
    lines += [f"COMMENT ON COLUMN {name}.{column} IS {_quoted(comment)};" for column, comment in comments.items()]
    return "\n".join(lines) + "\n"


def _comments(table: str) -> dict[str, str]:
    comments = {}
    for name, column in columns(TABLES[table]).items():
        unit = unit_of(column)
        comments[name] = (column.description or "") + (f" Unit: {unit}." if unit else "")
    return comments


def _explained(table: str) -> str:
    """The table joined with the rows that it refers to; the prefix of a column names the role of that row."""
    comments = _comments(table)
    selected, joins = ["rows.*"], []
    for reference in foreign_keys(table):
        joins.append(
            f"LEFT JOIN {reference.table} AS {reference.role} ON {reference.role}.{reference.key} = rows.{reference.column}"
        )
        for column, comment in _comments(reference.table).items():
            name = _prefixed(reference, column)
            if column == reference.key or name in comments:
                continue
            selected.append(f"{reference.role}.{column} AS {name}")
            comments[name] = comment
    query = "SELECT\n  " + ",\n  ".join(selected) + f"\nFROM {table} AS rows\n" + "\n".join(joins)
    return _view(
        f"{table}_explained",
        query,
        f"{description(table)} With company, definition and document beside each row.",
        comments,
    )


def _prefixed(reference: ForeignKey, column: str) -> str:
    """entity + entity_name = entity_name, customer + entity_name = customer_name, document + title = document_title."""
    prefix = reference.key.removesuffix("_id")
    bare = column.removeprefix(f"{prefix}_")
    if bare.startswith("is_"):
        return f"{reference.role}_{bare}"
    return bare if bare.startswith(f"{reference.role}_") else f"{reference.role}_{bare}"


_AS_OF = (
    ("capex_as_of", "capex_vintages", "Capital expenditure by company and calendar quarter as known at the end of a day."),
    ("cloud_revenue_as_of", "cloud_revenue_vintages", "Cloud revenue by company and calendar quarter as known at the end of a day."),
    ("observations_as_of", "observations", "Every observation that was current at the end of a day, without anything published later."),
)  # fmt: skip
"""Macros that take a day: name, table and description."""


def _as_of(name: str, table: str, description: str) -> str:
    return (
        f"CREATE OR REPLACE MACRO {name}(day) AS TABLE\n"
        f"SELECT * FROM {table}\n"
        "WHERE known_from <= CAST(day AS DATE) AND (known_to IS NULL OR known_to > CAST(day AS DATE));\n"
        f"COMMENT ON MACRO TABLE {name} IS {_quoted(description)};\n"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
