"""Guarded calls: whatever a program raises, exits with or hangs in becomes a `Fault` with the program's line."""

from __future__ import annotations

import linecache
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any, Literal

from .contract import PROGRAM_FILE, Game, ProgramError, Rewrite, load_game

#: Longest traceback and message that are kept, in characters.
TRACEBACK = 4000
MESSAGE = 400
#: Seconds that a call is given at least.
SHORTEST = 0.05


@dataclass(frozen=True)
class Fault:
    """What went wrong in one call of a program's function."""

    function: str
    #: raised: an exception; malformed: a value of the wrong type; slow: the call's time limit.
    kind: Literal["raised", "malformed", "slow"]
    message: str
    #: Lines of the plain module in the traceback, innermost first.
    lines: tuple[int, ...] = ()
    traceback: str | None = None


class CallError(ProgramError):
    """A call of a program's function that failed."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message, fault.lines[0] if fault.lines else None)
        self.fault = fault


class _OutOfTime(BaseException):
    pass


_limit: float | None = None
_running = False


def limit_calls(seconds: float | None) -> None:
    """Ends each guarded call after `seconds` (None: never); each call that had to be ended leaves the next ones less.

    For the main thread of a process that has SIGALRM; elsewhere the host's own deadline must end the process.
    """
    global _limit
    _limit = seconds
    signal.signal(signal.SIGALRM, _alarm)


def _alarm(number: int, frame: FrameType | None) -> None:
    if _running:
        raise _OutOfTime


def call(name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Calls a program's function. Raises CallError for anything that it raises, SystemExit included."""
    if _limit is not None:
        return _call(name, function, arguments, True)
    try:
        return function(*arguments)
    except BaseException as error:
        raise CallError(fault_of(name, error)) from None


def quiet_call(name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """`call` without the text of the traceback in a fault: for calls that are expected to fail, where it takes long."""
    return _call(name, function, arguments, False)


def _call(name: str, function: Callable[..., Any], arguments: tuple[Any, ...], traced: bool) -> Any:
    global _running
    if _limit is None:
        try:
            return function(*arguments)
        except BaseException as error:
            raise CallError(fault_of(name, error, traced)) from None
    try:
        _running = True
        # It rings again and again, because a bare `except:` in the program would swallow a single alarm.
        signal.setitimer(signal.ITIMER_REAL, _limit, 0.05)
        try:
            return function(*arguments)
        finally:
            _running = False
            signal.setitimer(signal.ITIMER_REAL, 0)
    except BaseException as error:
        raise CallError(fault_of(name, error, traced)) from None


def fault_of(name: str, error: BaseException, traced: bool = True) -> Fault:
    """The fault that an exception out of the program's function `name` stands for."""
    if isinstance(error, KeyboardInterrupt) and _from_keyboard(error):
        raise error
    lines = program_lines(error)
    if isinstance(error, _OutOfTime):
        return _slow(name, lines)
    if isinstance(error, SystemExit):
        message = f"{name} tried to exit the program"
    else:
        message = f"{name} raised {describe(error)}"
    return Fault(name, "raised", message, lines, traceback_text(error) if traced else None)


def _slow(name: str, lines: tuple[int, ...]) -> Fault:
    global _limit
    assert _limit is not None
    message = f"{name} was ended: it did not finish in time (a loop without end?)"
    # A program that hangs hangs often: waiting as long each time would use up every budget.
    _limit = max(SHORTEST, _limit / 4)
    return Fault(name, "slow", message, lines)


def _from_keyboard(error: KeyboardInterrupt) -> bool:
    """Whether the person pressed Ctrl-C, and the program did not raise it by itself."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return False
    lines = program_lines(error)
    return not lines or "raise" not in linecache.getline(PROGRAM_FILE, lines[0])


def describe(error: BaseException) -> str:
    """`Type: message` of an exception, cut to a readable length; never raises."""
    try:
        text = str(error)
    except Exception:
        text = ""
    name = type(error).__name__
    if isinstance(error, RecursionError):
        text = "a function calls itself without end"
    if isinstance(error, MemoryError):
        text = text or "the program used up its memory"
    return (f"{name}: {text}" if text else name)[:MESSAGE]


def program_lines(error: BaseException, file: str = PROGRAM_FILE) -> tuple[int, ...]:
    """The program's lines in an exception's traceback, innermost first, at most 50."""
    lines: list[int] = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file and trace.tb_lineno is not None:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return tuple(reversed(lines[-50:]))


def traceback_text(error: BaseException, file: str = PROGRAM_FILE) -> str | None:
    """The program's part of a traceback, cut to 4,000 characters; None when no line of it is the program's."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__, limit=-40) if frame.filename == file]
    if not frames:
        return None
    text = "".join(traceback.format_list(frames[-12:])) + describe(error)
    return text[-TRACEBACK:]


def load(source: str, rewrite: Rewrite | None = None) -> Game:
    """`load_game` within the time limit of calls. Raises ProgramError, also when the module never finishes."""
    outcome: list[Game | ProgramError] = []

    def attempt() -> None:
        try:
            outcome.append(load_game(source, rewrite=rewrite))
        except ProgramError as error:
            outcome.append(error)

    call("the program's top level", attempt)
    if isinstance(outcome[0], ProgramError):
        raise outcome[0]
    return outcome[0]
