"""The command `init`: create the folder of a new project.

The files of a new project are in `project_template`; a placeholder in them is filled from the code, so that lists are not written
twice. Commands that work in an existing project belong to modules of their own.
"""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from capex_pipeline.cli.options import WorkFailed, echo, examples

_NAMES = {"gitignore": ".gitignore"}
"""Template files with another name in the package, because the real name would have an effect there."""


@click.command(name="init", epilog=examples("capex-pipeline init my-project", "cd my-project && capex-pipeline build"))
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Create a project in FOLDER: raw/ and reference/ with an example that builds, workspace.yaml and dagster.yaml.

    FOLDER must be new or empty.
    """
    for path in create_project(folder):
        echo(f"Wrote {path}.")
    echo(f"\nNext: cd {folder} && capex-pipeline build")


def create_project(folder: Path) -> list[Path]:
    """Writes a project into a new or empty folder; returns its files. Raises WorkFailed for any other folder, and for disk errors."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise WorkFailed(f"{folder} is not empty; name a new or an empty folder.")
        return sorted(
            _copy(resources.files("capex_pipeline.cli").joinpath("project_template"), folder, _placeholders())
        )
    except FileExistsError as error:
        raise WorkFailed(f"{folder} is a file; name a new or an empty folder.") from error
    except OSError as error:
        raise WorkFailed(
            f"The project cannot be written to {folder} ({error.strerror}); name another folder."
        ) from error


def _placeholders() -> dict[str, str]:
    from capex_pipeline.raw.printed_rows import DOCUMENT_KINDS, PRINTED_COLUMNS
    from capex_pipeline.reference.content import FILES
    from capex_pipeline.schemas.vocabulary import SOURCE_TYPES

    lists = {"columns": PRINTED_COLUMNS, "kinds": DOCUMENT_KINDS, "source_types": SOURCE_TYPES, "files": FILES}
    return {f"{{{name}}}": ", ".join(f"`{word}`" for word in words) for name, words in lists.items()}


def _copy(source: Traversable, target: Path, placeholders: dict[str, str]) -> list[Path]:
    written = []
    for part in source.iterdir():
        path = target / _NAMES.get(part.name, part.name)
        if part.is_dir():
            path.mkdir()
            written += _copy(part, path, placeholders)
            continue
        text = part.read_text(encoding="utf-8")
        if path.suffix == ".md":
            for name, words in placeholders.items():
                text = text.replace(name, words)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
