"""Reads tracked concepts from the SEC's bulk archive companyfacts.zip without unpacking it.

It lays the facts of wanted concepts out as Arrow tables in batches of limited size. Finding and inflating members belongs to `bulk_archive`,
cutting concepts out of their bytes to `served_companyfacts`, the meaning of facts to `companyfacts`, and the division of work among processes to
`capex_pipeline.edgar_bulk`.

Only wanted concepts are parsed as JSON; the rest of a member is only searched for the starts of concepts. A member that is not laid out
as the SEC serves it is parsed whole, so the result is the same, only slower.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.sources.bulk_archive import Member, inflated
from capex_pipeline.sources.served_companyfacts import concepts_of, head_of

FACTS_SCHEMA = pa.schema(
    [
        ("cik", pa.int64()),
        ("taxonomy", pa.string()),
        ("concept", pa.string()),
        ("unit", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("value", pa.float64()),
        ("accession", pa.string()),
    ]
)
FILINGS_SCHEMA = pa.schema(
    [
        ("accession", pa.string()),
        ("cik", pa.int64()),
        ("form", pa.string()),
        ("filed", pa.date32()),
        ("report_end", pa.date32()),
        ("sec_fy", pa.int64()),
        ("sec_fp", pa.string()),
    ]
)

Wanted = Mapping[tuple[str, str], Collection[str] | None]
"""(taxonomy, concept) -> units, None for any; see `filers.wanted_concepts`."""


@dataclass(frozen=True)
class Batch:
    """Facts and filings of some members (schemas FACTS_SCHEMA, FILINGS_SCHEMA).

    problems: members that could not be read, as name, rule and message; every member is either read or named here. files, bytes: members
    and inflated bytes of the batch; cpu_seconds: time for reading them.
    """

    facts: pa.Table
    filings: pa.Table
    files: int
    bytes: int
    problems: list[dict[str, str]] = field(default_factory=list)
    cpu_seconds: float = 0.0


def processes(module: str = __name__) -> Any:
    """How worker processes are started: from a small process that has imported the module once and has no threads.

    A plain fork of the calling process may hang if Arrow or a scheduler have threads there.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    return context


def read_members(archive: Path, members: list[Member], wanted: Wanted) -> Batch:
    """Some members of the archive, in this process."""
    by_name: _ByName = {}
    for (taxonomy, concept), units in wanted.items():
        by_name.setdefault(concept.encode(), {})[taxonomy] = units
    started = time.process_time()
    try:
        facts, filings, problems = _tables_of(archive, members, by_name, check=False)
    except DocumentError:
        # A fact of the batch is invalid: read again, one member at a time.
        facts, filings, problems = _tables_of(archive, members, by_name, check=True)
    size = sum(member.size for member in members)
    return Batch(facts, filings, len(members), size, problems, time.process_time() - started)


_ByName = dict[bytes, dict[str, Collection[str] | None]]


def _tables_of(
    archive: Path, members: list[Member], by_name: _ByName, *, check: bool
) -> tuple[pa.Table, pa.Table, list[dict[str, str]]]:
    columns = _Columns()
    problems: list[dict[str, str]] = []
    with archive.open("rb") as file:
        for member in members:
            try:
                cik, slices = _cut(inflated(file, member), by_name)
                if cik != member.cik:
                    raise DocumentError("other_filer", f"The content is of CIK {cik}; the archive is damaged.")
                if check:
                    alone = _Columns()
                    alone.add(cik, slices)
                    alone.tables()
                columns.add(cik, slices)
            except DocumentError as error:
                problems.append({"name": member.name, "rule": error.rule, "message": f"{member.name}: {error.message}"})
    facts, filings = columns.tables()
    return facts, filings, problems


_Cut = tuple[int, list[tuple[str, str, str, list[dict[str, Any]]]]]


def _cut(content: bytes, wanted: _ByName) -> _Cut:
    """The CIK in the content, and (taxonomy, concept, unit, facts) of the wanted concepts."""
    head, concepts = head_of(content), concepts_of(content, wanted)
    if head is None or concepts is None:
        return _whole(content, wanted)
    try:
        parsed = [(taxonomy, concept, orjson.loads(text)["units"].items()) for taxonomy, concept, text in concepts]
    except (orjson.JSONDecodeError, KeyError, AttributeError):
        return _whole(content, wanted)
    slices = [
        (taxonomy, concept, unit, facts)
        for taxonomy, concept, units in parsed
        for unit, facts in units
        if (wanted_units := wanted[concept.encode()][taxonomy]) is None or unit in wanted_units
    ]
    return int(head["cik"]), slices


