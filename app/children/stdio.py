"""What a worker does with its pipes and its parent before it does anything else.

The protocol gets descriptors of its own, and what native code prints goes to stderr. Knows
no message.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PARENT_VARIABLE = "DRAMATIS_PARENT_PROCESS"

_PR_SET_PDEATHSIG = 1


def claim_stdio() -> tuple[int, int]:
    """Take stdin and stdout for the protocol; returns the descriptors to read and write.

    Afterwards descriptor 0 is empty and descriptor 1 is stderr: a native library that
    prints, or reads, cannot touch the protocol. Call it before heavy imports.
    """
    sys.stdout.flush()
    reading = os.dup(0)
    writing = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if os.name == "nt":
        import msvcrt

        for descriptor in (reading, writing):
            msvcrt.setmode(descriptor, os.O_BINARY)  # pyright: ignore[reportAttributeAccessIssue]
    sys.stdout = sys.stderr
    return reading, writing


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, where the kernel can (Linux).

    Elsewhere the end of stdin has to do. The signal is bound to the parent's *thread* that
    started us, so the supervisor starts children on a thread that outlives them.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    parent = os.environ.get(PARENT_VARIABLE)
    # The parent may have died before the call above; nobody would tell us any more.
    if parent is not None and os.getppid() != int(parent):
        sys.exit(1)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it; raises OSError when the other side is gone."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
