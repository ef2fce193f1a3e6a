"""The objects that the steps of one refresh share: client, archive writer, stored versions and addresses.

Add a field here when every step needs it. The steps are in `refresh/sec.py`, `refresh/exhibits.py` and `refresh/ecb.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from capex_pipeline.refresh.addresses import Sources
from capex_pipeline.refresh.archive_writer import ArchiveWriter
from capex_pipeline.refresh.etag_store import AnswerStore, context_of
from capex_pipeline.refresh.filing_lists import Filing
from capex_pipeline.refresh.http_types import Validators

if TYPE_CHECKING:
    from capex_pipeline.refresh.http_client import Client


@dataclass(frozen=True)
class RefreshContext:
    """client: sends requests. writer, memory: files below raw/. instances_from: first day of filing to look for
    instances, if given.
    """

    client: Client
    writer: ArchiveWriter
    memory: AnswerStore
    sources: Sources
    today: date
    instances_from: date | None = None

    def list_context(self, archived: Iterable[str]) -> str:
        """What a stored list of filings was compared with. archived: accession numbers."""
        # The first day is not part of the context: unless it is given, it moves back only when the archive changes.
        return context_of("|".join([str(self.instances_from), *sorted(archived)]).encode())


@dataclass(frozen=True)
class Listing:
    """Filings to request, oldest first, and what to store once all of them were processed. key: under which the version of the list is stored.
    archived: accession numbers.
    """

    filings: tuple[Filing, ...]
    key: str
    validators: Validators
    archived: frozenset[str]

    def remember(self, work: RefreshContext, added: Iterable[str]) -> None:
        """Store the version of the list, so that "unchanged" then means that there is nothing to do. added: accession numbers."""
        work.memory.remember(self.key, self.validators, work.list_context({*self.archived, *added}))


def listing(
    work: RefreshContext,
    key: str,
    validators: Validators,
    archived: frozenset[str],
    filings: Iterable[Filing] = (),
    begin: date = date.min,
) -> Listing:
    """The filings since a day that are neither archived nor known to contain nothing in use."""
    wanted = {
        filing.accession: filing
        for filing in filings
        if filing.filed >= begin
        and filing.accession not in archived
        and not work.memory.holds_nothing(filing.accession)
    }
    ordered = sorted(wanted.values(), key=lambda filing: (filing.filed, filing.accession))
    return Listing(tuple(ordered), key, validators, archived)
