"""The fuzz targets: one function of bytes for each reader.

A target catches the errors that its reader declares and asserts what must hold for any bytes; it also has examples to
start from. Add a target here for each new reader of untrusted input. Inputs are generated in `tests/fuzz/__main__.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from capex_pipeline.article.drafted_rows import draft_figures, figure_record, read_body
from capex_pipeline.article.front_matter import ArticleText
from capex_pipeline.article.highlight import highlight
from capex_pipeline.article.lexicon import Vocabulary, vocabulary_of
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.printed_rows import PRINTED_COLUMNS, ReadResult
from capex_pipeline.raw.row_tables import MENTIONS, ROW_NUMBER, frame_of
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.reference import load
from capex_pipeline.review.article_draft import article_source
from capex_pipeline.review.checks import check_review
from capex_pipeline.review.checks.machine import compare_with_machine
from capex_pipeline.sources import article as article_text
from capex_pipeline.sources import companyfacts, figure_csv, figure_yaml, xbrl_segments
from capex_pipeline.sources.inline_numbers import decimal_text, inline_number
from capex_pipeline.sources.reader_cache import reading_of
from capex_pipeline.sources.xbrl_instance import FACT_COLUMNS, read_instance
from capex_pipeline.values.fiscal_calendar import FIRST_YEAR, LAST_YEAR, FiscalCalendar
from capex_pipeline.values.numbers import LARGEST_NUMBER
from capex_pipeline.values.periods import PeriodError, parse_day, parse_period
from capex_pipeline.values.units import QuantityError, UnitError, parse_unit, parse_value, read_values

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Target:
    """run(data) raises only where a promise is broken. examples: inputs to begin with; words: what the format is made of."""

    run: Callable[[bytes], None]
    examples: Callable[[], list[bytes]]
    words: tuple[str, ...] = ()


def text(data: bytes) -> None:
    """The reading of texts, without frames: every mention lies in the text and has an outcome, every figure a period in order."""
    body = data.decode("utf-8", "replace")
    reading = read_body(ArticleText({"title": body[:40]} | _PUBLISHED, body), _vocabulary())
    end = 0
    for outcome in reading.outcomes:
        mention = outcome.mention
        assert end <= mention.start < mention.end <= len(body), (end, mention)
        assert body[mention.start : mention.end] == mention.text
        assert outcome.outcome == "used" or outcome.reason, outcome
        end = mention.end
    used = [outcome.number for outcome in reading.outcomes if outcome.outcome == "used"]
    assert sorted(figure.number for figure in reading.figures) == used
    for figure in reading.figures:
        assert figure.start <= figure.end and 0 <= figure.confidence <= 1, figure
        record = figure_record(figure, _vocabulary())
        assert record["value"] and record["unit"], record


def draft(data: bytes) -> None:
    """The tables that are made of a text: every mention says what stands there, every row belongs to a mention."""
    body = data.decode("utf-8", "replace")
    article = ArticleText({"title": body[:40], "publisher": "A newspaper"} | _PUBLISHED, body)
    document, read_rows, read_mentions = draft_figures(article, _vocabulary(), "article")
    rows, mentions = frame_of([read_rows]), frame_of([read_mentions], MENTIONS)
    assert document["document_id"] == "article"
    for start, end, quoted in zip(mentions["span_start"], mentions["span_end"], mentions["text"], strict=True):
        assert 0 <= start < end <= len(body), (start, end)
        assert body[start:end] == quoted, (body[start:end], quoted)
    assert rows["id"].is_unique and mentions["mention_id"].is_unique
    used = mentions[mentions["outcome"] == "used"]
    assert set(rows["id"]) == set(used["figure_id"].dropna())
    for start, end in zip(rows["period_start"], rows["period_end"], strict=True):
        assert date.fromisoformat(start) <= date.fromisoformat(end)
    highlight(body, mentions)


_PUBLISHED = {"published": "2024-08-26"}


@functools.cache
def _vocabulary() -> Vocabulary:
    return vocabulary_of(load())


def article(data: bytes) -> None:
    """A whole text file with its front matter."""
    _read(lambda: article_text.read(data, {}, "articles/one.txt", _vocabulary()))


def review(data: bytes) -> None:
    """A review beside a text: checked without raising, whatever it says."""
    try:
        content = load_yaml_mapping(data, "one.yaml")
    except DocumentError:
        return
    body = "Alibaba spent Rmb23bn in the first half of 2024, up 123 per cent, and Tencent 8.7 billion yuan in the second quarter."
    published = ArticleText(dict(_PUBLISHED), body)
    source = article_source(published, _vocabulary(), "one.txt")
    check_review(content, source)
    compare_with_machine(content, source)


def values(data: bytes) -> None:
    """One value or unit: numbers in order, finite, or a rule."""
    printed = data.decode("utf-8", "replace")
    try:
        quantity = parse_value(printed)
    except QuantityError as refused:
        assert refused.rule
    else:
        numbers = [number for number in (quantity.low, quantity.value, quantity.high) if number is not None]
        assert numbers and numbers == sorted(numbers) and all(abs(number) <= LARGEST_NUMBER for number in numbers), (
            quantity
        )
    try:
        unit = parse_unit(printed)
    except UnitError as refused:
        assert refused.rule
    else:
        assert unit.scale >= 1 and (unit.currency is not None) == unit.kind.startswith("money")


def frames(data: bytes) -> None:
    """A frame of values (one row: value, unit, value_low, value_high, bound): finite numbers, or a rule and none."""
    parts = (data.decode("utf-8", "replace").split("\n") + [""] * 5)[:5]
    frame = pd.DataFrame(
        [
            dict(
                zip(
                    ("value", "unit", "value_low", "value_high", "bound"), [part or None for part in parts], strict=True
                )
            )
        ],
        dtype="str",
    )
    read = read_values(frame)
    numbers = read[["value_low", "value", "value_high"]].to_numpy(dtype=float)
    assert not np.isinf(numbers).any()
    assert read["problem_rule"].notna().all() or not np.isnan(numbers).all()


def periods(data: bytes) -> None:
    """Period labels and days: a period in order and within the years that are read, or a rule."""
    label = data.decode("utf-8", "replace")
    for calendar in (None, FiscalCalendar(3, "month_end", "example")):
        try:
            period = parse_period(label, calendar)
        except PeriodError as refused:
            assert refused.rule
        else:
            assert period.start <= period.end
            assert period.start.year >= FIRST_YEAR - 1 and period.end.year <= LAST_YEAR
    try:
        assert parse_day(label).isoformat() == label.strip()
    except PeriodError as refused:
        assert refused.rule


def instance(data: bytes) -> None:
    """XBRL instances and inline documents: facts in the declared columns, each number finite or beyond float64, exact as text."""
    try:
        read = read_instance(data)
    except DocumentError as refused:
        assert refused.rule and refused.message.endswith(".")
        return
    assert tuple(read.facts.columns) == FACT_COLUMNS
    for number in read.facts["value_text"].dropna():
        assert Decimal(number).is_finite()


def inline(data: bytes) -> None:
    """Numbers of inline XBRL: an exact number or a sentence."""
    form, scale, sign, printed = (data.decode("utf-8", "replace").split("|", 3) + [""] * 4)[:4]
    try:
        number = inline_number(printed, form or None, scale or None, sign or None)
    except ValueError as refused:
        assert str(refused).endswith("."), refused
    else:
        assert Decimal(decimal_text(number)) == number


def segments(data: bytes) -> None:
    """The reader of filings' instances, with its sidecar as the first line (accession|form|filed)."""
    head, _, document = data.partition(b"\n")
    keys = dict(
        zip(
            ("accession", "form", "filed", "period_of_report", "retrieved"),
            head.decode("utf-8", "replace").split("|"),
            strict=False,
        )
    )
    _read(lambda: xbrl_segments.read(document, keys, "filings/one.xml", load().filers))


