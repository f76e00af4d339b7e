"""Limits for a process that is about to run a program: time, memory, no network, no writing, no other process.

What the platform does not offer is left out; `confine` says what is in force. The program's own process is the
boundary: these limits keep it from harm, its parent ends it when it does not answer.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from typing import Any

#: Bytes of memory, and seconds of one call of a program's function.
MEMORY = 1 << 30
CALL_SECONDS = 2.0

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
#: Landlock system calls have the same numbers on every architecture (but Alpha).
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
#: Writing, removing, making and linking files: rights 1 and 4 to 12 of the first version of Landlock.
_WRITING = 1 << 1 | sum(1 << bit for bit in range(4, 13))

#: Audit events that no game needs; a prefix ends with a dot.
_DENIED = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.kill",
    "os.killpg", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
    "os.chown", "os.putenv", "os.unsetenv", "shutil.", "ctypes.", "ftplib.", "http.", "urllib.", "smtplib.",
    "webbrowser.", "signal.pthread_kill", "sys.addaudithook", "pty.spawn", "mmap.__new__", "fcntl.",
)  # fmt: skip


def confine(*, cpu_seconds: int, memory: int = MEMORY) -> list[str]:
    """Puts this process under limits and says, in words, which are in force. They cannot be lifted again."""
    # The person's Ctrl-C is for the parent, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    done = _resources(cpu_seconds, memory)
    if sys.platform == "linux":
        # Imported here: a host without processes, such as the page's, needs none of it.
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0:
            done.append("ends with its parent")
        if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
            done.append("no network")
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and _no_writing(libc, ctypes):
            done.append("no writing")
    sys.addaudithook(_audit)
    done.append("audited")
    return done


def _resources(cpu_seconds: int, memory: int) -> list[str]:
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:
        return []
    done: list[str] = []
    limits = {
        "RLIMIT_CPU": (cpu_seconds, "processor time"),
        "RLIMIT_AS": (memory, "memory"),
        "RLIMIT_FSIZE": (0, "file size"),
        "RLIMIT_CORE": (0, "core dumps"),
        "RLIMIT_NOFILE": (32, "open files"),
    }
    for name, (value, words) in limits.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            # One second more before the kernel kills without a word.
            hard = value + 1 if name == "RLIMIT_CPU" else value
            resource.setrlimit(getattr(resource, name), (value, hard))
            done.append(f"limited {words}")
    return done


def _no_writing(libc: Any, ctypes: Any) -> bool:
    """Landlock: from here on this process opens no file for writing, and makes and removes none."""
    rights = ctypes.c_uint64(_WRITING)
    ruleset = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rights), ctypes.sizeof(rights), 0)
    if ruleset < 0:
        return False
    try:
        return libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        writes = isinstance(mode, str) and set(mode) & set("wax+")
        if writes or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)):
            raise PermissionError("a game program may not write files")
    elif event.startswith(_DENIED):
        raise PermissionError(f"a game program may not use {event}")
