"""The objects that the steps of one refresh share: client, archive writer, stored versions and addresses.

Add a field here when every step needs it. The steps are in `refresh/sec.py`, `refresh/exhibits.py` and `refresh/ecb.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from capex_pipeline.refresh.addresses import Sources
from capex_pipeline.refresh.archive_writer import ArchiveWriter
from capex_pipeline.refresh.etag_store import AnswerStore

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
