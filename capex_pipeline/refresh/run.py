"""Runs one refresh from start to end.

This module decides which filers are requested and in which order, and lets the others continue after an error of one filer. How one
document is requested and evaluated is in `refresh/sec.py`, `refresh/exhibits.py` and `refresh/ecb.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from capex_pipeline.reference import Reference
from capex_pipeline.reference.filers import Filer
from capex_pipeline.refresh import ecb, exhibits, sec
from capex_pipeline.refresh.addresses import PROGRAM, Sources, contact
from capex_pipeline.refresh.archive_writer import ArchiveWriter
from capex_pipeline.refresh.etag_store import AnswerStore
from capex_pipeline.refresh.exhibits import Company
from capex_pipeline.refresh.filing_lists import Filing
from capex_pipeline.refresh.http_client import Client
from capex_pipeline.refresh.http_types import HOST_RULES, STOPPING_RULES, Limits, RefreshError
from capex_pipeline.refresh.outcomes import FAILED, LISTED, UNCHANGED, WRITTEN, Outcome, Progress, Report, Silent
from capex_pipeline.refresh.rate_limit import PROCESS_PACE, TokenBucket
from capex_pipeline.refresh.session import Listing, RefreshContext

RATES = "rates"
"""Name in `Plan.only` for the ECB's rates, beside entity ids and CIKs."""


@dataclass(frozen=True)
class Plan:
    """What to refresh.

    raw: folder of documents. only: entity ids, CIKs or "rates"; empty is everything. instances_from: first day of filing to
    look for instances and exhibits; None is the day of the filer's oldest archived instance, or 400 days ago if that is earlier, and 200
    days ago for exhibits. contact: as `addresses.CONTACT_VARIABLE`.
    """

    raw: Path
    contact: str | None
    only: tuple[str, ...] = ()
    instances_from: date | None = None
    dry_run: bool = False
    sources: Sources = field(default_factory=Sources)
    today: date = field(default_factory=lambda: datetime.now(UTC).date())


def chosen(
    only: tuple[str, ...], filers: Mapping[str, Filer], companies: Mapping[str, Company]
) -> tuple[list[Filer], list[Company], bool]:
    """Return the filers to request, the companies whose exhibits are requested, and whether the rates are requested.

    Raises RefreshError (unknown_filer) for another name.
    """
    if not only:
        return list(filers.values()), list(companies.values()), True
    picked: list[Filer] = []
    with_exhibits: list[Company] = []
    for name in only:
        if name == RATES:
            continue
        number = name.upper().removeprefix("CIK")
        filer = filers.get(name) or next(
            (f for f in filers.values() if number.isdigit() and int(number) in f.ciks), None
        )
        company = companies.get(name) or next(
            (one for one in companies.values() if number.isdigit() and int(number) == one.cik), None
        )
        if filer is None and company is None:
            known = ", ".join(dict.fromkeys((*filers, *companies)))
            raise RefreshError("unknown_filer", f"{name} is not a filer; known are {known}, their CIKs, and {RATES}.")
        if filer is not None and filer not in picked:
            picked.append(filer)
        if company is not None and company not in with_exhibits:
            with_exhibits.append(company)
    return picked, with_exhibits, RATES in only


