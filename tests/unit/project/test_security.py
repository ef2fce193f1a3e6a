"""What SECURITY.md promises: documents run nothing, only known hosts are asked, secrets stay where they are, output is inert."""

from __future__ import annotations

import ast
import csv
import importlib.metadata
import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
import requests
import yaml
from builders import PROJECT, RAW_SMALL, build, document, frame_of, row
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from capex_pipeline.orchestration import alerts, asset_page
from capex_pipeline.raw.errors import DocumentError
from capex_pipeline.raw.untrusted_yaml import load_yaml_mapping
from capex_pipeline.refresh.http_client import Client
from capex_pipeline.release import spreadsheets
from capex_pipeline.schemas import TABLES
from capex_pipeline.schemas.derive import pandas_types
from capex_pipeline.schemas.vocabulary import PUBLISHED_TABLES
from capex_pipeline.storage.files import StorageError, location
from capex_pipeline.storage.parquet import to_arrow

PACKAGE = PROJECT / "capex_pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))

# ------------------------------------------------------------------------------------------------- no code comes from data

SAFE_LOADERS = {"CSafeLoader", "SafeLoader", "BaseLoader", "CBaseLoader", "_TextLoader", "_TypedLoader"}
RUN_CODE = {"eval", "exec", "compile", "__import__"}
CARRY_CODE = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
UNPICKLE = {"read_pickle", "unsafe_load", "unsafe_load_all", "full_load", "full_load_all", "load_all"}
SHELL = {"system", "popen", "getoutput", "getstatusoutput"}
REQUIRED_OF_PARSERS = {
    "XMLParser": {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False},
    "HTMLParser": {"no_network": True, "huge_tree": False},  # HTML has no entities or definitions of its own.
}
PARSES_XML = {"fromstring", "parse", "iterparse", "XML", "HTML"}
NETWORK = {"requests", "urllib3", "http", "ftplib", "smtplib", "aiohttp", "httpx", "socketserver"}
MAY_USE_NETWORK = {
    "orchestration/alerts.py": "posts to the webhook",
    "refresh/http_client.py": "the one client of SEC and ECB",
    "review/assistant.py": "asks the endpoint of the environment, for the flag --assistant only",
}
HARMLESS_OF_SOCKET = {"gethostname", "SHUT_RDWR"}