def filings(data: bytes) -> None:
    """The reader of companyfacts."""
    _read(lambda: companyfacts.read(data, {}, "filings/CIK0000789019.json", load().filers))


def table(data: bytes) -> None:
    """The reader of CSV tables: every record is a row or a rejection."""
    sidecar = {
        "documents": [{"document_id": "a", "kind": "article"}, {"document_id": "b", "kind": "article"}],
        "defaults": {"metric": "capex"},
    }
    _read(lambda: figure_csv.read(data, sidecar, "one.csv"))


def figures(data: bytes) -> None:
    """The reader of YAML files of figures."""
    _read(lambda: figure_yaml.read(load_yaml_mapping(data, "one.yaml"), "one.yaml"))


def _read(reader: Callable[[], ReadResult]) -> None:
    """A reader gives the declared columns and numbers each row once, or refuses the file with a rule and a sentence."""
    try:
        result = reader()
    except DocumentError as refused:
        assert refused.rule and refused.message.strip().endswith("."), refused.message
        return
    if isinstance(result.rows, pd.DataFrame):
        assert set(PRINTED_COLUMNS) <= set(result.rows.columns)
    printed = reading_of(result).rows.column(ROW_NUMBER).to_pylist()
    numbers = [*printed, *(int(str(row["row_number"])) for row in result.rejected)]
    assert len(numbers) == len(set(numbers))
    assert all(row["rule"] and str(row["message"]).endswith(".") for row in result.rejected)


