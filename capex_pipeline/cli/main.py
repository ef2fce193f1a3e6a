"""The command `capex-pipeline`: its sub-commands, version and exit status.

Register a new command here; its options and its output belong to a module of its own in this package.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from capex_pipeline import CapexPipelineError, SettingError, __version__
from capex_pipeline.cli.build import build
from capex_pipeline.cli.develop import develop, dictionary
from capex_pipeline.cli.export import export
from capex_pipeline.cli.init_project import init
from capex_pipeline.cli.options import EXIT_FAILED, EXIT_USAGE, SuggestingGroup, echo, examples
from capex_pipeline.cli.refresh import refresh
from capex_pipeline.cli.release import release
from capex_pipeline.cli.review import review
from capex_pipeline.cli.suggest_filer import suggest_filer
from capex_pipeline.cli.summary import summary
from capex_pipeline.cli.trim import trim
from capex_pipeline.cli.web import ui, web

PROGRAM = "capex-pipeline"


@click.group(
    cls=SuggestingGroup,
    name=PROGRAM,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=examples(
        "capex-pipeline build                 # build every table from raw/",
        "capex-pipeline summary               # tables and row counts of the warehouse",
        "capex-pipeline release compare       # what the last release changed",
    ),
)
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM)
def cli() -> None:
    """Turn documents about AI infrastructure into Parquet tables.

    Exit status: 0 for success, 1 when the work failed, 2 for wrong arguments or settings.
    """


for command in (
    init,
    build,
    ui,
    summary,
    export,
    dictionary,
    review,
    refresh,
    suggest_filer,
    trim,
    release,
    web,
    develop,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    A reader that closes the pipe early, such as `capex-pipeline summary | head`, ends the command quietly with status 0.
    """
    try:
        with cli.make_context(PROGRAM, list(sys.argv[1:] if arguments is None else arguments)) as context:
            status = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CapexPipelineError as error:
        echo(error, err=True)
        return EXIT_USAGE if isinstance(error, SettingError) else EXIT_FAILED
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return 130
    except BrokenPipeError:
        # Python flushes standard output once more at its end, which would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status if isinstance(status, int) else 0