def refresh(
    plan: Plan,
    reference: Reference,
    *,
    progress: Progress | None = None,
    limits: Limits | None = None,
    pace: TokenBucket = PROCESS_PACE,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Request everything in the plan and archive what is new.

    A document that fails gives an outcome with a sentence, and the run continues. A host that cannot be reached or
    refuses gets no further request in this run. Raises RefreshError before the first request: no_contact (unless only
    rates are wanted), unknown_filer, archive (no folder).
    """
    wanted, companies, rates = chosen(plan.only, reference.filers, exhibits.companies(reference))
    if not plan.raw.is_dir():
        raise RefreshError("archive", f"There is no folder of documents at {plan.raw}; name another.")
    who = contact(plan.contact) if wanted or companies else PROGRAM
    watcher = progress or Silent()
    writer = ArchiveWriter(plan.raw, dry_run=plan.dry_run)
    memory = AnswerStore(writer)
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        at_sec = stack.enter_context(Client(who, limits, pace=pace, sleep=sleep))
        at_ecb = stack.enter_context(Client(PROGRAM, limits, pace=pace, sleep=sleep))

        def note(outcome: Outcome) -> None:
            outcomes.append(outcome)
            watcher.done(outcome, at_sec.received + at_ecb.received)

        watcher.expect(sum((1 + bool(filer.segments)) * len(filer.ciks) for filer in wanted) + len(companies) + rates)
        try:
            sec_work = RefreshContext(at_sec, writer, memory, plan.sources, plan.today, plan.instances_from)
            asking = _Asking(note, watcher)
            _ask_sec(wanted, sec_work, asking)
            _ask_exhibits(companies, sec_work, asking, reference)
            if rates:
                work = RefreshContext(at_ecb, writer, memory, plan.sources, plan.today)
                rated = asking.ask(plan.sources.ecb, lambda: ecb.refresh_rates(work, reference.content.rough_per_usd))
                note(_outcome_of("ecb", "rates", "", rated))
        finally:
            memory.save()
        return Report(
            tuple(outcomes),
            at_sec.requests + at_ecb.requests,
            at_sec.retries + at_ecb.retries,
            at_sec.received + at_ecb.received,
            plan.dry_run,
        )


def _ask_exhibits(companies: list[Company], work: RefreshContext, asking: _Asking, reference: Reference) -> None:
    archived = exhibits.archived_exhibits(work.writer.root)
    for company in companies:
        asking.listed(
            _Listed(company.rule.entity_id, "reports", "exhibit", "new reports that may hold results"),
            work,
            partial(exhibits.list_exhibits, company, work, archived),
            partial(exhibits.refresh_exhibit, company, work=work, reference=reference),
        )


def _ask_sec(wanted: list[Filer], work: RefreshContext, asking: _Asking) -> None:
    archived = sec.archived_instances(work.writer.root)
    for filer, is_former in ((one, one.cik != present.cik) for present in wanted for one in present.registrants()):
        facts = asking.ask(work.sources.sec_data, partial(sec.refresh_companyfacts, filer, work))
        if is_former and isinstance(facts, RefreshError) and facts.rule in _NOTHING_FILED:
            why = f"Nothing is filed under the former CIK {filer.cik}."
            asking.note(Outcome(filer.entity_id, "companyfacts", "", UNCHANGED, why))
            continue
        asking.note(_outcome_of(filer.entity_id, "companyfacts", "", facts))
        if filer.segments:
            asking.listed(
                _Listed(filer.entity_id, "filings", "instance", "new periodic filings"),
                work,
                partial(sec.list_filings, filer, work, archived),
                partial(sec.refresh_instance, filer, work=work),
            )


_NOTHING_FILED = ("not_found", "no_facts")
"""A former CIK may have no XBRL facts: most were given up before filings had any."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class _Listed:
    """Names in outcomes: whose list it is, of what, the kind of its documents, and what is counted."""

    source: str
    what: str
    kind: str
    counted: str


class _Asking:
    """Turns errors into outcomes, and stops requests to a host that refuses, or that failed twice in a row."""

    def __init__(self, note: Callable[[Outcome], None], watcher: Progress) -> None:
        self.note, self._watcher = note, watcher
        self._left_alone: dict[str, RefreshError] = {}
        self._failed: dict[str, int] = {}

    def ask(self, base: str, act: Callable[[], _T]) -> _T | RefreshError:
        """Return the result of `act`, or the error that prevented it."""
        if base in self._left_alone:
            why = self._left_alone[base]
            return RefreshError(why.rule, f"Not requested after this error: {why.message}")
        try:
            answer = act()
        except RefreshError as error:
            # One failure may be due to the document; two in a row are due to the host.
            self._failed[base] = self._failed.get(base, 0) + 1 if error.rule in HOST_RULES else 0
            if error.rule in STOPPING_RULES or self._failed[base] >= 2:
                self._left_alone[base] = error
            return error
        self._failed[base] = 0
        return answer

    def listed(
        self,
        names: _Listed,
        work: RefreshContext,
        list_filings: Callable[[], Listing],
        refresh_filing: Callable[[Filing], Outcome],
    ) -> None:
        """Request a list, then each of its filings. The version of the list is stored once all of them were processed."""
        listing = self.ask(work.sources.sec_data, list_filings)
        if isinstance(listing, RefreshError):
            self.note(_outcome_of(names.source, names.what, "", listing))
            return
        count = len(listing.filings)
        result = LISTED if count else UNCHANGED
        self.note(Outcome(names.source, names.what, "", result, f"{count} {names.counted}"))
        self._watcher.expect(count)
        answers: dict[str, Outcome | RefreshError] = {}
        for filing in listing.filings:
            answer = answers[filing.accession] = self.ask(work.sources.sec_archives, partial(refresh_filing, filing))
            self.note(_outcome_of(names.source, names.kind, filing.accession, answer))
        outcomes = {accession: one for accession, one in answers.items() if isinstance(one, Outcome)}
        if len(outcomes) == count:
            listing.remember(work, [accession for accession, one in outcomes.items() if one.result in WRITTEN])


def _outcome_of(source: str, what: str, name: str, answer: Outcome | RefreshError) -> Outcome:
    if isinstance(answer, Outcome):
        return answer
    return Outcome(source, what, name, FAILED, answer.message, answer.rule)
