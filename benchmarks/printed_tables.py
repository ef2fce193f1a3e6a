"""How well and how fast printed tables are read: prints tables for the labelled documents beside the checkout.

    python -m benchmarks.printed_tables [--failures] [--kept-aside] [--document NAME]

Each labelled cell is asked for by its label, the heading above it, the heads of its column and the title of its table, without its value. An
answer is right where one value alone answers and it is the labelled one in full units with its currency, or a dash alone where a dash is printed; wrong where one value alone
answers and it is another; none where no cell or several values answer. Intervals are Wilson's at 95 %. Documents on which no rule was
tuned are measured apart (--kept-aside).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT.parent / "shared" / "data" / "announcements"
sys.path[:0] = [str(ROOT)]

from benchmarks.find_cells import distinct, find_cells  # noqa: E402
from capex_pipeline.printed_tables.formats import read_tables  # noqa: E402
from capex_pipeline.printed_tables.layout import PrintedCell, read_layout  # noqa: E402

Label = dict[str, Any]
_DASHES = ("-", "–", "—")
"""Labels of cells that print a dash have the value 0; the reader says that there is no number."""


def is_kept_aside(name: str) -> bool:
    """A third of the documents, chosen by a hash of the name, on which no rule is tuned."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0


def labels(kept_aside: bool) -> dict[str, list[Label]]:
    """Labelled cells by document."""
    found: dict[str, list[Label]] = defaultdict(list)
    for line in (FOLDER / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if is_kept_aside(label["document"]) == kept_aside:
            found[label["document"]].append(label)
    return dict(found)


def outcome(cells: list[PrintedCell], label: Label) -> str:
    """right, wrong, several or none."""
    found = find_cells(
        cells,
        label["row_label"],
        heading=label["row_context"],
        heads=label["column_header_path"],
        title=label["table_title"],
        kinds=(label["unit"],),
    )
    if found and label["value_as_printed"] in _DASHES and all(cell.text.is_nil for cell in found):
        return "right"
    answers = distinct(cell for cell in found if cell.value is not None)
    if not answers:
        return "none"
    if len(answers) > 1:
        return "several"
    value, currency, kind = next(iter(answers))
    is_same = value is not None and math.isclose(value, label["value"], rel_tol=1e-9)
    fits = currency == label["currency"] if label["unit"] == "money" else kind == "percent"
    return "right" if is_same and fits else "wrong"


def read_cells(name: str, wanted: list[Label]) -> list[PrintedCell]:
    """The cells of a document, with the currency in which its company reports."""
    currencies = Counter(
        label["currency"] for label in wanted if label["currency"] and not label["is_convenience_translation"]
    )
    return read_layout(read_tables((FOLDER / "docs" / name).read_bytes(), name), currencies.most_common(1)[0][0])


def interval(right: int, total: int) -> tuple[float, float]:
    """Wilson's interval of a share at 95 %."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def report(rows: Iterable[tuple[str, Counter[str], float, int]], title: str) -> None:
    """One line for each row: right, wrong and unanswered of the labels, the share with its interval, CPU seconds."""
    print(f"\n{title:<30} labels right wrong several none  share right          CPU s  MB")
    for name, counts, seconds, size in rows:
        total = sum(counts.values())
        low, high = interval(counts["right"], total)
        print(
            f"{name:<30} {total:6} {counts['right']:5} {counts['wrong']:5} {counts['several']:7} {counts['none']:4}  "
            f"{counts['right'] / max(total, 1):.3f} ({low:.3f} to {high:.3f}) {seconds:6.2f} {size / 1e6:4.1f}"
        )


def main() -> int:
    """Measures and prints; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--failures", action="store_true", help="print each label that is not answered rightly")
    parser.add_argument("--kept-aside", action="store_true", help="measure the documents on which no rule was tuned")
    parser.add_argument("--document", help="measure one document")
    chosen = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"The labelled documents are not at {FOLDER}; nothing is measured.")
        return 0
    by_document: list[tuple[str, Counter[str], float, int]] = []
    by_format: dict[str, tuple[Counter[str], float, int]] = {}
    for name, wanted in sorted(labels(chosen.kept_aside).items()):
        if chosen.document and chosen.document not in name:
            continue
        size = (FOLDER / "docs" / name).stat().st_size
        start = sum(os.times()[:4])
        cells = read_cells(name, wanted)
        seconds = sum(os.times()[:4]) - start
        counts: Counter[str] = Counter()
        for label in wanted:
            result = outcome(cells, label)
            counts[result] += 1
            if chosen.failures and result != "right":
                print(f"{name} {label['id']} {result}: {label['page_or_table']} | {label['row_label']} | {label['row_context']} | "
                      f"{label['column_header_path']} | {label['value']} {label['currency']}")  # fmt: skip
        by_document.append((name, counts, seconds, size))
        kind = name.rpartition(".")[2]
        former = by_format.get(kind, (Counter(), 0.0, 0))
        by_format[kind] = (former[0] + counts, former[1] + seconds, former[2] + size)
    report(by_document, "kept aside" if chosen.kept_aside else "tuned")
    report(((kind, *numbers) for kind, numbers in sorted(by_format.items())), "by format")
    return 0


if __name__ == "__main__":
    sys.exit(main())
