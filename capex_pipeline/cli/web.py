"""The commands `ui` and `web`: Dagster's web interface behind `orchestration.web_guard`.

Starting the processes belongs here; which requests are refused belongs to `web_guard`. `ui` starts `web` in place of Dagster's own
web server.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import click

from capex_pipeline.cli.options import echo, examples

_FORWARDING = {"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}


@click.command(
    context_settings=_FORWARDING,
    epilog=examples("capex-pipeline ui", "capex-pipeline ui --port 3001", "capex-pipeline ui --log-level warning"),
)
@click.option("--workspace", "-w", default="workspace.yaml", show_default=True, help="What Dagster loads.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; there is no login.")
@click.option("--port", "-p", default=3000, show_default=True, help="Port to listen on.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF dagster dev]")
def ui(workspace: str, host: str, port: int, options: tuple[str, ...]) -> int:
    """Start Dagster's web interface and daemon on this machine.

    It runs `dagster dev` and refuses requests from pages of other sites. Runs may only use folders below the working directory, unless
    CAPEX_PIPELINE_ALLOWED_ROOTS names others.
    """
    if not Path(workspace).is_file():
        raise click.BadParameter(
            f"There is no file {workspace}. Start in the project's folder.", param_hint="--workspace"
        )
    from dagster._cli import dev

    from capex_pipeline.orchestration import instance_storage
    from capex_pipeline.storage.locations import ROOTS_VARIABLE

    if home := os.environ.get(instance_storage.HOME_VARIABLE):
        for sentence in instance_storage.set_damaged_aside(Path(home), thorough=True):
            echo(sentence, err=True)
    os.environ.setdefault(ROOTS_VARIABLE, str(Path.cwd()))
    # `dagster dev` recommends `dg dev`, which does not read workspace.yaml.
    warnings.filterwarnings("ignore", category=FutureWarning, module="click.core")
    start = dev.open_ipc_subprocess
    dev.open_ipc_subprocess = lambda command, **given: start(_guarded(command), **given)
    try:
        dev.dev_command.main(
            ["--workspace", workspace, "--host", host, "--port", str(port), *options],
            prog_name="capex-pipeline ui",
            standalone_mode=False,
        )
    finally:
        dev.open_ipc_subprocess = start
    return 0


def _guarded(command: list[str]) -> list[str]:
    """A command of `dagster dev`, with the guarded web server in place of Dagster's.

    Raises ValueError for an unknown command, so that a web server without the guard is never started.
    """
    if command[1:3] == ["-m", "dagster_webserver"]:
        program = "import sys; from capex_pipeline.cli.main import main; sys.exit(main())"
        return [command[0], "-c", program, "web", *command[3:]]
    if command[1:3] == ["-m", "dagster._daemon"]:
        return command
    raise ValueError(f"This version of Dagster starts an unknown process: {' '.join(command[:4])}")


def _code(request: Any) -> Any:
    """Answers with the page of a module of the package."""
    from starlette.responses import HTMLResponse, PlainTextResponse

    from capex_pipeline.orchestration import source_code

    page = source_code.page(request.path_params["path"])
    if page is None:
        return PlainTextResponse("There is no such module in the package.\n", 404)
    return HTMLResponse(page, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})


@click.command(
    # For dagster-webserver, -h means --host.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
    epilog=examples("capex-pipeline web --host 127.0.0.1 --port 3000 --workspace deploy/server/workspace.yaml"),
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF dagster-webserver]")
def web(options: tuple[str, ...]) -> int:
    """Start only the web server, for a deployment with separate processes for code and daemon.

    It runs `dagster-webserver`, refuses requests from pages of other sites, and takes that command's options. CAPEX_PIPELINE_SITE names its
    hosts besides localhost.
    """
    from dagster_webserver import app, cli, webserver
    from starlette.middleware import Middleware
    from starlette.routing import Route

    from capex_pipeline.orchestration import instance_storage, source_code
    from capex_pipeline.orchestration.web_guard import SITE_VARIABLE, WebGuard, served_names

    names = served_names(os.environ.get(SITE_VARIABLE, ""))

    class Guarded(webserver.DagsterWebserver):
        """Dagster's application with the guard in front of everything else."""

        def build_middleware(self) -> list[Any]:
            return [Middleware(WebGuard, names=names), *super().build_middleware()]

        def build_routes(self) -> list[Any]:
            return [Route(f"{source_code.ADDRESS}{{path:path}}", _code), *super().build_routes()]

    app.DagsterWebserver = Guarded  # type: ignore[misc]
    with (
        instance_storage.one_connection_for_each_file()
    ):  # a launch writes an event for each asset and check before the run is queued
        cli.cli.main(list(options), prog_name="capex-pipeline web", auto_envvar_prefix="DAGSTER_WEBSERVER")
    return 0
