"""Reads the files of deploy/ as systemd does, and starts the commands of the units with the paths of a test.

Add a helper here when a unit uses another directive. Assertions are in the tests beside this file.
"""

from __future__ import annotations

import configparser
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from builders import PROJECT
from running import Dagster, Service, free_port, wait_for

SERVER = PROJECT / "deploy" / "server"
CELERY = PROJECT / "deploy" / "celery"
UNITS = {path.stem.removeprefix("capex-pipeline-"): path for path in (PROJECT / "deploy").rglob("*.service")}
"""code, web, daemon, worker."""

INSTALLED = "/srv/capex_pipeline"
"""Where the example has the project; environment and home are in it."""

SYSTEM = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
"""What systemd gives to every service."""


def settings(path: Path) -> dict[str, Any]:
    """Content of a YAML file."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def example_environment(**filled: str) -> dict[str, str]:
    """Variables of the files environment*.example, some of them filled in. Raises KeyError for a name that none of them has."""
    files = sorted(SERVER.glob("environment*.example"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    if unknown := sorted(set(filled) - set(given)):
        raise KeyError(f"environment.example has no {', '.join(unknown)}")
    return given | filled


def environment_of(unit: str, file: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    """All variables of a unit's process: the system's, the unit's own, and those of its file of variables."""
    own = dict(word.split("=", 1) for word in shlex.split(_service(unit)["Environment"]))
    return {**SYSTEM, **{name: _replaced(value, places) for name, value in {"HOME": INSTALLED, **own}.items()}, **file}


def command_of(unit: str, environment: Mapping[str, str], places: Mapping[str, str]) -> list[str]:
    """ExecStart of a unit as systemd would run it, with the words that `places` replaces.

    Programs of the example's virtual environment are those beside this Python. Raises KeyError for a variable that is not set.
    """
    words = shlex.split(_service(unit)["ExecStart"])
    words = [re.sub(r"\$\{(\w+)\}", lambda found: environment[found[1]], word).replace("%%", "%") for word in words]
    programs = {f"{INSTALLED}/.venv/bin": str(Path(sys.executable).parent)}
    return [_replaced(word, {**programs, **places}) for word in words]


def _service(unit: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(
        interpolation=None, delimiters=("=",), strict=False
    )  # EnvironmentFile may be repeated
    parser.optionxform = str  # type: ignore[assignment,method-assign] - names as they are written
    parser.read_string(UNITS[unit].read_text(encoding="utf-8"))
    return parser["Service"]


def _replaced(word: str, places: Mapping[str, str]) -> str:
    """The word, or what stands for it; of a path also what stands for a folder above it."""
    for old, new in places.items():
        if word == old or word.startswith(f"{old}/"):
            return new + word.removeprefix(old)
    return word


class Deployment:
    """Processes that units describe, below a folder that stands for the example's, with the variables of its file `environment`.

    Raises nothing by itself; `start` raises AssertionError where a process does not get as far as it should.
    """

    def __init__(self, root: Path, file: Mapping[str, str]) -> None:
        self.root = root
        self.file = dict(file)
        self.services: dict[str, Service] = {}
        self.web = free_port()
        self._places = {f"{INSTALLED}/deploy": str(PROJECT / "deploy"), INSTALLED: str(root), "3000": str(self.web)}

    def start(self, unit: str, name: str = "", **places: str) -> Service:
        """Starts a unit's process, under another name where there are several."""
        places = {**self._places, **places}
        environment = environment_of(unit, self.file, places)
        log = self.root / f"{name or unit}.log"
        self.services[name or unit] = Service(command_of(unit, environment, places), environment, log)
        return self.services[name or unit]

    def start_server(self) -> Dagster:
        """Code server, web server and daemon; the web server once it answers."""
        code = self.start("code")
        # Two processes that both find an empty database would both make the tables.
        wait_for("the code server", lambda: "Started Dagster code server" in code.said())
        self.start("web")
        dagster = Dagster(f"http://127.0.0.1:{self.web}", self.root / "home")
        wait_for("the web server", dagster.is_up)
        self.start("daemon")
        return dagster

    def stop(self) -> None:
        """Stops what is left, the last one first."""
        for service in reversed(self.services.values()):
            if service.process.poll() is None:
                service.stop()
