"""Fingerprint of a page's inputs, which shows whether the page on disk is up to date.

Add here inputs that determine the page's bytes, and the files that are written into it. Making the page belongs to `page`. This module does
not need pandas, so that a build with nothing to draw need not load it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib import resources

FINGERPRINT = "capex-pipeline-input"
"""Name of the meta element with the fingerprint of the page's inputs."""


SCRIPTS = ("report.js", "explorer.js", "takeaway.js")
"""The page's own scripts in the order in which they run."""


def is_made_from(head: bytes, fingerprint: str) -> bool:
    """Whether the first bytes of a page contain this fingerprint. head: at least the beginning of its head element."""
    return f'<meta name="{FINGERPRINT}" content="{fingerprint}">'.encode() in head


def static(name: str) -> str:
    """A static file of the page: report.css, one of SCRIPTS, templates.json, or the Vega library, vega.min.js."""
    return resources.files("capex_pipeline.report").joinpath("static", name).read_text(encoding="utf-8")


def made_from(code: str, content_ids: Mapping[str, str]) -> str:
    """Hash of everything that determines the page's bytes: this package's code and files, and the tables."""
    files = [static(name) for name in ("report.css", *SCRIPTS, "templates.json", "vega.min.js")]
    parts = [code, *files, *(f"{name}={content_ids[name]}" for name in sorted(content_ids))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
