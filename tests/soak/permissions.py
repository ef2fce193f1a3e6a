"""Permissions for tests that run as the superuser, for whom files and folders of mode 0 can be read.

Add here what makes this process one that permissions bind. What is refused then belongs to the tests.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator

_VERSION = 0x20080522
"""Layout of Linux's capability sets with 64 bits."""

_PASS_PERMISSIONS = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: to read, write and search whatever the modes of files say."""


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Set(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextlib.contextmanager
def bound_by_permissions() -> Iterator[None]:
    """Modes of files bind this thread during the block, whoever it runs as. Linux; elsewhere only for those who are no superuser."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = _Header(_VERSION, 0), (_Set * 2)()
    if libc.capget(ctypes.byref(header), ctypes.byref(sets)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be read")
    before = sets[0].effective
    sets[0].effective = before & ~_PASS_PERMISSIONS
    if libc.capset(ctypes.byref(header), ctypes.byref(sets)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be put down")
    try:
        yield
    finally:
        sets[0].effective = before
        libc.capset(ctypes.byref(header), ctypes.byref(sets))
