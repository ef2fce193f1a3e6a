"""What tests are made of: small documents, rows, frames that meet their model, and a build of the graph in this process."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
import pickle
import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pandas as pd
import pytest
import yaml
from dagster._core.storage import event_log
from dagster._core.storage.event_log import in_memory as events_in_memory
from dagster._core.storage.runs import in_memory as runs_in_memory
from sqlalchemy import create_engine
from sqlalchemy.pool import SingletonThreadPool

from capex_pipeline.raw.printed_rows import DRAFT_COLUMNS, PRINTED_COLUMNS
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import columns, pandas_types
from capex_pipeline.storage.warehouse import Warehouse

if TYPE_CHECKING:
    from capex_pipeline.reference import Reference

PROJECT = Path(__file__).resolve().parents[1]
RAW_SMALL = PROJECT / "tests" / "pipeline" / "raw_small"
"""A raw/ of a dozen invented documents, one of each kind."""

TO_CAPEX = ("documents", "rejected_figures", "article_mentions", "figures", "observations", "fx_rates", "entities", "definitions",
            "capex_by_definition")  # fmt: skip
"""A table and everything that it and its checks are computed from. Tests of what surrounds a build materialize these: all tables take four times
as long."""
RELEASE = ("release_changes", "release")

# ---------------------------------------------------------------------------------------------------------------- builds


def _one_connection_a_thread(address: str, **_: Any) -> Any:
    """An engine for Dagster's instances in memory. They would open a connection for each event, which takes a sixth of the time of a build."""
    return create_engine(address, poolclass=SingletonThreadPool)


for _storage in (events_in_memory, runs_in_memory):
    _storage.create_engine = _one_connection_a_thread  # type: ignore[assignment]


class _EventsOfPresentTables(events_in_memory.InMemoryEventLogStorage):
    """Dagster's event log in memory, which asks for each event whether its table has the columns of later versions, and configures each connection.

    A log in memory is made by this version and never written to a disk, so neither changes anything. A build without changes takes two thirds of the
    time without them.
    """

    def has_asset_key_col(self, column_name: str) -> bool:
        return True

    def _has_asset_key_col_on_connection(self, conn: Any, column_name: str) -> bool:
        return True

    @contextmanager
    def _connect(self) -> Iterator[Any]:
        with self._db_lock, self._engine.connect() as connection, connection.begin():
            yield connection


event_log.InMemoryEventLogStorage = _EventsOfPresentTables  # type: ignore[misc]


def build(
    raw: Path,
    warehouse: Path,
    *,
    job: str = "build_everything",
    only: Collection[str] = (),
    exactly: Collection[str] = (),
    page: bool = False,
    **settings: Any,
) -> dg.ExecuteInProcessResult:
    """Runs a job of the code location in this process, on an instance that is forgotten afterwards.

    only: tables that are built with what they are computed from; they are candidates afterwards, since nothing is released. A test that looks
    at a few tables takes a fraction of the time.
    exactly: assets that are materialized, without what they are computed from. The fixture `few_tables_are_released` lets the release be one of them.
    """
    from capex_pipeline.definitions import build_defs
    from capex_pipeline.orchestration.resources import Settings

    chosen = Settings(raw=str(raw), warehouse=str(warehouse), **settings)
    with dg.DagsterInstance.ephemeral() as instance:
        return run_job(build_defs({"settings": chosen}), job, instance, only=only, exactly=exactly, page=page)


def run_job(
    definitions: dg.Definitions,
    job: str,
    instance: dg.DagsterInstance,
    config: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    only: Collection[str] = (),
    exactly: Collection[str] = (),
    page: bool = False,
) -> dg.ExecuteInProcessResult:
    """Runs a job quietly in this process.

    The report and the workbook are left out unless `page` asks for them: nothing else is made from them, and they take longer than all the
    rest of a small build.
    """
    definition = definitions.resolve_job_def(job)
    decorations = set() if page else {dg.AssetKey("report"), dg.AssetKey("workbook")}
    chosen = set(definition.asset_layer.executable_asset_keys) - decorations
    if exactly:
        chosen = {dg.AssetKey(asset) for asset in exactly}
    elif only:
        chosen &= dg.AssetSelection.assets(*only).upstream().resolve(definitions.resolve_asset_graph())
    return definition.execute_in_process(
        instance=instance,
        asset_selection=sorted(chosen),
        raise_on_error=False,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}, **(config or {})},
        tags=dict(tags or {}),
    )


