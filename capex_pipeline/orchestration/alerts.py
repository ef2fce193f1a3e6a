"""Alerts: one line in a log for each new problem or recovery, and a message to a webhook if one is configured.

Add here the wording and delivery of alerts. Which problems are new is decided in `orchestration/run_problems.py`, and
`orchestration/sensors.py` sends the alerts.

The webhook's address is a secret: it is read from the environment when an alert is sent and is never logged. Redirects
are not followed, so an alert goes to the configured address or nowhere. Values of `SECRET_VARIABLES` are removed from
the text, since the message of a failure may come from any library.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from capex_pipeline.refresh.addresses import CONTACT_VARIABLE
from capex_pipeline.values import escaping

LOG_VARIABLE = "CAPEX_PIPELINE_ALERT_LOG"
WEBHOOK_VARIABLE = "CAPEX_PIPELINE_ALERT_WEBHOOK"
ADDRESS_VARIABLE = "CAPEX_PIPELINE_UI_ADDRESS"
"""Base address of the web interface, for a link to the run: https://tables.example."""
SECRET_VARIABLES = (
    WEBHOOK_VARIABLE, CONTACT_VARIABLE, "DAGSTER_POSTGRES_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "CAPEX_PIPELINE_ASSISTANT_KEY",
)  # fmt: skip
"""Environment variables whose values must not appear in an alert."""

_SHORTEST_SECRET = 4
_TIMEOUT_SECONDS = 10
_MAXIMUM_LENGTH = 2_000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Handles a redirect as an error, like any other status that is not 2xx."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def send(alert: Mapping[str, str], now: dt.datetime) -> str:
    """Appends the alert to the log and, where configured, posts it as JSON. Returns what was done, without the address.

    alert: run_id, job, step, message and further fields, all as text. A log that cannot be written and
    a webhook that does not respond are reported in the returned text and raise nothing.
    """
    record = {
        "at": now.isoformat(timespec="seconds"),
        **{
            key: escaping.shortened(escaping.one_line(_blotted(value)), _MAXIMUM_LENGTH) for key, value in alert.items()
        },
    }
    if (base := os.environ.get(ADDRESS_VARIABLE, "").rstrip("/")) and "run_id" in record:
        record["run_url"] = f"{base}/runs/{record['run_id']}"
    path = Path(os.environ.get(LOG_VARIABLE) or Path(os.environ.get("DAGSTER_HOME") or ".") / "alerts.log")
    written = f"Written to {path}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n")
    except OSError as error:
        written = f"Not written to {path} ({error.strerror}); make the folder writable or set {LOG_VARIABLE}"
    return f"{written}; {_post(record)}"


def _blotted(text: str) -> str:
    """The text with each secret replaced by the name of its variable. Values of up to three characters stay, since they may be parts of words."""
    for name in SECRET_VARIABLES:
        value = os.environ.get(name, "")
        if len(value) >= _SHORTEST_SECRET:
            text = text.replace(value, f"({name})")
    return text


def _text(record: Mapping[str, str]) -> str:
    """The alert as one text, for Slack and Teams."""
    is_over = record.get("event") == "recovered"
    head = f"{'Recovered' if is_over else 'Problem'}: {record.get('job', 'capex_pipeline')}"
    return "\n".join(part for part in (head, record.get("message", ""), record.get("run_url", "")) if part)


def _post(record: Mapping[str, str]) -> str:
    address = os.environ.get(WEBHOOK_VARIABLE)
    if not address:
        return "no webhook is configured."
    try:
        parts = urlsplit(address)
    except ValueError as error:
        return f"the webhook was not called: its address is invalid ({type(error).__name__})."
    is_loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback):
        return "the webhook was not called: its address must begin with https."
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        address,
        data=json.dumps({"text": _text(record), **record}, sort_keys=True).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=_TIMEOUT_SECONDS) as answer:
            return f"the webhook answered {answer.status}."
    except urllib.error.HTTPError as error:
        return f"the webhook answered {error.code}."
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"the webhook did not answer ({type(error).__name__})."
