"""What a measurement ran on: processor, memory, versions. No names of hosts and no paths."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

_PACKAGES = ("dagster", "pandas", "pandera", "pyarrow", "numpy", "duckdb", "orjson", "lxml")


def description() -> list[str]:
    """Lines of Markdown."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"- Processor: {_processor()}, {cores} core{'s' if cores > 1 else ''}",
        f"- Memory: {memory:.0f} GB",
        f"- System: {platform.system()} {platform.machine()}; Python {platform.python_version()}",
        f"- Packages: {', '.join(_versions())}",
    ]


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


def _versions() -> list[str]:
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return found