def _whole(content: bytes, wanted: _ByName) -> _Cut:
    """The same by parsing the whole member. Raises DocumentError if it is not companyfacts JSON."""
    try:
        parsed = orjson.loads(content)
        cik = int(parsed["cik"])
        slices = [
            (taxonomy, concept, unit, facts)
            for taxonomy, concepts in parsed["facts"].items()
            for concept, about in concepts.items()
            if taxonomy in wanted.get(concept.encode(), {})
            for unit, facts in about["units"].items()
            if (wanted_units := wanted[concept.encode()][taxonomy]) is None or unit in wanted_units
        ]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DocumentError("not_companyfacts", f"The member is not companyfacts JSON ({error!r:.120}).") from error
    return cik, slices


class _Columns:
    """Grows columns of facts, then makes Arrow tables of facts and filings."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {
            name: [] for name in ("cik", "taxonomy", "concept", "unit", "start", "end", "val", "accn", "filed")
        }
        self.filings: dict[tuple[int, str], dict[str, Any]] = {}

    def add(self, cik: int, slices: list[tuple[str, str, str, list[dict[str, Any]]]]) -> None:
        columns = self.columns
        try:
            for taxonomy, concept, unit, facts in slices:
                count = len(facts)
                # Read before anything is stored, so that a fact without a key leaves no part of its list behind.
                end = [fact["end"] for fact in facts]
                value = [fact["val"] for fact in facts]
                accession = [fact["accn"] for fact in facts]
                filed = [fact["filed"] for fact in facts]
                self.filings.update({(cik, fact["accn"]): fact for fact in facts})
                columns["start"] += [fact.get("start") for fact in facts]
                columns["end"] += end
                columns["val"] += value
                columns["accn"] += accession
                columns["filed"] += filed
                columns["cik"] += [cik] * count
                columns["taxonomy"] += [taxonomy] * count
                columns["concept"] += [concept] * count
                columns["unit"] += [unit] * count
        except (KeyError, TypeError, AttributeError) as error:
            raise DocumentError(
                "bad_fact", f"A fact cannot be read ({error!r:.80}); fetch the archive again."
            ) from error

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """Raises DocumentError (bad_fact) for an invalid date or a value that is not a number."""
        columns = self.columns
        try:
            facts = pa.table(
                [
                    pa.array(columns["cik"], pa.int64()),
                    *(pa.array(columns[name], pa.string()) for name in ("taxonomy", "concept", "unit")),
                    *(pa.array(columns[name], pa.string()).cast(pa.date32()) for name in ("start", "end")),
                    pa.array(list(map(float, columns["val"])), pa.float64()),
                    pa.array(columns["accn"], pa.string()),
                ],
                schema=FACTS_SCHEMA,
            )
            return facts, self._filings(facts, pa.array(columns["filed"], pa.string()).cast(pa.date32()))
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError, KeyError) as error:
            raise DocumentError(
                "bad_fact", f"A fact cannot be read ({error!s:.80}); fetch the archive again."
            ) from error

    def _filings(self, facts: pa.Table, filed: pa.Array) -> pa.Table:
        about = list(self.filings.values())
        filings = pa.table(
            {
                "accession": pa.array([key[1] for key in self.filings], pa.string()),
                "cik": pa.array([key[0] for key in self.filings], pa.int64()),
                "form": pa.array([fact["form"] for fact in about], pa.string()),
                "filed": pa.array([fact["filed"] for fact in about], pa.string()).cast(pa.date32()),
                "sec_fy": pa.array([fy if type(fy := fact.get("fy")) is int else None for fact in about], pa.int64()),
                "sec_fp": pa.array([fact.get("fp") or None for fact in about], pa.string()),
            }
        )
        ends = facts.select(["accession", "cik", "period_start", "period_end"]).append_column("filed", filed)
        ends = ends.filter(pc.is_valid(ends["period_start"])).filter(pc.field("period_end") <= pc.field("filed"))
        last = ends.group_by(["accession", "cik"]).aggregate([("period_end", "max")])
        filings = filings.join(last, ["accession", "cik"]).rename_columns({"period_end_max": "report_end"})
        return (
            filings.select(FILINGS_SCHEMA.names)
            .cast(FILINGS_SCHEMA)
            .sort_by([("cik", "ascending"), ("accession", "ascending")])
        )
