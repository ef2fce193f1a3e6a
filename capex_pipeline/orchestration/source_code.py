"""Links from assets to their code, and the page that the web server shows for such a link.

Dagster's own code references are in beta, and its links open a file on the reader's machine, where the file may not exist. Add here what a
link or the page contains. The function of an asset is named where the asset is declared.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

PACKAGE = Path(__file__).resolve().parent.parent
ADDRESS = "/code/"
"""Path of the pages in the web interface that `capex-pipeline ui` and `capex-pipeline web` start."""

LABEL = "code"
"""Name of the metadata entry of an asset."""

_DEFINITION = re.compile(r"(?:def|class) (\w+)")
_STYLE = (
    "body{font:13px/1.5 ui-monospace,monospace;margin:1.5em;white-space:pre}a{color:inherit}:target{background:#ffe58a}"
)


def link(made_by: Callable[..., Any] | str) -> dict[str, dg.MetadataValue]:
    """Metadata with a link to a function. made_by: the function, or its address as `module:function` if it is not defined yet."""
    module, name = made_by.split(":") if isinstance(made_by, str) else (made_by.__module__, made_by.__name__)
    return {LABEL: dg.MetadataValue.url(f"{ADDRESS}{module.replace('.', '/')}.py#{name}")}


def page(path: str) -> str | None:
    """The HTML page of a module, with an anchor for each top-level definition. path: relative to the folder that holds the package, such as
    `capex_pipeline/definitions.py`.

    None if it is not a Python file of the package.
    """
    file = (PACKAGE.parent / path).resolve()
    if file.suffix != ".py" or not file.is_relative_to(PACKAGE) or not file.is_file():
        return None
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines():
        definition = _DEFINITION.match(line)
        shown = html.escape(line)
        lines.append(f'<span id="{definition[1]}">{shown}</span>' if definition else shown)
    title = html.escape(path)
    return (
        f'<!doctype html><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style><b>{title}</b>\n\n'
        + "\n".join(lines)
    )
