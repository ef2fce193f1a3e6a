"""Reads reference folders: YAML to typed entries, and an overlay on top of the package's files.

The reading of one folder and the merging of two belong here. The list of files belongs to `content`, types to `models` and `filers`, rules
between entries to `contradictions`.

Every problem is a sentence that names the entry and the file, what is wrong and what to do; all of a folder are reported at once.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from capex_pipeline import CapexPipelineError
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_yaml import MAXIMUM_SIDECAR_BYTES, load_yaml_mapping
from capex_pipeline.reference.content import FILES, Content
from capex_pipeline.reference.models import Entry, Part, suggestion

_MOST_PROBLEMS = 20
"""Sentences in one error; the rest are counted."""

_Files = dict[str, Part]


class ReferenceError(CapexPipelineError, ValueError):
    """The reference data cannot be read or contradict themselves. The message says which entry of which file, and what to do."""


def raise_problems(problems: list[str]) -> None:
    """Raises ReferenceError with the problems, one per line, if there are any."""
    if not problems:
        return
    lines = problems[:_MOST_PROBLEMS]
    if len(problems) > _MOST_PROBLEMS:
        lines.append(f"{len(problems) - _MOST_PROBLEMS} more problems follow.")
    raise ReferenceError("\n".join(lines))


def read(package: Path, overlay: Path | None) -> Content:
    """The content of the package's files, with the entries of an overlay added. Raises ReferenceError."""
    above = {name: kind() for name, kind in FILES.items()} if overlay is None else _folder(overlay, str(overlay))
    files = _stacked(_folder(package, "reference"), above)
    texts = files.pop("text.yaml")
    return Content.model_construct(text=texts, **{key: value for file in files.values() for key, value in file})


def _folder(folder: Path, label: str) -> _Files:
    problems = [
        _sentence(f"{label}/{path.name} is not a reference file; {suggestion(path.name, FILES)}")
        for path in sorted(folder.iterdir())
        if path.suffix in (".yaml", ".yml") and path.name not in FILES
    ]
    files: _Files = {}
    for name, kind in FILES.items():
        path, place = folder / name, f"{label}/{name}"
        content: dict[str, Any] = {}
        try:
            if path.exists():
                content = _content(path, place)
            files[name] = kind.model_validate(content)
        except DocumentError as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{place} cannot be read ({error.strerror}); correct its permissions, or remove it.")
        except ValidationError as error:
            problems += [
                _sentence(f"{_where(detail['loc'], content, place)} {_clause(detail)}")
                for detail in error.errors(include_url=False)
            ]
    raise_problems(problems)
    for name, file in files.items():
        for entry in _entries(file):
            entry._file = f"{label}/{name}"
    return files


def _content(path: Path, place: str) -> dict[str, Any]:
    with path.open("rb") as stream:
        data = stream.read(MAXIMUM_SIDECAR_BYTES + 1)
    return {key: value for key, value in _mapping(data, place).items() if value is not None}


@functools.lru_cache(maxsize=2 * len(FILES))
def _mapping(data: bytes, place: str) -> dict[str, Any]:
    """The mapping of a file, which nobody changes. Where one file of an overlay was edited, the others and the package's are not parsed again."""
    return load_yaml_mapping(data, place, typed=True)


def _entries(file: Part) -> Iterator[Entry]:
    for name in type(file).model_fields:
        value = getattr(file, name)
        if isinstance(value, tuple):
            yield from (entry for entry in value if isinstance(entry, Entry))


# ------------------------------------------------------------------------------------------------------------- sentences

_CLAUSES = {
    "missing": "is missing; add it",
    "string_type": "is {input!r}, which is not text; write text, in quotes if it looks like a number, a date or yes or no",
    "string_too_short": "is empty; write text, or remove the key",
    "int_type": "is {input!r}, which is not a whole number; write one, without quotes",
    "bool_type": "is {input!r}; write true or false, without quotes",
    "date_type": "is {input!r}, which is not a date; write it as 2024-08-20, without quotes",
    "is_instance_of": "is {input!r}, which is not a date; write it as 2024-08-20, without quotes",
    "tuple_type": "is {input!r}, which is not a list; write one entry per line, or [a, b]",
    "dict_type": "is {input!r}, which is not a mapping; write lines `key: value`",
    "literal_error": "is {input!r}; write {expected}",
    "string_pattern_mismatch": "is {input!r}, which does not have the form {pattern}; correct it",
    "too_short": "is empty; write at least one",
}


