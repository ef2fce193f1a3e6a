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
from unit.release.release_folders import candidates, release

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


WRONG: dict[tuple[str, ...], list[tuple[list[str], str]]] = {
    ("init",): [([], "Missing argument 'FOLDER'"), (["one", "two"], "unexpected extra argument (two)")],
    ("build",): [
        (["--unknown"], "No such option"),
        (["--as-of", "2024-31-12"], "2024-31-12 is not a date; write year, month and day, for example 2024-12-31."),
        (["--as-of", "yesterday"], "yesterday is not a date"),
        (["--as-of", "20241231"], "20241231 is not a date"),
        (["--as-of", "2024-12-31", "--raw", "raw"], "name another folder"),
        (["--wait", "-1"], "-1 is not a number of seconds"),
        (["--wait", "nan"], "nan is not a number of seconds"),
        (["--raw", "nowhere"], "There is no folder nowhere."),
        (["--reference", "nowhere"], "There is no folder nowhere."),
        (["--warehouse", "ftp://host/path", "--raw", "raw"], "ftp://host/path is not an address of a warehouse"),
        ([], "There is no folder of documents at"),
    ],
    ("ui",): [(["--workspace", "nowhere.yaml"], "There is no file nowhere.yaml."), (["--port", "x"], "'x'")],
    ("web",): [(["--port", "x"], "'x'")],
    ("summary",): [
        (["extra"], "unexpected extra argument (extra)"),
        (["--warehouse", "s3://"], "s3:// is not an address of a warehouse"),
        ([], "There is no table in"),
    ],
    ("dictionary",): [(["one.md", "two.md"], "unexpected extra argument (two.md)")],
    ("review",): [([], "Missing argument 'FILE'"), (["nowhere.txt"], "nowhere.txt"), (["raw/a.csv"], "raw/a.csv does not end in one of .txt, .md, .html")],
    ("refresh",): [
        (["--raw", "nowhere"], "There is no folder nowhere."),
        (["--instances-from", "2026-02-30"], "2026-02-30 is not a date"),
    ],
    ("trim",): [(["nowhere.json", "out.json"], "nowhere.json"), (["raw/a.csv", "nowhere/out.json"], "There is no folder nowhere.")],
    ("suggest-filer",): [([], "Missing argument"), (["nowhere.json"], "nowhere.json")],
    ("export",): [(["nosuch"], "There is no table nosuch."), (["--format", "ods"], "'ods' is not one of")],
    ("release", "list"): [(["extra"], "extra"), ([], "There is no release in")],
    ("release", "folder"): [(["1", "2"], "unexpected extra argument (2)"), ([], "There is no release in")],
    ("release", "publish"): [(["--accept"], "No such option"), (["--warehouse", "s3://x@y/z"], "a user name or a key")],
    ("release", "compare"): [(["1", "2", "3"], "unexpected extra argument (3)"), ([], "There is no release in")],
    ("release", "restore"): [([], "Missing argument 'RELEASE'"), (["1"], "There is no release in")],
    ("release", "verify"): [(["1"], "unexpected extra argument (1)"), ([], "There is no release in")],
    ("release", "accept"): [
        ([], "Missing option '--reason'"),
        (["--reason", " "], "There is no release in"),
        (["--reason", "x", "--bound", "-2"], "-2"),
    ],
    ("release", "views"): [(["extra"], "unexpected extra argument (extra)")],
    ("release", "spreadsheets"): [(["ods"], "'ods' is not one of"), ([], "There is no release in")],
    ("release", "contract"): [(["extra"], "unexpected extra argument (extra)"), (["--changelog", "raw"], "is a directory")],
    ("develop", "outline"): [(["extra"], "unexpected extra argument (extra)")],
    ("develop", "templates"): [(["extra"], "unexpected extra argument (extra)")],
}  # fmt: skip
"""Wrong arguments of each command, in a folder with raw/a.csv and without a warehouse, and what the message says."""


def test_each_command_has_cases_of_wrong_arguments() -> None:
    assert WRONG.keys() == LEAVES.keys()


