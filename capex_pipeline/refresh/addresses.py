"""Base addresses, the hosts that may be requested, and the contact for the User-Agent that the SEC requires.

Add an address or a host here. Requests are sent by `refresh/http_client.py`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from capex_pipeline import __name__ as package
from capex_pipeline.refresh.http_types import RefreshError

CONTACT_VARIABLE = "CAPEX_PIPELINE_CONTACT"

ALLOWED_HOSTS = frozenset({"data.sec.gov", "www.sec.gov", "www.ecb.europa.eu"})
PROGRAM = package.replace("_", "-")
"""User-Agent for hosts that do not require a contact."""

NO_CONTACT = "no_contact"
"""Rule of the error where the contact is absent or is none."""

_CONTACT = re.compile(
    r"[!-~]+(?: [!-~]+)* [<(]?[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+[>)]?"
)
_CONTACT_LENGTH = 200


@dataclass(frozen=True)
class Sources:
    """Base addresses without a path. Values other than the defaults are for tests against this machine only."""

    sec_data: str = "https://data.sec.gov"
    sec_archives: str = "https://www.sec.gov"
    ecb: str = "https://www.ecb.europa.eu"

    def __post_init__(self) -> None:
        """Raises RefreshError (address_not_allowed)."""
        for name in ("sec_data", "sec_archives", "ecb"):
            base = getattr(self, name).rstrip("/")
            check_address(base)
            if urlsplit(base).path:
                raise RefreshError("address_not_allowed", f"{base} has a path; write the host only.")
            object.__setattr__(self, name, base)


def check_address(url: str) -> SplitResult:
    """Return the parts of an address that may be requested. Raises RefreshError (address_not_allowed) for any other.

    Allowed are https at the hosts of `ALLOWED_HOSTS` on the default port, and this machine itself.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RefreshError("address_not_allowed", f"{url!r} is not a valid address: {error}.") from error
    fine = parts.username is None and parts.password is None and not parts.query and not parts.fragment
    named = parts.scheme == "https" and host in ALLOWED_HOSTS and port in (None, 443)
    if not fine or not (named or (parts.scheme in ("http", "https") and is_loopback(host))):
        raise RefreshError(
            "address_not_allowed",
            f"{parts.scheme}://{parts.netloc.rpartition('@')[2]} is not a permitted address; permitted are https addresses at "
            f"{', '.join(sorted(ALLOWED_HOSTS))}.",
        )
    return parts


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port, which a redirect must keep."""
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def contact(text: str | None) -> str:
    """Return the User-Agent that the SEC requires of automated readers: a name and a mail address.

    Raises RefreshError (no_contact) if it is not set or not valid. The text itself is never part of a message.
    """
    user_agent = (text or "").strip()
    if not user_agent:
        raise RefreshError(
            NO_CONTACT,
            f"The SEC requires a contact of automated readers; set {CONTACT_VARIABLE} to a name and a mail address, such as "
            '"Example Ltd data@example.org".',
        )
    if len(user_agent) > _CONTACT_LENGTH or not _CONTACT.fullmatch(user_agent):
        raise RefreshError(
            NO_CONTACT,
            f"{CONTACT_VARIABLE} is set, but not to a name and a mail address in plain ASCII of at most {_CONTACT_LENGTH} "
            'characters; write it as "Example Ltd data@example.org".',
        )
    return user_agent
