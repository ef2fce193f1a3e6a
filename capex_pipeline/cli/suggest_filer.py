"""The command `suggest-filer`: list the concepts of a filer's document, and draft the reference entries that read it.

Arguments, messages and the writing of drafts into a reference overlay belong here. What is suggested belongs to
`sources.filer_suggestions`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capex_pipeline.cli.options import WorkFailed, echo, examples

if TYPE_CHECKING:
    from capex_pipeline.reference import Reference
    from capex_pipeline.sources.filer_suggestions import Candidate, Suggestion

_SHOWN = 12
"""Maximum number of listed candidates of one kind."""


@click.command(
    name="suggest-filer",
    epilog=examples(
        "capex-pipeline suggest-filer raw/filings/companyfacts/CIK0000909832.json",
        "capex-pipeline suggest-filer --dry-run raw/filings/instances/0001640147-25-000187.xml",
    ),
)
@click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--reference",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the overlay. Default: the project's, or reference.",
)
@click.option("--dry-run", is_flag=True, help="Print the drafts and write nothing.")
def suggest_filer(source: Path, reference: Path | None, dry_run: bool) -> int:
    """List concepts and segments of FILE that look like capex, revenue, leases and cloud, and draft the entries that read them.

    FILE is companyfacts JSON, an XBRL instance or an inline XBRL document. The drafts go into the reference overlay.
    """
    from capex_pipeline.raw.errors import DocumentError
    from capex_pipeline.reference import ReferenceError, load
    from capex_pipeline.storage.locations import reference_overlay

    try:
        overlay = reference or reference_overlay() or Path("reference")
        known = load(overlay if overlay.is_dir() else None)
        suggestion = _suggestion(source, known)
    except (DocumentError, ReferenceError, OSError) as error:
        raise WorkFailed(f"{source}: {error}") from error
    _list(suggestion)
    filer = next((filer for filer in known.filers.values() if suggestion.cik in filer.ciks), None)
    if dry_run or filer is not None or not suggestion.drafts:
        for name, entries in suggestion.drafts.items():
            echo(f"\n# {overlay / name}\n{_list_name(name)}:\n{_dumped(entries, '  ')}", nl=False)
        if filer is not None:
            echo(
                f"\n{filer.name} has rules in filers.yaml already. Nothing was written; copy the missing rules by hand."
            )
        return 0
    written = _write(overlay, suggestion.drafts)
    echo(
        f"\nWrote {', '.join(map(str, written))}. Compare the entries with the list above, remove unwanted ones, then run: "
        "capex-pipeline build"
    )
    return 0


def _suggestion(source: Path, known: Reference) -> Suggestion:
    from capex_pipeline.raw.folder import MAXIMUM_BYTES
    from capex_pipeline.sources import filer_suggestions
    from capex_pipeline.sources.companyfacts import cik_of, parsed
    from capex_pipeline.sources.xbrl_instance import BLANK_BEGINNING, read_instance

    if source.stat().st_size > MAXIMUM_BYTES:
        raise WorkFailed(f"{source} has more than {MAXIMUM_BYTES:,} bytes; it is not a document of one filer.")
    data = source.read_bytes()

    def entity_of(cik: int | None) -> Any:
        entities = known.content.entities
        return next((one for one in entities if cik is not None and cik in (one.cik, *one.former_ciks)), None)

    if data.lstrip(BLANK_BEGINNING).startswith(b"{"):
        content = parsed(data)
        cik = cik_of(content)
        return filer_suggestions.of_companyfacts({**content, "cik": cik}, entity_of(cik), known.content.forms.annual)
    instance = read_instance(data)
    return filer_suggestions.of_instance(instance, entity_of(instance.cik))


def _list(suggestion: Suggestion) -> None:
    echo(f"{suggestion.company} (CIK {suggestion.cik})")
    for kind in dict.fromkeys(one.kind for one in suggestion.candidates):
        echo(f"\n{kind}")
        candidates = [one for one in suggestion.candidates if one.kind == kind]
        for one in candidates[:_SHOWN]:
            echo(f"  {one.name} {one.dimensions}".rstrip() + f"  [{_verdict(one)}]")
            echo(
                f"      {one.facts} periods ({one.lengths}), {one.first} to {one.last}"
                + (f", last filed {one.last_filed}" if one.last_filed else "")
            )
            for period, value in one.recent:
                echo(f"      {period}  {value:>22,.0f} {one.unit}")
        if len(candidates) > _SHOWN:
            echo(f"  and {len(candidates) - _SHOWN} more")


def _verdict(one: Candidate) -> str:
    beside = {"": "", "equal": "equal to the first where both are tagged, ", "differs": "differs from the first, "}[
        one.overlap
    ]
    return beside + ("in the draft" if one.is_drafted else "not in the draft")


def _list_name(name: str) -> str:
    return name.removesuffix(".yaml")


def _dumped(entries: list[dict[str, Any]], indent: str) -> str:
    import yaml

    text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=140)
    return "".join(f"{indent}{line}\n" if line else "\n" for line in text.splitlines())


def _write(overlay: Path, drafts: dict[str, list[dict[str, Any]]]) -> list[Path]:
    """Adds the entries to the overlay's files. Raises WorkFailed, and leaves the files unchanged, if the result is not valid."""
    from capex_pipeline.reference import ReferenceError, load

    is_new = not overlay.exists()
    before: dict[Path, bytes | None] = {}
    try:
        overlay.mkdir(parents=True, exist_ok=True)
        for name, entries in drafts.items():
            path = overlay / name
            before[path] = path.read_bytes() if path.exists() else None
            text = (before[path] or b"").decode()
            path.write_text(_with_entries(text, _list_name(name), entries), encoding="utf-8")
        load(overlay)
    except (ReferenceError, OSError, UnicodeDecodeError) as error:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        if is_new and overlay.is_dir() and not any(overlay.iterdir()):
            overlay.rmdir()
        raise WorkFailed(
            f"The drafts do not fit the reference data in {overlay}: {error}\nPrint them with --dry-run and add them by hand."
        ) from error
    return list(before)


def _with_entries(text: str, key: str, entries: list[dict[str, Any]]) -> str:
    """A reference file with more entries at the end of its list."""
    if not text.strip():
        return f"{key}:\n{_dumped(entries, '  ')}"
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if line.startswith(f"{key}:")), None)
    if start is None:
        return f"{text.rstrip()}\n\n{key}:\n{_dumped(entries, '  ')}"
    end = next((number for number in range(start + 1, len(lines)) if re.match(r"[A-Za-z_]", lines[number])), len(lines))
    first = next((line for line in lines[start + 1 : end] if line.lstrip().startswith("- ")), "  - ")
    indent = first[: len(first) - len(first.lstrip())]
    head = re.sub(r":\s*\[\s*\]", ":", lines[start]) if start + 1 == end else lines[start]
    body = "".join([*lines[:start], head, *lines[start + 1 : end]]).rstrip("\n")
    rest = "".join(lines[end:])
    return f"{body}\n{_dumped(entries, indent)}" + (f"\n{rest}" if rest else "")