def dangers(source: str, name: str = "") -> list[str]:
    """What in a module could run what a document says, or ask a host past the client."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            for module in named:
                top = module.partition(".")[0]
                if top in CARRY_CODE:
                    found.append(f"imports {top}")
                if (top in NETWORK or module == "urllib.request") and name not in MAY_USE_NETWORK:
                    found.append(f"imports {module}")
                if top == "xml" and module != "xml.sax.saxutils":
                    found.append("imports the standard library's XML, which expands entities")
        if isinstance(node, ast.Call):
            found += _dangers_of_call(node)
        if isinstance(node, ast.ImportFrom) and node.module == "socket":
            found.append("imports from socket")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "socket":
            found += [f"socket.{node.attr}"] * (node.attr not in HARMLESS_OF_SOCKET)
        if isinstance(node, ast.Attribute) and node.attr in ("CERT_NONE", "_create_unverified_context"):
            found.append(node.attr)
    return found


def _dangers_of_call(call: ast.Call) -> Iterator[str]:
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    owner = function.value.id if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) else ""
    given = {word.arg: word.value for word in call.keywords}
    constants = {name: value.value for name, value in given.items() if isinstance(value, ast.Constant)}
    if isinstance(function, ast.Name) and called in RUN_CODE:
        yield called
    if called in UNPICKLE or constants.get("allow_pickle"):
        yield called
    if (owner == "os" and called in SHELL) or constants.get("shell"):
        yield "a shell"
    if owner == "yaml" and called == "load":
        loader = given.get("Loader")
        loaded_by = loader.attr if isinstance(loader, ast.Attribute) else getattr(loader, "id", "none")
        if loaded_by not in SAFE_LOADERS:
            yield f"yaml.load with {loaded_by}"
    if called in REQUIRED_OF_PARSERS and owner in ("etree", "html"):
        wrong = [name for name, value in REQUIRED_OF_PARSERS[called].items() if constants.get(name) is not value]
        if wrong:
            yield f"a parser without {', '.join(wrong)}"
    if owner == "etree" and called in PARSES_XML and len(call.args) < 2 and "parser" not in given:
        yield f"etree.{called} without a parser"
    if constants.get("verify") is False or constants.get("check_hostname") is False:
        yield "certificates are not checked"
    if called == "extractall":
        yield "extractall"


def test_no_module_runs_what_a_document_says_or_asks_past_the_client() -> None:
    names = {path.relative_to(PACKAGE).as_posix(): path for path in MODULES}
    found = {name: dangers(path.read_text(encoding="utf-8"), name) for name, path in names.items()}
    assert {name: dangerous for name, dangerous in found.items() if dangerous} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "yaml.load(text)",
        "yaml.load(text, Loader=yaml.Loader)",
        "yaml.load(text, Loader=yaml.FullLoader)",
        "yaml.unsafe_load(text)",
        "eval(text)",
        "exec(text)",
        "import pickle",
        "from pickle import loads",
        "pd.read_pickle(path)",
        "np.load(path, allow_pickle=True)",
        "subprocess.run(text, shell=True)",
        "os.system(text)",
        "etree.fromstring(data)",
        "etree.XMLParser(resolve_entities=False)",
        "etree.XMLParser(resolve_entities=True, no_network=True, load_dtd=False, huge_tree=False)",
        "etree.HTMLParser(no_network=True)",
        "html.HTMLParser(no_network=False, huge_tree=False)",
        "import xml.etree.ElementTree",
        "import requests",
        "from urllib.request import urlopen",
        "session.get(url, verify=False)",
        "context = ssl._create_unverified_context()",
        "context.verify_mode = ssl.CERT_NONE",
        "archive.extractall(folder)",
        "socket.create_connection(address)",
        "from socket import create_connection",
    ],
)
def test_the_search_finds_what_it_looks_for(planted: str) -> None:
    assert dangers(planted)


@pytest.mark.parametrize(
    "text",
    [
        "document: !!python/object/apply:os.system ['touch {marker}']",
        "document: !!python/object/new:subprocess.Popen [['touch', '{marker}']]",
        "document: !!python/name:os.system",
        'document: {{a: !!python/object/apply:builtins.eval [\'open("{marker}", "w")\']}}',
        "!!python/object/apply:os.system ['touch {marker}']: 1",
    ],
)
def test_tags_that_construct_objects_construct_none(tmp_path: Path, text: str) -> None:
    """The same text does its work where a loader lets it, so it is no harmless text that is tried here."""
    marker = tmp_path / "marker"
    written = text.format(marker=marker)
    try:
        content: object = load_yaml_mapping(written.encode(), "example.yaml")
    except DocumentError as error:
        content = {"refused": str(error)}
    assert not marker.exists()
    assert json.loads(json.dumps(content)) == content, "only text, lists and mappings come of a document"
    if "os.system [" in text and "document" in text:
        yaml.load(written, Loader=yaml.UnsafeLoader)
        assert marker.exists()


# ------------------------------------------------------------------------------------------ known hosts, certificates checked


@pytest.mark.parametrize(
    "variables",
    [
        {"CURL_CA_BUNDLE": ""},
        {"REQUESTS_CA_BUNDLE": ""},
        {"PYTHONHTTPSVERIFY": "0"},
        {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "0"},
    ],
)
def test_no_variable_of_the_environment_switches_certificate_checks_off(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    """requests takes its bundle of certificates from the environment; what it makes of these must still be a check."""
    asked: dict[str, object] = {}

    class Adapter(requests.adapters.BaseAdapter):
        def send(self, request: requests.PreparedRequest, **given: object) -> requests.Response:  # type: ignore[override]
            asked.update(given)
            raise requests.exceptions.SSLError

        def close(self) -> None: ...

    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with Client("Example Ltd data@example.org") as client:
        session = client._session("https://data.sec.gov/a")
        session.mount("https://", Adapter())
        with pytest.raises(Exception, match="certificate"):
            client._response("https://data.sec.gov/a", None)
    assert asked["verify"]
    assert asked["timeout"]


@contextmanager
def redirecting(status: int, target: str) -> Iterator[str]:
    """A local server that sends whoever posts to it to another address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Location", target)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_alert_goes_to_the_configured_address_or_nowhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int
) -> None:
    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the server's own name for it

        def log_message(self, *_: object) -> None: ...

    other = HTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(tmp_path / "alerts.log"))
    try:
        with redirecting(status, f"http://127.0.0.1:{other.server_port}/elsewhere") as address:
            monkeypatch.setenv(alerts.WEBHOOK_VARIABLE, address)
            said = alerts.send({"message": "failed"}, pd.Timestamp("2026-11-24T06:31:05Z").to_pydatetime())
    finally:
        other.shutdown()
        thread.join()
        other.server_close()
    assert said.endswith(f"the webhook answered {status}.")
    assert asked == []


# --------------------------------------------------------------------------------------------------------------------- secrets

