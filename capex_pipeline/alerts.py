"""Alerts: one line for each failed run, and a message to a webhook where one is configured.

What belongs here: wording and delivery of an alert. What does not: deciding that something failed (automation).
The webhook's address is a secret: it is read from the environment when an alert is sent and is never logged.
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

LOG_VARIABLE = "CAPEX_PIPELINE_ALERT_LOG"
WEBHOOK_VARIABLE = "CAPEX_PIPELINE_ALERT_WEBHOOK"
_TIMEOUT_SECONDS = 10
_MAXIMUM_LENGTH = 2_000


def send(alert: Mapping[str, str], now: dt.datetime) -> str:
    """Appends the alert to the log and, where configured, posts it as JSON. Returns what was done, without the address.

    alert: run_id, job, step, message and whatever else is known, as text. A webhook that does not answer is no error of the
    build: it is said in the returned text.
    """
    record = {"at": now.isoformat(timespec="seconds"), **{key: _one_line(value) for key, value in alert.items()}}
    path = Path(os.environ.get(LOG_VARIABLE) or Path(os.environ.get("DAGSTER_HOME") or ".") / "alerts.log")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n")
    return f"Written to {path}; {_post(record)}"


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAXIMUM_LENGTH else text[: _MAXIMUM_LENGTH - 1] + "…"


def _post(record: Mapping[str, str]) -> str:
    address = os.environ.get(WEBHOOK_VARIABLE)
    if not address:
        return "no webhook is configured."
    try:
        parts = urlsplit(address)
    except ValueError as error:
        return f"the webhook was not called: its address is none ({type(error).__name__})."
    is_loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback):
        return "the webhook was not called: its address must begin with https."
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        address,
        data=json.dumps(record, sort_keys=True).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            return f"the webhook answered {answer.status}."
    except urllib.error.HTTPError as error:
        return f"the webhook answered {error.code}."
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"the webhook did not answer ({type(error).__name__})."
