"""The files of deploy/ by their form: what the readers of these formats know, which images and extras are named, and what systemd says.

What the files start is tried in tests/e2e/test_server.py and tests/e2e/test_celery.py.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import PROJECT

from capex_pipeline.orchestration.web_guard import refusal, served_names

DEPLOY = PROJECT / "deploy"
UNITS = sorted(DEPLOY.rglob("*.service"))
TEXTS = sorted([*DEPLOY.rglob("*.md"), *DEPLOY.rglob("*.yml"), *DEPLOY.rglob("*.yaml"), *DEPLOY.rglob("Dockerfile")])

# ------------------------------------------------------------------------------------------------- Helm

ANY: dict[str, Any] = {}
"""Whatever Kubernetes knows there, such as resources, volumes and security contexts."""

IMAGE = {"repository": str, "tag": str, "pullPolicy": {"Always", "IfNotPresent", "Never"}}
ENV = [{"name": str, "value": str}]
OF_KUBERNETES = {
    "podSecurityContext": ANY, "securityContext": ANY, "resources": ANY, "volumes": [ANY], "volumeMounts": [ANY],
    "nodeSelector": ANY, "annotations": ANY, "labels": ANY,
}  # fmt: skip
CHART: dict[str, Any] = {
    "rbacEnabled": bool,
    "dagster-user-deployments": {
        "enabled": bool, "enableSubchart": bool, "rbacEnabled": bool,
        "deployments": [{
            "name": str, "image": IMAGE, "dagsterApiGrpcArgs": [str], "codeServerArgs": [str], "port": int, "env": ENV,
            "includeConfigInLaunchedRuns": {"enabled": bool}, "envConfigMaps": [{"name": str}], "envSecrets": [{"name": str}], "deploymentStrategy": ANY, **OF_KUBERNETES,
        }],
    },
    "dagsterWebserver": {
        "replicaCount": int, "image": IMAGE, "service": {"type": str, "port": int, "annotations": ANY}, "env": ENV,
        "envSecrets": [{"name": str}], "pathPrefix": str, "enableReadOnly": bool, "logLevel": str, "readinessProbe": ANY, **OF_KUBERNETES,
    },
    "dagsterDaemon": {
        "enabled": bool, "image": IMAGE, "env": ENV, "envSecrets": [{"name": str}], "heartbeatTolerance": int, **OF_KUBERNETES,
        "runCoordinator": {
            "enabled": bool, "type": {"QueuedRunCoordinator", "CustomRunCoordinator"},
            "config": {"queuedRunCoordinator": {"maxConcurrentRuns": int, "dequeueIntervalSeconds": int, "dequeueUseThreads": bool}},
        },
        "runMonitoring": {
            "enabled": bool, "startTimeoutSeconds": int, "cancelTimeoutSeconds": int, "maxRuntimeSeconds": int, "pollIntervalSeconds": int,
            "maxResumeRunAttempts": int,
        },
        "runRetries": {"enabled": bool, "maxRetries": int, "retryOnAssetOrOpFailure": bool},
    },
    "runLauncher": {
        "type": {"CeleryK8sRunLauncher", "K8sRunLauncher", "CustomRunLauncher"},
        "config": {"customRunLauncher": {"module": str, "class": str, "config": ANY}},
    },
    "postgresql": {
        "enabled": bool, "postgresqlHost": str, "postgresqlUsername": str, "postgresqlPassword": str, "postgresqlDatabase": str,
        "postgresqlParams": ANY, "postgresqlScheme": str, "service": {"port": int},
    },
    "global": {"postgresqlSecretName": str, "dagsterHome": str, "serviceAccountName": str},
    "generatePostgresqlPasswordSecret": bool,
    "telemetry": {"enabled": bool},
    "additionalInstanceConfig": ANY,
    "retention": {
        "enabled": bool, "schedule": {"purgeAfterDays": int},
        "sensor": {"purgeAfterDays": {"skipped": int, "success": int, "failure": int, "started": int}},
    },
}  # fmt: skip
"""The names and types that Dagster's chart declares for the parts that we set, from values.schema.json of its version 1.12.19."""