SECRETS = {name: f"s3cr3t-{number}-of-the-environment" for number, name in enumerate(alerts.SECRET_VARIABLES)}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every secret that the program knows of, set to something that can be looked for."""
    given = SECRETS | {alerts.WEBHOOK_VARIABLE: "https://127.0.0.1:9/s3cr3t-hook-of-the-environment"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return list(given.values())


def test_an_alert_holds_no_secret_whatever_failed(
    secrets: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A library's own message may repeat what it was given."""
    log = tmp_path / "alerts.log"
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(log))
    said = alerts.send(
        {"message": f"could not connect with {' and '.join(secrets)}"}, pd.Timestamp("2026-11-24").to_pydatetime()
    )
    for text in (said, log.read_text(encoding="utf-8")):
        assert not [secret for secret in secrets if secret in text]
    assert "(DAGSTER_POSTGRES_PASSWORD)" in json.loads(log.read_text(encoding="utf-8"))["message"]


_NAMES_A_SECRET = re.compile(r"\b[A-Z][A-Z0-9_]*_(?:KEY|KEY_ID|PASSWORD|TOKEN|SECRET|WEBHOOK|CONTACT)\b")


def test_every_variable_of_the_code_and_of_deploy_that_names_a_secret_is_blotted_out() -> None:
    """A variable of this project or of a service that it logs in to; CONTACT is a person's address."""
    files = [
        *(PROJECT / "capex_pipeline").rglob("*.py"),
        *(path for path in (PROJECT / "deploy").rglob("*") if path.is_file()),
    ]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in files]
    names = {
        name
        for text in texts
        for name in _NAMES_A_SECRET.findall(text)
        if name.startswith(("CAPEX_", "AWS_", "DAGSTER_"))
    }
    assert {"CAPEX_PIPELINE_ASSISTANT_KEY", "AWS_SECRET_ACCESS_KEY"} <= names
    assert names <= set(alerts.SECRET_VARIABLES)


def test_an_unset_variable_blots_nothing_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in alerts.SECRET_VARIABLES:
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "abc")
    monkeypatch.setenv(alerts.LOG_VARIABLE, str(tmp_path / "alerts.log"))
    alerts.send({"message": "abc is no table"}, pd.Timestamp("2026-11-24").to_pydatetime())
    assert json.loads((tmp_path / "alerts.log").read_text(encoding="utf-8"))["message"] == "abc is no table"