@dataclass(frozen=True)
class ComputedTables:
    """Tables that were computed in this run of the tests, by the fingerprint of their inputs, in a folder that all its processes share.

    Tables that no document has rows for are equal in all small archives, so they are computed once.
    """

    folder: Path

    def __getitem__(self, wanted: str) -> Any:
        try:
            return pickle.loads((self.folder / wanted).read_bytes())
        except FileNotFoundError:
            raise KeyError(wanted) from None

    def __setitem__(self, wanted: str, made: Any) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{wanted}.{os.getpid()}"
        part.write_bytes(pickle.dumps(made))
        part.replace(self.folder / wanted)


@dataclass(frozen=True)
class KeptBuilds:
    """Warehouses that were built in this run of the tests, in a folder that all its processes share, by documents and settings."""

    folder: Path

    @contextmanager
    def from_memory(self) -> Iterator[None]:
        """Builds within take tables of equal inputs from those that were computed before."""
        from soak.building import from_memory

        from capex_pipeline.orchestration import asset_factory

        with pytest.MonkeyPatch.context() as patch:
            computed = ComputedTables(self.folder / "computed")
            patch.setattr(asset_factory, "write", from_memory(asset_factory.write, computed))
            yield

    def kept(self, raw: Path, **settings: Any) -> Path:
        """The warehouse that a first build of raw/ leaves. Read only."""
        digest = hashlib.sha256(repr(sorted(settings.items())).encode())
        for path in sorted(path for path in raw.rglob("*") if path.is_file()):
            digest.update(
                path.relative_to(raw).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
            )
        root = self.folder / digest.hexdigest()[:16]
        root.mkdir(parents=True, exist_ok=True)
        warehouse, done = root / "warehouse", root.with_suffix(".done")
        with root.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                with self.from_memory():
                    assert build(raw, warehouse, **settings).success
                done.touch()
        return warehouse

    def copy(self, raw: Path, warehouse: Path, **settings: Any) -> Warehouse:
        """What a first build of raw/ into a warehouse leaves: its tables, candidates, cache and releases, to be changed."""
        kept = self.kept(raw, **settings)
        shutil.copytree(kept, warehouse)
        for folder in kept.parent.glob(f".{kept.name}.*"):
            shutil.copytree(folder, warehouse.with_name(folder.name.replace(f".{kept.name}.", f".{warehouse.name}.")))
        return Warehouse(warehouse)