def _seeds(kind: str, name: str, head: bytes = b"") -> Callable[[], list[bytes]]:
    """Good documents of the mutation harness and of the shipped raw/."""

    def examples() -> list[bytes]:
        from tests.soak.mutations.seeds import INVENTED, main_name, shipped

        found = [seed.files(1)[main_name(seed, seed.files(1))] for seed in INVENTED if seed.kind == kind]
        return [
            head + data for data in found + [path.files(1)[path.main] for path in shipped() if path.main.endswith(name)]
        ]

    return examples


def _corpus() -> list[bytes]:
    return [path.read_bytes() for path in sorted((PROJECT / "tests/corpus/articles").glob("*.txt"))]


_XML = (
    "<context id=", "contextRef=\"c1\"", "unitRef=\"u1\"", "decimals=\"-6\"", "scale=\"6\"", "sign=\"-\"", "ix:nonFraction", "ix:exclude", "xsi:nil=\"true\"", "<!DOCTYPE",
    "<![CDATA[", "]]>", "<startDate>", "</startDate>", "<instant>2024-03-31</instant>", "iso4217:USD", "us-gaap:", "&#", "&amp;", "xmlns:", "INF", "1e999", "</xbrl>",
)  # fmt: skip
_WORDS = (
    "billion", "million", "bn", "$", "¥", "RMB", "yuan", "per cent", "%", "more than", "up to", "between", " and ", " to ", "half", "doubled", "a year earlier", "H1 2024", "Q2",
    "FY2025", "fiscal", "quarter", "first half", "Alibaba", "Tencent", "Nvidia", "H20", "capex", "capital expenditure", "亿元", "万", "one hundred thousand", "\n\n", "from", "–",
)  # fmt: skip

TARGETS: dict[str, Target] = {
    "text": Target(text, _corpus, _WORDS),
    "draft": Target(draft, _corpus, _WORDS),
    "article": Target(article, _seeds("article text", ".txt"), ("---\n", "title:", "published:", "document_id:", "&a", "*a", "!!python/", "[", "{")),
    "review": Target(review, _seeds("review beside a text", ".yaml"), ("span:", "figures:", "ignored:", "reason:", "[1, 5]", "&a", "*a", "undecided")),
    "values": Target(values, lambda: [b"26,549", b"RMB million", b"between 12,000 and 13,000", b"USD per unit", b"half", b"1.5-2 million"], _WORDS),
    "frames": Target(frames, lambda: [b"26,549\nRMB million", b"between 12,000 and 13,000\nUSD per unit\n\n\nrange", b"half\npercent"], _WORDS),
    "periods": Target(periods, lambda: [b"FY2025 Q1", b"2024-01-01/2024-06-30", b"September 2024", b"CY2024-CY2026"], ("FY", "Q", "H", "9M", "CY", "-", "/", " to ")),
    "instance": Target(instance, lambda: _seeds("XBRL instance", ".xml")() + _seeds("inline XBRL", ".htm")(), _XML),
    "inline": Target(inline, lambda: [b"ixt:num-dot-decimal|6|-|43,229", b"ixt-sec:numwordsen|0||one hundred and two", b"|||1.5E3"], ("ixt:", "num-comma-decimal", "hundred", "million")),
    "segments": Target(segments, lambda: _seeds("XBRL instance", ".xml", b"0000950170-24-048288|10-Q|2024-04-25\n")()
                       + _seeds("inline XBRL", ".htm", b"0000950170-24-048288|10-Q|2024-04-25|2024-03-31\n")(), _XML),
    "filings": Target(filings, _seeds("companyfacts JSON", ".json"), ('"val":', '"USD":', '"accn":', '"facts":{', '"units":{', "1e400", "null", "[]", "{}", '"form":"10-K"')),
    "table": Target(table, _seeds("CSV", ".csv"), (",", '"', "\n", "document", "value", "period", "=1+1")),
    "figures": Target(figures, _seeds("figure YAML", ".yaml"), ("figures:", "document:", "defaults:", "&a", "*a", "!!", "<<:", "? ", "- ", "span: [1, 2]")),
}  # fmt: skip
"""By name on the command line."""