def test_no_secret_is_in_events_run_config_tables_or_output_of_a_failed_run(
    secrets: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """That of a whole run is in test_hostile_text.py."""
    result = build(RAW_SMALL, tmp_path / "warehouse", as_of="no day")
    assert not result.success
    assert_no_secret(secrets, result, tmp_path, capfd)


def assert_no_secret(
    secrets: list[str], result: dg.ExecuteInProcessResult, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Events, run config, what was printed and every file below a folder hold none."""
    printed = capfd.readouterr()
    kept = [dg.serialize_value(event) for event in result.all_events]
    kept += [json.dumps(result.dagster_run.run_config), json.dumps(result.dagster_run.tags), printed.out, printed.err]
    kept += [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]
    assert len(kept) > 10
    for secret in secrets:
        assert not [text[:80] for text in kept if secret in text]


def test_a_key_in_the_address_of_the_warehouse_is_refused_and_not_repeated() -> None:
    with pytest.raises(StorageError, match="AWS_ACCESS_KEY_ID") as error:
        location("s3://AKIAEXAMPLE:s3cr3t@bucket/prefix")
    assert "s3cr3t" not in str(error.value)


def test_files_of_the_deployment_hold_no_secret() -> None:
    """Secrets come from the environment: the example leaves them empty, and nothing else names one by value."""
    there = (path for path in (PROJECT / "deploy").rglob("*") if path.is_file())
    files = [path for path in there if path.suffix != ".pyc"]  # a worker leaves bytecode of its settings
    assert len(files) > 5
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := re.match(
                r"\s*[\w-]*(?:PASSWORD|SECRET|TOKEN|WEBHOOK|ACCESS_KEY)[\w-]*\s*[=:]\s*(.*)$", line, re.IGNORECASE
            ):
                value = match[1].strip()
                if re.fullmatch(
                    r"\s*(?:postgresqlSecretName: dagster-postgresql-secret|generatePostgresqlPasswordSecret: false)",
                    line,
                ):
                    continue  # the name of the object of Kubernetes that holds the password, and that the chart makes none itself
                assert value == "" or value.startswith(("${", "$$", "env:", "#")), f"{path.name}: {line}"


# ------------------------------------------------------------------------------------------------------------ inert output

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMULAS = [
    "=1+1",
    "+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "   =1",
    '=HYPERLINK("http://example.org")',
]


def hostile(table: str, text: str) -> pd.DataFrame:
    """A row of a table in which every text is hostile."""
    frame = frame_of(table)
    types = pandas_types(TABLES[table])
    return frame.assign(**{name: pd.Series([text], dtype="str") for name, kind in types.items() if kind == "str"})


@pytest.mark.slow("writes every table once for each formula")
@pytest.mark.parametrize("table", PUBLISHED_TABLES)
@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_any_column_runs_in_a_spreadsheet(table: str, text: str) -> None:
    data = spreadsheets.csv_bytes(hostile(table, text)).decode("utf-8-sig")
    (written,) = csv.DictReader(io.StringIO(data, newline=""))
    texts = [name for name, kind in pandas_types(TABLES[table]).items() if kind == "str"]
    assert len(texts) > 5
    for name in texts:
        assert not (written[name] or "").lstrip(" ").startswith(RUN_BY_SPREADSHEETS), name


@pytest.mark.parametrize("table", PUBLISHED_TABLES)
def test_no_workbook_holds_a_formula_or_a_link(table: str) -> None:
    for text in (*FORMULAS, "https://example.org/", "{=1+1}"):
        with zipfile.ZipFile(io.BytesIO(spreadsheets.xlsx_bytes(hostile(table, text), table))) as book:
            parts = {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}
        assert not [name for name, part in parts.items() if "<f>" in part or "<f " in part or "<hyperlink" in part]


def test_only_the_spreadsheet_module_writes_files_that_spreadsheets_open() -> None:
    writes = re.compile(r"\.to_csv\(|\.to_excel\(|csv\.(?:Dict)?[wW]riter\(|xlsxwriter")
    found = {
        path.relative_to(PACKAGE).as_posix() for path in MODULES if writes.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"release/spreadsheets.py", "release/workbook.py"}


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "a | b\n| c", "`code`", "![x](http://e.org)"]
)
def test_document_text_stays_in_its_cell_on_dagsters_pages(text: str) -> None:
    """Dagster shows Markdown: no tag, link, picture or further column may come of a title or a name."""
    frame = frame_of("capex", {"entity_name": text, "document_id": "d", "note": text})
    documents = frame_of("documents", {"document_id": "d", "title": text, "url": text})
    for shown in (asset_page.preview(frame), asset_page.sources(to_arrow(frame, "capex"), documents)):
        unescaped = re.sub(r"\\.", "", shown)
        assert "<" not in unescaped and "](" not in unescaped and "`" not in unescaped
        lines = [line for line in unescaped.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) == 1
        assert len(lines) == 3


def test_a_reviewed_document_of_hostile_texts_is_read_as_text(tmp_path: Path) -> None:
    figures = [row(note="=1+1", entity="<b>Alibaba</b>")]
    path = tmp_path / "hostile.yaml"
    path.write_text(yaml.safe_dump({"document": document(title="<script>"), "figures": figures}), encoding="utf-8")
    content = load_yaml_mapping(path.read_bytes(), path.name)
    assert content["document"]["title"] == "<script>"
    assert content["figures"][0]["note"] == "=1+1"


# ---------------------------------------------------------------------------------------------------------------- dependencies

EXTRAS = ("postgres", "s3")


def pinned() -> dict[str, str]:
    """Name and version of every line of the list of versions."""
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    said = [line.partition("#")[0].strip() for line in lines]
    found = {}
    for line in filter(None, said):
        match = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+]+)", line)
        assert match, f"{line!r} pins no version, or names more than a package"
        found[canonicalize_name(match[1])] = match[2]
    return found


def closure() -> set[str]:
    """Everything that is installed because the package or one of its extras for running needs it."""
    found: set[str] = set()
    waiting = [("capex-pipeline", extra) for extra in ("", *EXTRAS)]
    seen = set(waiting)
    while waiting:
        name, extra = waiting.pop()
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # an extra that is not installed here
        found.add(canonicalize_name(name))
        for text in needs:
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                for further in ("", *need.extras):
                    if (step := (canonicalize_name(need.name), further)) not in seen:
                        seen.add(step)
                        waiting.append(step)
    return found - {"capex-pipeline"}


def test_every_dependency_that_is_installed_is_pinned() -> None:
    needed = closure()
    assert {"dagster", "pandas", "lxml", "pyyaml", "urllib3", "certifi"} <= needed
    assert needed - set(pinned()) == set()


def test_the_list_of_versions_names_no_host_and_no_option() -> None:
    text = (PROJECT / "constraints.txt").read_text(encoding="utf-8")
    assert len(pinned()) > 50
    assert not re.search(r"://|--|@|\.(?:com|org|net|io)\b", text.replace("backports.", ""))
    assert "://" not in (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
