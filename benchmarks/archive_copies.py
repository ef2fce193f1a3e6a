"""Makes a larger archive of documents from copies of the shipped one, and adds one new document.

Every copy gets its own document ids and accession numbers, so that it counts as a document of its own. Add a kind of
document here when raw/ gets one; builds of such archives are measured in `benchmarks/builds.py`. The copied figures are
not real and stay in a temporary folder.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path
from typing import Any

import yaml

_ACCESSION = re.compile(rb'("accn":\s*")\d{4}(\d{6}-\d\d-\d{6}")')
_SIDECAR = ".meta.yaml"


def enlarge(source: Path, target: Path, times: int) -> None:
    """Writes an archive with every document of `source` that many times."""
    shutil.copytree(source, target)
    for number in range(1, times):
        for path in sorted(source.rglob("*")):
            if path.is_file() and path.suffix in (".csv", ".json", ".yaml", ".xml"):
                _copy(path, target / path.relative_to(source).parent / _renamed(path.name, number), number)


def add_document(archive: Path, number: int = 0) -> None:
    """Puts one results announcement with one figure beside the others, of a quarter that follows the shipped ones; number: 0 or 1."""
    file = archive / "announcements" / f"benchmark-{number}.csv"
    file.write_text(
        f'entity,metric,definition,period,value,unit\nalibaba,capex,cash_purchases,Q{3 + number} 2026,"21,153",RMB million\n'
    )
    document = {
        "document_id": f"benchmark-{number}",
        "kind": "results_announcement",
        "source_type": "filing",
        "title": "Invented for a measurement",
        "publisher": "nobody",
        "published": ("2026-11-15", "2027-02-15")[number],
        "retrieved": ("2026-11-16", "2027-02-16")[number],
    }
    file.with_name(file.stem + _SIDECAR).write_text(yaml.safe_dump({"documents": [document]}))


def _renamed(name: str, number: int) -> str:
    stem, dot, rest = name.partition(".")
    return f"{stem}-copy{number}{dot}{rest}"


def _copy(source: Path, target: Path, number: int) -> None:
    data = source.read_bytes()
    if source.suffix == ".json":
        data = _ACCESSION.sub(b"\\g<1>%d\\g<2>" % (9000 + number), data)
    elif source.suffix == ".csv":
        data = _renamed_documents(data, number)
    elif source.suffix == ".xml":
        data += b"\n" * number  # other bytes: equal ones count as the same file twice
    elif source.suffix == ".yaml":
        # Scalars stay text: nothing of what is printed may be read as a number here.
        content = yaml.load(data, Loader=yaml.CBaseLoader)
        data = yaml.safe_dump(_other_documents(content, number), allow_unicode=True, sort_keys=False).encode()
    target.write_bytes(data)


def _renamed_documents(table: bytes, number: int) -> bytes:
    """A table whose rows name their documents, with the names of the copies."""
    header = table.split(b"\n", 1)[0].decode("utf-8-sig").strip().split(",")
    if "document" not in header:
        return table + b"\n" * number
    place = header.index("document")
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    for row in rows[1:]:
        if len(row) > place and row[place].strip():
            row[place] = f"{row[place].strip()}-copy{number}"
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue().encode()


def _other_documents(content: Any, number: int) -> Any:
    """The same with other ids of documents and other accession numbers."""
    if isinstance(content, list):
        return [_other_documents(item, number) for item in content]
    if not isinstance(content, dict):
        return content
    changed = {key: _other_documents(value, number) for key, value in content.items()}
    for key in ("document_id", "document", "origin"):
        if isinstance(changed.get(key), str) and changed[key]:
            changed[key] = f"{changed[key]}-copy{number}"
    if isinstance(changed.get("accession"), str):
        changed["accession"] = f"{9000 + number}{changed['accession'][4:]}"
    return changed