def _sentence(clauses: str) -> str:
    return clauses if clauses.endswith("?") else f"{clauses}."


def _clause(detail: Any) -> str:
    context = detail.get("ctx") or {}
    if "sentence" in context:
        return str(context["sentence"])
    clause = _CLAUSES.get(detail["type"])
    if clause is None:
        return f"is {_short(detail['input'])}: {detail['msg'][:1].lower()}{detail['msg'][1:]}; correct it"
    return clause.replace("{input!r}", _short(detail["input"])).format_map(context)


def _short(value: Any) -> str:
    text = repr(value)
    return (text if len(text) <= 60 else text[:57] + "...").replace("{", "{{").replace("}", "}}")


def _where(location: tuple[int | str, ...], content: Any, place: str) -> str:
    """The path to a value as text: an entry by its id, or by its number if it has none."""
    words: list[str] = []
    value = content
    for step in location:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
            words[-1] = (_name_of(value) if len(words) == 1 else None) or f"{words[-1]} {step + 1}"
        elif step != "[key]":
            words.append(str(step))
            value = value.get(step) if isinstance(value, Mapping) else None
    return ", ".join([place, *words])


def _name_of(value: Any) -> str | None:
    """The identity of an entry, as far as it has one."""
    if not isinstance(value, Mapping):
        return None
    keys = ("name_id", "entity_id", "metric_id", "definition_id", "product_id", "claim_check_id")
    return next((str(value[key]) for key in keys if key in value), None)


# --------------------------------------------------------------------------------------------------------------- overlay


def _stacked(package: _Files, overlay: _Files) -> _Files:
    """Entries of both. An overlay's entry replaces the one with the same key if it has `replaces: true`; all others are added."""
    problems: list[str] = []
    files = {name: _merged(name, package[name], overlay[name], problems) for name in FILES}
    raise_problems(problems)
    return files


def _merged(place: str, below: Part, above: Part, problems: list[str]) -> Any:
    values: dict[str, Any] = {}
    for name in type(below).model_fields:
        first, second = getattr(below, name), getattr(above, name)
        values[name] = _merged_value(f"{place}, {name}", first, second, problems)
    return below.model_copy(update=values)


def _merged_value(place: str, below: Any, above: Any, problems: list[str]) -> Any:
    if isinstance(below, Part) and isinstance(above, Part):
        return _merged(place, below, above, problems)
    if isinstance(below, dict):
        return below | {
            key: _merged_value(f"{place}, {key}", below[key], value, problems) if key in below else value
            for key, value in above.items()
        }
    if isinstance(below, tuple):
        entries = [*below, *above]
        if any(isinstance(entry, Entry) for entry in entries):
            return tuple(_merged_entries(entries, problems))
        return tuple(dict.fromkeys(entries))
    if below is not None and above is not None and above != below:
        problems.append(
            f"The overlay's {place} is {above}, but the package has {below}; remove it from the overlay: only entries of "
            "lists can be replaced."
        )
    return below if above is None else above


def _merged_entries(entries: list[Entry], problems: list[str]) -> Iterator[Entry]:
    by_key: dict[Any, Entry] = {}
    for number, entry in enumerate(entries):
        key = entry.key or number
        earlier = by_key.get(key)
        if entry.replaces and (earlier is None or not entry.key):
            problems.append(f"{entry.place} has `replaces: true`, but there is no entry to replace; remove `replaces`.")
        elif earlier is not None and earlier._file == entry._file:
            problems.append(f"{entry.place} occurs twice; remove one of the two entries.")
        elif earlier is not None and not entry.replaces:
            problems.append(
                f"{entry.place} is already in {earlier._file}; give it another id, or write `replaces: true` in the entry."
            )
        by_key[key] = entry
    yield from by_key.values()