def misfits(values: Any, declared: Any, place: str = "") -> list[str]:
    """Places where values have a name that is not declared, or a value of another type."""
    if declared == ANY and isinstance(declared, dict):
        return []
    if isinstance(declared, set):
        return [] if values in declared else [f"{place} is {values}"]
    if isinstance(declared, list):
        found = [misfits(one, declared[0], f"{place}[]") for one in values] if isinstance(values, list) else [[place]]
        return [fault for faults in found for fault in faults]
    if isinstance(declared, dict):
        if not isinstance(values, dict):
            return [place]
        found = [
            misfits(value, declared[name], f"{place}.{name}") if name in declared else [f"{place}.{name} is unknown"]
            for name, value in values.items()
        ]
        return [fault for faults in found for fault in faults]
    return [] if type(values) is declared else [f"{place} is {values}"]


def test_the_values_for_helm_have_the_names_and_types_of_dagsters_chart() -> None:
    assert misfits(values_for_helm(), CHART) == []


def test_a_wrong_name_or_type_in_values_is_found() -> None:
    wrong = {"dagsterDaemon": {"runCordinator": {}, "image": {"tag": 2.0, "pullPolicy": "Often"}}, "telemetry": True}
    assert misfits(wrong, CHART) == [
        ".dagsterDaemon.runCordinator is unknown", ".dagsterDaemon.image.tag is 2.0", ".dagsterDaemon.image.pullPolicy is Often", ".telemetry",
    ]  # fmt: skip


def values_for_helm() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "kubernetes" / "values.yaml").read_text(encoding="utf-8")))


def test_helm_asks_whether_the_web_server_is_ready_where_it_listens_and_by_a_name_that_the_guard_serves() -> None:
    """The chart's own probe asks port 80, and Kubernetes sends the pod's address as Host, which the guard refuses."""
    web = values_for_helm()["dagsterWebserver"]
    probe = web["readinessProbe"]["httpGet"]
    headers = {one["name"]: one["value"] for one in probe["httpHeaders"]}
    scope = {
        "type": "http", "method": "GET", "path": probe["path"], "query_string": b"", "headers": [(b"host", headers["Host"].encode())],
    }  # fmt: skip
    assert refusal(scope, served_names(web["env"][0]["value"])) is None
    assert (
        refusal({**scope, "headers": [(b"host", b"10.1.2.3:3000")]}, served_names(web["env"][0]["value"])) is not None
    )
    assert probe["port"] == web["service"]["port"]


def test_helm_restricts_each_container_and_gives_its_account_no_right() -> None:
    values = values_for_helm()
    deployments = values["dagster-user-deployments"]
    for part in (*deployments["deployments"], values["dagsterWebserver"], values["dagsterDaemon"]):
        assert part["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert part["podSecurityContext"]["runAsNonRoot"] is True
        assert {"name": "tmp", "mountPath": "/tmp"} in part["volumeMounts"] and {"name": "tmp", "emptyDir": {}} in part[
            "volumes"
        ]
    assert values["rbacEnabled"] is False and deployments["rbacEnabled"] is False
    assert [one["deploymentStrategy"] for one in deployments["deployments"]] == [{"type": "Recreate"}]


def test_helm_limits_runs_as_the_server_does() -> None:
    values = values_for_helm()
    daemon, retention = values["dagsterDaemon"], values["retention"]
    server = yaml.safe_load((DEPLOY / "server" / "dagster.yaml").read_text(encoding="utf-8"))
    queue = daemon["runCoordinator"]["config"]["queuedRunCoordinator"]
    assert queue["maxConcurrentRuns"] == server["concurrency"]["runs"]["max_concurrent_runs"]
    assert queue["dequeueIntervalSeconds"] == server["run_coordinator"]["config"]["dequeue_interval_seconds"]
    for ours, theirs in (("runMonitoring", "run_monitoring"), ("runRetries", "run_retries")):
        snake = {
            re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", name): value for name, value in daemon[ours].items()
        }
        assert snake == server[theirs]
    assert retention["schedule"]["purgeAfterDays"] == server["retention"]["schedule"]["purge_after_days"]
    assert retention["sensor"]["purgeAfterDays"] == {**server["retention"]["sensor"]["purge_after_days"], "started": -1}
    assert values["additionalInstanceConfig"]["nux"] == server["nux"] and values["telemetry"] == server["telemetry"]


# ------------------------------------------------------------------------------------------------- docker compose

OF_SERVICES = {
    "image", "build", "command", "restart", "read_only", "cap_drop", "cap_add", "security_opt", "pids_limit", "environment", "tmpfs", "volumes",
    "depends_on", "networks", "ports", "healthcheck", "stop_signal", "stop_grace_period",
}  # fmt: skip
"""The attributes of a service in the Compose Specification that we use."""


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "server" / "docker-compose.yml").read_text(encoding="utf-8")))


