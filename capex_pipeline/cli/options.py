"""Parts that commands share: the group that suggests a name for a typo, option types, and the error of failed work.

Add an option type here when two commands take the same kind of argument. Each command belongs to a module of its own. No library that
computes (pandas, Arrow, Dagster) is imported when a command is listed, so that help appears at once.
"""

from __future__ import annotations

import datetime as dt
import difflib
import sys
from pathlib import Path
from typing import Any

import click

from capex_pipeline.values import escaping

EXIT_FAILED = 1
EXIT_USAGE = 2
"""Exit status: 0 for success, 1 when the work failed, 2 for wrong arguments or settings."""


def echo(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a line. Control characters of documents, which could control the terminal, are shown as escapes."""
    click.echo(escaping.visible(str(text)), err=err, nl=nl)


def echo_line(text: str, *, err: bool = False) -> None:
    """Print a sentence that may quote a document or the name of its file, whose line breaks cannot begin another line."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    echo(indent + escaping.one_line(text), err=err)


class WorkFailed(click.ClickException):
    """The work could not be done. The message says what is wrong, where, and what to do."""

    exit_code = EXIT_FAILED

    def show(self, file: Any = None) -> None:
        """Print the message to standard error in one line, without a prefix."""
        click.echo(escaping.one_line(self.format_message()), file=file or sys.stderr)


class SuggestingGroup(click.Group):
    """A group that suggests the nearest command for a misspelt one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in click, with a suggestion in the message. Raises click.UsageError for an unknown command."""
        if args and self.get_command(ctx, args[0]) is None:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1, cutoff=0.5)
            suggestion = f" Did you mean {near[0]}?" if near else f" Commands: {', '.join(self.list_commands(ctx))}."
            raise click.UsageError(f"There is no command {args[0]}.{suggestion}", ctx)
        return super().resolve_command(ctx, args)


class Day(click.ParamType):
    """A calendar day, written as 2024-12-31."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """The date. Anything else is a usage error."""
        if isinstance(value, dt.date):
            return value
        try:
            if len(value) != len("2024-12-31"):
                raise ValueError(value)
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is not a date; write year, month and day, for example 2024-12-31.", param, ctx)


class Seconds(click.ParamType):
    """A finite number of seconds, zero or more."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Anything else is a usage error."""
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            self.fail(f"{value} is not a number of seconds, zero or more.", param, ctx)
        return seconds


class Folder(click.ParamType):
    """A folder that exists."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The path as text. A folder that does not exist is a usage error."""
        if value and not Path(value).is_dir():
            self.fail(f"There is no folder {value}.", param, ctx)
        return str(value)


warehouse_option = click.option(
    "--warehouse",
    default="",
    metavar="FOLDER",
    help="Folder of Parquet tables, or s3://bucket/prefix. Default: the variable CAPEX_PIPELINE_WAREHOUSE, or warehouse.",
)


def examples(*lines: str) -> str:
    """The epilog of a command's help: examples, one per line, without rewrapping."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
