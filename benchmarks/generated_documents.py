"""How fast documents of a known size are read: prints a row for a PDF of 60 pages and for HTML pages of 1 MB.

    python -m benchmarks.generated_documents

The documents are generated: tables of 25 rows and four columns of numbers, and in the second page paragraphs alone. Seconds are of the
processor, those of the process that reads a PDF included; MB are the largest memory of that process, or of this one for a page.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from pdf_files import pdf, right  # noqa: E402

from capex_pipeline.printed_tables.formats import read_document  # noqa: E402
from capex_pipeline.printed_tables.layout import read_layout  # noqa: E402

_PAGES: Final = 60
_PAGE_BYTES: Final = 1_000_000
_ROWS: Final = 25
_COLUMNS: Final = 4


class Limit(NamedTuple):
    """What a document may take."""

    name: str
    data: bytes
    seconds: float
    megabytes: int | None = None


def _amount(table: int, row: int, column: int) -> str:
    return f"{(97 * table + 13 * row + 7 * column) % 9_000 + 1_000:,}"


def _pdf() -> bytes:
    pages = []
    for page in range(_PAGES):
        texts = [("Consolidated statements of cash flows", 40.0, 30.0), ("(In millions)", 40.0, 44.0)]
        for half in range(2):
            top = 60.0 + 360 * half
            texts += [(str(2026 - column), 300.0 + 80 * column, top) for column in range(_COLUMNS)]
            for row in range(_ROWS):
                y = top + 14 + 13 * row
                texts.append((f"Line {page}.{half}.{row} of the statement of the company", 40.0, y))
                texts += [right(_amount(page, row, column), 330.0 + 80 * column, y) for column in range(_COLUMNS)]
        pages.append(texts)
    return pdf(*pages)


def _page_of_tables() -> bytes:
    style = 'style="padding:2px 1pt;text-align:right;vertical-align:bottom"'
    parts, size = [], 0
    while size < _PAGE_BYTES:
        rows = []
        for row in range(_ROWS):
            cells = "".join(
                f'<td {style}>$</td><td {style}><span style="color:#000;font-family:Arial;font-size:8pt">{_amount(len(parts), row, column)}</span></td>'
                for column in range(_COLUMNS)
            )
            rows.append(f"<tr><td {style}><span>Line {len(parts)}.{row}</span></td>{cells}</tr>")
        parts.append(f"<p>Consolidated statements of cash flows (in millions)</p><table>{''.join(rows)}</table>")
        size += len(parts[-1])
    return f"<html><body>{''.join(parts)}</body></html>".encode()


def _page_of_prose() -> bytes:
    line = "<p>The company states in paragraph {} that its expenditures were {} million dollars, of which a part was for servers.</p>"
    count = _PAGE_BYTES // len(line)
    return "".join(line.format(number, 17 * number) for number in range(count)).encode()


def limits() -> Iterator[Limit]:
    """The documents, one after the other."""
    yield Limit("PDF of 60 pages", _pdf(), 9, 500)
    yield Limit("HTML page of 1 MB of tables", _page_of_tables(), 0.2)
    yield Limit("HTML page of 1 MB of prose", _page_of_prose(), 0.2)


def main() -> int:
    """Measures and prints; returns the exit status."""
    print("generated document           cells  read s  limit  layout s    MB  limit")
    for limit in limits():
        kind = "pdf" if limit.megabytes else "html"
        start = sum(os.times()[:4])
        document = read_document(limit.data, f"generated.{kind}")
        read = sum(os.times()[:4])
        cells = read_layout(document.tables, "USD")
        laid_out = sum(os.times()[:4])
        of_whom = resource.RUSAGE_CHILDREN if limit.megabytes else resource.RUSAGE_SELF
        print(
            f"{limit.name:<28} {len(cells):5} {read - start:7.2f} {limit.seconds:6} {laid_out - read:9.2f} "
            f"{resource.getrusage(of_whom).ru_maxrss // 1024:5} {limit.megabytes or '':>6}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
