"""Every command: help, examples, documentation, wrong arguments and exit status."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from builders import PROJECT, RawFolder, row

from capex_pipeline import __version__
from capex_pipeline.cli.main import PROGRAM, cli, main

pytestmark = pytest.mark.usefixtures("no_settings")

DOCUMENTS = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that name it, groups included."""
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands())
LEAVES = {path: command for path, command in COMMANDS.items() if not isinstance(command, click.Group)}


def examples_of(command: click.Command) -> list[list[str]]:
    """The words of each example in a command's help, without the program, comments and redirections."""
    lines = re.findall(rf"^\s*{PROGRAM} (.*)$", command.epilog or "", re.MULTILINE)
    return [shlex.split(line.partition(">")[0], comments=True) for line in lines]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_command_and_option_has_help(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help, "the docstring is the help"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help and parameter.help[0].isupper() and parameter.help.endswith("."), parameter.opts


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_each_command_has_examples_whose_words_parse(
    path: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = examples_of(LEAVES[path])
    assert found
    monkeypatch.chdir(tmp_path)
    for words in found:
        assert tuple(words[: len(path)]) == path, "an example shows its own command"
        for word in words[len(path) :]:  # files that an example names exist
            if "/" in word or word.endswith(".json"):
                (tmp_path / word).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / word).touch()
        LEAVES[path].make_context(path[-1], words[len(path) :])


@pytest.mark.parametrize("path", [path for path in LEAVES if path[0] != "develop"], ids=" ".join)
def test_each_command_is_documented(path: tuple[str, ...]) -> None:
    name = " ".join([PROGRAM, *path])
    assert any(name in page.read_text(encoding="utf-8") for page in DOCUMENTS), f"{name} is in no page of docs/"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["buld"], "There is no command buld. Did you mean build?"),
        (["release", "restor"], "There is no command restor. Did you mean restore?"),
        (["zzz"], "Commands: build,"),
        (["build", "--unknown"], "No such option"),
        (
            ["build", "--as-of", "2024-31-12"],
            "2024-31-12 is not a date; write year, month and day, for example 2024-12-31.",
        ),
        (["build", "--as-of", "yesterday"], "yesterday is not a date"),
        (["build", "--as-of", "20241231"], "20241231 is not a date"),
        (["release", "accept", "--reason", " "], "The reason is empty"),
        (["build", "--wait", "-1"], "-1"),
        (["build", "--wait", "nan"], "nan"),
        (["build", "--raw", "nowhere"], "There is no folder nowhere."),
        (["refresh", "--raw", "nowhere"], "There is no folder nowhere."),
        (["refresh", "--instances-from", "2026-02-30"], "2026-02-30 is not a date"),
        (["release", "spreadsheets", "ods"], "'ods' is not one of"),
        (["release", "accept", "--reason", "x", "--bound", "-2"], "-2"),
        (["release", "accept"], "--reason"),
        (["trim", "nowhere.json", "out.json"], "nowhere.json"),
        (["review", "nowhere.txt"], "nowhere.txt"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_arguments_end_with_two_and_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("DAGSTER_HOME", "/nowhere/at/all", "DAGSTER_HOME is /nowhere/at/all, which is no folder."),
        ("CAPEX_PIPELINE_BUILD_WAIT", "soon", "CAPEX_PIPELINE_BUILD_WAIT is soon; write a number of seconds"),
    ],
)
def test_a_setting_with_which_no_run_can_start_ends_with_two(
    variable: str, value: str, sentence: str, raw: RawFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    no_settings: Path,
) -> None:  # fmt: skip
    raw.table("one.csv", [row()])
    monkeypatch.setenv(variable, value)
    assert main(["build", "--raw", str(raw.root)]) == 2
    assert sentence in capsys.readouterr().err
    assert not (no_settings / "warehouse").exists()


def test_a_dictionary_that_cannot_be_written_is_a_sentence(
    no_settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (no_settings / "file").write_text("x")
    assert main(["dictionary", "file/README.md"]) == 1
    assert "file/README.md was not written" in capsys.readouterr().err


def test_a_file_to_leave_out_that_does_not_exist_is_refused_before_the_build(
    raw: RawFolder, capsys: pytest.CaptureFixture[str], no_settings: Path
) -> None:
    raw.table("one.csv", [row()])
    assert main(["build", "--raw", str(raw.root), "--warehouse", "other", "--leave-out", "nosuch.yaml"]) == 2
    assert "nosuch.yaml is no file below" in capsys.readouterr().err
    assert not (no_settings / "other").exists()


@pytest.mark.slow
def test_a_document_to_leave_out_that_nobody_declares_fails_the_build(
    raw: RawFolder, capsys: pytest.CaptureFixture[str], no_settings: Path
) -> None:
    raw.table("one.csv", [row()])
    assert main(["build", "--raw", str(raw.root), "--warehouse", "other", "--leave-out", "no-such-document"]) == 1
    assert "no document id is no-such-document" in capsys.readouterr().err


@pytest.mark.parametrize("action", ["list", "folder", "compare", "verify", "restore", "spreadsheets"])
def test_release_commands_without_a_warehouse_end_with_a_sentence(
    action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["release", action, *(["current"] if action == "restore" else [])]
    status = main(arguments)
    said = capsys.readouterr()
    assert status == (0 if action == "list" else 1)
    assert (said.out + said.err).strip().endswith(".")


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.split() == [f"{PROGRAM},", "version", __version__]


def test_help_waits_for_no_library_that_computes() -> None:
    code = (
        "import sys; from capex_pipeline.cli.main import main; main(['release', '--help'])\n"
        "print([name for name in ('dagster', 'pandas', 'pyarrow', 'pandera', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_closes_the_pipe_ends_the_command_quietly() -> None:
    """Like `capex-pipeline dictionary --help | head -1`, with a pipe that nobody reads."""
    code = "import sys; from capex_pipeline.cli.main import main; sys.exit(main(['--help']))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert (process.wait(60), process.stderr.read()) == (0, "")


def test_only_workers_that_the_package_starts_are_run_as_modules() -> None:
    package = PROJECT / "capex_pipeline"
    doors = sorted(
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "__main__" in path.read_text(encoding="utf-8")
    )
    assert doors == ["edgar_bulk/spark_engine.py", "printed_tables/pdf_words.py"]