def ended(arguments: list[str]) -> object:
    """Exit status; commands of Dagster end the process by themselves."""
    try:
        return main(arguments)
    except SystemExit as end:
        return end.code


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["buld"], "There is no command buld. Did you mean build?"),
        (["release", "restor"], "There is no command restor. Did you mean restore?"),
        (["zzz"], "Commands: build,"),
        *(([*path, *words], sentence) for path, cases in WRONG.items() for words, sentence in cases),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_arguments_end_with_two_and_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str], no_settings: Path
) -> None:
    if "raw" in " ".join(arguments):
        RawFolder(no_settings / "raw").table("a.csv", [row()])
    before = sorted(no_settings.rglob("*"))
    assert ended(arguments) == 2
    assert sentence in capsys.readouterr().err
    assert sorted(no_settings.rglob("*")) == before, "nothing is written"


SETTINGS = [
    ("DAGSTER_HOME", "/nowhere/at/all", "DAGSTER_HOME is /nowhere/at/all, which is not a folder."),
    ("CAPEX_PIPELINE_BUILD_WAIT", "soon", "CAPEX_PIPELINE_BUILD_WAIT is soon; write a number of seconds"),
    ("CAPEX_PIPELINE_KEEP_RELEASES", "0", "CAPEX_PIPELINE_KEEP_RELEASES is 0; write a whole number from 1."),
    ("CAPEX_PIPELINE_KEEP_MEGABYTES", "much", "CAPEX_PIPELINE_KEEP_MEGABYTES is much; write a whole number from 1."),
    ("CAPEX_PIPELINE_SPREADSHEETS", "csv,ods", "CAPEX_PIPELINE_SPREADSHEETS names ods"),
    ("CAPEX_PIPELINE_WAREHOUSE", "ftp://host", "ftp://host is not an address of a warehouse"),
    ("CAPEX_PIPELINE_REFERENCE", "/nowhere", "There is no folder of reference data at /nowhere"),
    ("CAPEX_PIPELINE_RAW", "/nowhere", "There is no folder of documents at /nowhere"),
]


@pytest.mark.parametrize(("variable", "value", "sentence"), SETTINGS, ids=[one[0] for one in SETTINGS])
@pytest.mark.parametrize("command", ["build", "release publish"])
def test_a_setting_with_which_no_run_can_start_ends_with_two(
    command: str, variable: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    no_settings: Path,
) -> None:  # fmt: skip
    RawFolder(no_settings / "raw").table("one.csv", [row()])
    monkeypatch.setenv(variable, value)
    assert main(command.split()) == 2
    assert sentence in capsys.readouterr().err
    assert sorted(path.name for path in no_settings.iterdir()) == ["raw"]


@pytest.mark.slow("publishes a release of every table")
def test_a_wrong_waiting_time_ends_a_release_command_with_two(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    released = candidates(no_settings / "tables")
    release(released)
    monkeypatch.setenv("CAPEX_PIPELINE_BUILD_WAIT", "soon")
    for words in (["restore", "1"], ["spreadsheets"]):
        assert main(["release", *words, "--warehouse", str(released.root)]) == 2
        assert "CAPEX_PIPELINE_BUILD_WAIT is soon" in capsys.readouterr().err


def test_a_dictionary_that_cannot_be_written_is_a_sentence(
    no_settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (no_settings / "file").write_text("x")
    assert main(["dictionary", "file/README.md"]) == 1
    assert "file/README.md was not written" in capsys.readouterr().err


@pytest.mark.parametrize("entry", ["nosuch.yaml", "no-such-document", "announcements/one.csv"])
def test_an_entry_to_leave_out_that_matches_nothing_is_refused_before_the_build(
    entry: str, raw: RawFolder, capsys: pytest.CaptureFixture[str], no_settings: Path
) -> None:
    raw.table("one.csv", [row()])
    arguments = [
        "build",
        "--raw",
        str(raw.root),
        "--warehouse",
        "other",
        "--leave-out",
        "example",
        "--leave-out",
        entry,
    ]
    assert main(arguments) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"No file below {raw.root} and no document id is {entry}; correct leave_out" in said
    assert not (no_settings / "other").exists()


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