def test_the_compose_file_names_only_what_it_declares() -> None:
    file = compose()
    services = file["services"]
    assert {name for name in file if not name.startswith("x-")} == {"name", "services", "networks", "volumes"}
    for name, service in services.items():
        assert set(service) <= OF_SERVICES, name
        assert set(service["networks"]) <= set(file["networks"]), name
        for other, condition in service.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"} and services[other]["healthcheck"], (name, other)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            place = (DEPLOY / "server" / source).resolve()
            # Docker makes a folder that is absent: the operator's own reference data, which a project need not have.
            assert source in file["volumes"] or place.exists() or place == PROJECT / "reference", (name, volume)
        assert {type(value) for value in service["environment"].values()} <= {str}, name


def test_every_variable_of_the_compose_file_is_in_an_example() -> None:
    text = (DEPLOY / "server" / "docker-compose.yml").read_text(encoding="utf-8")
    examples = "\n".join(file.read_text(encoding="utf-8") for file in (DEPLOY / "server").glob("environment*.example"))
    known = set(re.findall(r"^(\w+)=", examples, re.M)) | {"LISTEN", "CAPEX_PIPELINE_WAREHOUSE_OF_CONTAINERS"}
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) <= known


# ------------------------------------------------------------------------------------------------- all of them


def test_every_image_has_a_version() -> None:
    docker = (DEPLOY / "server" / "Dockerfile").read_text(encoding="utf-8")
    images = re.findall(r"^FROM (\S+)", docker, re.M)
    images += [service["image"] for service in compose()["services"].values() if "build" not in service]
    ours = "capex-pipeline"
    assert [image for image in images if image != ours and not re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]*", image)] == []
    assert len(images) >= 3


def test_every_extra_that_deployments_and_documents_install_exists() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = set(project["optional-dependencies"])
    for path in [*TEXTS, *(PROJECT / "docs").glob("*.md"), PROJECT / "README.md"]:
        text = path.read_text(encoding="utf-8")
        named = {
            word.strip() for group in re.findall(r"install[^\n]*\[([a-z0-9, ]+)\]", text) for word in group.split(",")
        }
        assert named <= extras, path


def test_no_line_installs_a_name_that_is_not_published() -> None:
    """The project is installed from its folder; whoever took its name in a registry could run code on every server."""
    name = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
    pattern = re.compile(rf"\b(?:pip|uv|pipx)\b[^\n`]* install[^\n`]*[ '\"]{re.escape(name)}\b")
    places = [
        *TEXTS,
        *(PROJECT / "docs").glob("*.md"),
        PROJECT / "README.md",
        *(PROJECT / "capex_pipeline").rglob("*.py"),
    ]
    assert pattern.search(f"pip install '{name}[s3]'") and not pattern.search(
        "pip install -c constraints.txt -e '.[s3]'"
    )
    assert [path.name for path in places if pattern.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze (Debian: systemd)")
def test_systemd_understands_every_unit() -> None:
    """All it may miss are the programs of the example's folder."""
    done = subprocess.run(["systemd-analyze", "verify", *map(str, UNITS)], capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if "/srv/capex_pipeline/.venv/bin/" not in line]
    assert lines == [] and len(UNITS) == 4


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_every_unit_is_hardened_alike(unit: Path) -> None:
    given = dict(
        line.split("=", 1) for line in unit.read_text(encoding="utf-8").splitlines() if re.match(r"\w+=", line)
    )
    wanted = {
        "User": "capex-pipeline", "NoNewPrivileges": "yes", "PrivateTmp": "yes", "ProtectHome": "yes", "ProtectSystem": "strict",
        "CapabilityBoundingSet": "", "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "ProtectKernelTunables": "yes",
        "ProtectKernelModules": "yes", "ProtectControlGroups": "yes", "RestrictSUIDSGID": "yes", "LockPersonality": "yes",
    }  # fmt: skip
    assert {name: given.get(name) for name in wanted} == wanted