def changes(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """What each materialised table said of its change."""
    said = {}
    for event in result.get_asset_materialization_events():
        entry = event.materialization
        said[entry.asset_key.to_user_string()] = str(entry.metadata["change"].value)
    return said


def checks(result: dg.ExecuteInProcessResult) -> dict[tuple[str, str], Any]:
    """Every asset check that was evaluated, by asset and name."""
    return {(one.asset_key.to_user_string(), one.check_name): one for one in result.get_asset_check_evaluations()}


def lines_of(said: str) -> dict[str, list[str]]:
    """The first table that a command printed: columns by the first word of each line."""
    return {line.split()[0]: re.split(r"\s{2,}", line) for line in said.split("\n\n")[0].splitlines() if line.strip()}


# -------------------------------------------------------------------------------------------------------------- documents

DOCUMENT: dict[str, Any] = {
    "document_id": "example",
    "kind": "results_announcement",
    "source_type": "filing",
    "title": "Results",
    "publisher": "Example Group",
    "published": "2024-08-15",
    "retrieved": "2024-09-01",
    "licence": "Facts and figures",
}
"""A document declaration in which nothing is wrong."""

ROW: dict[str, str] = {
    "entity": "alibaba",
    "metric": "capex",
    "definition": "cash_purchases",
    "period": "Q2 2024",
    "value": "12,094",
    "unit": "RMB million",
}
"""A printed row in which nothing is wrong."""


def document(**changed: Any) -> dict[str, Any]:
    """The example declaration with some keys changed; None removes one."""
    return {key: value for key, value in {**DOCUMENT, **changed}.items() if value is not None}


def row(**changed: str | None) -> dict[str, str]:
    """The example row with some cells changed; None empties one."""
    return {key: value for key, value in {**ROW, **changed}.items() if value is not None}


def csv_bytes(rows: Sequence[Mapping[str, str]], header: Sequence[str] | None = None) -> bytes:
    """Rows as a CSV file; the header holds every column that a row has, in the order of printed columns."""
    names = list(header or [name for name in PRINTED_COLUMNS if any(name in one for one in rows)])
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@dataclass(frozen=True)
class RawFolder:
    """A raw/ to fill with documents."""

    root: Path

    def write(self, name: str, content: bytes | str) -> Path:
        """Any file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def yaml(
        self, name: str, figures: Sequence[Any], declaration: Mapping[str, Any] | None = None, **parts: Any
    ) -> Path:
        """A reviewed document."""
        content = {"document": dict(declaration or document()), "figures": list(figures), **parts}
        return self.write(name, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))

    def table(
        self,
        name: str,
        rows: Sequence[Mapping[str, str]],
        documents: Sequence[Mapping[str, Any]] | None = None,
        header: Sequence[str] | None = None,
        **parts: Any,
    ) -> Path:
        """A table of figures with its sidecar."""
        declared = [dict(one) for one in (documents if documents is not None else [document()])]
        self.sidecar(name, {"documents": declared, **parts})
        return self.write(name, csv_bytes(rows, header))

    def sidecar(self, name: str, content: Mapping[str, Any]) -> Path:
        """The sidecar of a table."""
        return self.write(
            str(Path(name).with_suffix("")) + ".meta.yaml", yaml.safe_dump(dict(content), sort_keys=False)
        )


def filers_of(
    *companies: Mapping[str, Any], forms: Sequence[str] = ("10-K", "10-K/A", "10-Q", "20-F")
) -> dict[str, Any]:
    """Filers of invented companies. Each mapping has the keys of a company of entities.yaml and those of its rules in filers.yaml."""
    from capex_pipeline.reference.filers import FilerRules, Forms, filer_of
    from capex_pipeline.reference.models import Entity

    known = Forms(periodic=tuple(forms), annual=tuple(form for form in forms if not form.startswith("10-Q")))
    filers = {}
    for company in companies:
        rules = {key: value for key, value in company.items() if key == "entity_id" or key not in Entity.model_fields}
        identity = {key: value for key, value in company.items() if key in Entity.model_fields}
        entity = Entity.model_validate({"type": "company"} | identity)
        filers[entity.entity_id] = filer_of(entity, FilerRules.model_validate(rules), known)
    return filers


def sum_of(metric: str, definition_id: str, *terms: tuple[tuple[str, str], int]) -> Any:
    """A rule that adds (metric, definition) pairs with their signs."""
    from capex_pipeline.reference.filers import SumRule, Term

    added = tuple(Term(metric=one, definition_id=basis, sign=sign) for (one, basis), sign in terms)
    return SumRule(metric=metric, definition_id=definition_id, terms=added, reason="for the test")


def printed_rows(*rows: Mapping[str, str], document_id: str = "example", path: str = "example.csv") -> pd.DataFrame:
    """Printed rows as a reader and `ingest` lay them out: lines 2, 3 and so on of one file."""
    frame = pd.DataFrame(
        {name: pd.Series([one.get(name) for one in rows], dtype="str") for name in PRINTED_COLUMNS},
        index=pd.RangeIndex(len(rows)),
    )
    frame["document"] = frame["document"].fillna(document_id)
    frame = frame.reindex(columns=[*PRINTED_COLUMNS, *DRAFT_COLUMNS]).assign(
        path=path, row_number=range(2, len(rows) + 2), review_state=[one.get("review_state") for one in rows]
    )
    numbers = dict.fromkeys(("confidence", "read_low", "read_value", "read_high", "read_step"), "float64")
    texts = dict.fromkeys(("review_state", "read_bound", "read_unit", "read_currency"), "str")
    return frame.astype({**numbers, **texts, "span_start": "Int64", "span_end": "Int64"})


# ----------------------------------------------------------------------------------------------------------------- frames

WITH_EVERY_TYPE = ("article_mentions", "capex", "coverage")
"""Tables whose columns have all types between them."""

_SAMPLES = ("2024Q2", "FY2024Q2", "USD", "CN", "0" * 64, "x")


def sample_value(column: Any, dtype: str) -> Any:
    """A value that the column's own rules accept."""
    allowed: list[Any] | None = None
    pattern: Any = None
    for check in column.checks:
        statistics = check.statistics or {}
        allowed = list(statistics.get("allowed_values", [])) or allowed
        pattern = statistics.get("pattern", pattern)
    if allowed:
        return allowed[0]
    if dtype == "str":
        if pattern is None:
            return "x"
        return next(text for text in _SAMPLES if re.match(getattr(pattern, "pattern", pattern), text))
    return {
        "bool": False,
        "boolean": False,
        "Int64": 1,
        "Int32": 2024,
        "float64": 1.0,
        "datetime64[us]": pd.Timestamp("2024-04-01"),
    }[dtype]


_FITTING: dict[str, dict[str, Any]] = {
    "headline_capex": {"headline_amount_local": 5.0, "remainder_local": 1.0},  # five columns of one each
    # What the rules over whole rows ask for, beyond each column's own.
    "documents": {"rows_read": 3, "rows_accepted": 2, "rows_rejected": 1},
    "observations": {"known_to": pd.Timestamp("2024-12-31"), "is_latest": False},
    "capex_vintages": {"known_to": pd.Timestamp("2024-12-31"), "is_latest": False},
    "cloud_revenue_vintages": {"known_to": pd.Timestamp("2024-12-31"), "is_latest": False},
    "claim_checks": {"verdict": "confirmed"},
    "arithmetic_checks": {"verdict": "confirmed"},
    "capex": {"amount_usd": 1e9},
    "cloud_revenue": {"amount_usd": 1e9},
    "revenue": {"amount_usd": 1e9},
    "data_center_revenue": {"amount_usd": 1e9},
    "depreciation": {"amount_usd": 1e9},
    "depreciation_and_amortization": {"amount_usd": 1e9},
    "capex_of_all_companies": {"amount_usd": float("nan")},
    "capex_of_all_companies_by_calendar_year": {"amount_usd": float("nan")},
    "cloud_revenue_of_all_companies": {"amount_usd": float("nan")},
    "cloud_revenue_of_all_companies_by_calendar_year": {"amount_usd": float("nan")},
    "capex_by_overlapping_group": {"amount_usd": float("nan")},
    "capex_by_calendar_year": {"amount_usd": float("nan")},
    "capex_by_fiscal_year": {"amount_usd": float("nan")},
    "cloud_revenue_by_fiscal_year": {"amount_usd": float("nan")},
    "capex_by_overlapping_group_and_calendar_year": {"amount_usd": float("nan")},
    "cloud_revenue_by_calendar_year": {"amount_usd": float("nan")},
    "cloud_revenue_by_overlapping_group": {"amount_usd": float("nan")},
    "capex_by_definition": {"amount_usd": float("nan"), "fx_method": "no_fixing"},
    "cloud_revenue_by_definition": {"amount_usd": float("nan"), "fx_method": "no_fixing"},
    "article_mentions": {"span_start": 3, "span_end": 8, "is_certain": True},
}


def frame_of(table: str, *changed: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of a table that break no rule but those that the changes break; keys differ from row to row."""
    model = TABLES[table]
    declared, types = columns(model), pandas_types(model)
    plain = {name: sample_value(column, types[name]) for name, column in declared.items()}
    plain |= {name: None for name in declared if name == "why_no_yoy"} | _FITTING.get(table, {})
    key = list(model.__config__.metadata["key"])  # type: ignore[attr-defined]
    rows = []
    for number, change in enumerate(changed or ({},)):
        record = dict(plain)
        for name in key:
            record[name] = _distinct(record[name], number)
        if unknown := set(change) - set(record):
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        rows.append(record | dict(change))
    return pd.DataFrame(
        {name: pd.Series([record[name] for record in rows], dtype=dtype) for name, dtype in types.items()}
    )


def _distinct(value: Any, number: int) -> Any:
    if isinstance(value, pd.Timestamp):
        return value - pd.Timedelta(days=number)
    if isinstance(value, str):
        return f"{value}{number}" if value == "x" and number else value
    return value + number


def days(*texts: str | None) -> pd.Series:
    """Days as the frames of this package have them."""
    return pd.Series(pd.to_datetime(pd.Series(texts))).astype("datetime64[us]")


def rule_names(*modules: str) -> set[str]:
    """Names of rules that a module of the package can raise or note: read off its source, with {…} where a name is put together."""
    import ast

    found: set[str] = set()
    for module in modules:
        for node in ast.walk(ast.parse((PROJECT / "capex_pipeline" / module).read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = (
                node.func.id
                if isinstance(node.func, ast.Name)
                else node.func.attr
                if isinstance(node.func, ast.Attribute)
                else ""
            )
            place = {"add": 1, "_row_rejection": 1}.get(called, 0 if called.endswith("Error") else None)
            if place is None or len(node.args) <= place or (called == "add" and len(node.args) < 4):
                continue
            name = node.args[place]
            if isinstance(name, ast.Constant) and isinstance(name.value, str) and " " not in name.value:
                found.add(name.value)
            elif isinstance(name, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in name.values)  # noqa: PD011 - of a syntax tree
                if " " not in text:  # else it is the sentence of an error without a rule
                    found.add(text)
    return found


# -------------------------------------------------------------------------------------------------------- from rows to tables


def documents_table(*declarations: Mapping[str, Any]) -> pd.DataFrame:
    """Table documents of declarations, as `ingest` lays it out, without counts."""
    from capex_pipeline.normalise.documents import tabulate
    from capex_pipeline.raw.printed_rows import DOCUMENT_KEYS

    full = [
        dict.fromkeys(DOCUMENT_KEYS) | dict(one) | {"path": "example.csv", "sha256": "0" * 64} for one in declarations
    ]
    return tabulate(full)


def filed(document_id: str, day: str, **changed: Any) -> dict[str, Any]:
    """A filing that was published on a day."""
    return document(document_id=document_id, published=day, retrieved="2026-11-23", title=document_id, **changed)


def article(document_id: str, day: str, **changed: Any) -> dict[str, Any]:
    """An article that was published on a day."""
    return filed(document_id, day, **{"kind": "article", "source_type": "article"} | changed)


def estimate(document_id: str, day: str, **changed: Any) -> dict[str, Any]:
    """An estimator's data set that was published on a day."""
    return filed(document_id, day, **{"kind": "data_set", "source_type": "estimate"} | changed)


@dataclass(frozen=True)
class Evidence:
    """Figures and observations of a few rows in a few documents."""

    documents: pd.DataFrame
    figures: pd.DataFrame
    observations: pd.DataFrame


def evidence_of(
    documents: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, str]], reference: Reference | None = None
) -> Evidence:
    """Reads rows as the pipeline does, with the shipped reference data unless other is given; none may be rejected."""
    from capex_pipeline.normalise.figures import resolve
    from capex_pipeline.normalise.observations import observations
    from capex_pipeline.reference import load

    reference = reference or load()
    declared = documents_table(*documents)
    printed = printed_rows(*rows, document_id=str(documents[0]["document_id"]))
    figures, rejected = resolve(printed, declared, reference, reference.content.rough_per_usd)
    assert rejected["message"].tolist() == []
    return Evidence(declared, figures, observations(figures, declared, reference, reference.sums))
