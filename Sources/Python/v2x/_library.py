"""The shared library libv2x (see v2x.h), as Python objects. Nothing else in the package knows of ctypes."""

from __future__ import annotations

import ctypes
import json
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from .errors import (
    CancelledError,
    Finding,
    InputError,
    LimitError,
    NoScheduleError,
    QuestionError,
    SolverError,
    UsageError,
    V2XError,
)

_ABI = 1
#: Seconds after which a wait looks for Ctrl-C and reports progress.
_TICK = 0.1

_ERRORS: dict[int, type[V2XError]] = {
    2: NoScheduleError,
    3: LimitError,
    4: QuestionError,
    5: SolverError,
    6: CancelledError,
    7: UsageError,
}


def library_path() -> str:
    """The file of the shared library: that in the package, or what the environment variable ``V2X_LIBRARY`` names."""
    return os.environ.get("V2X_LIBRARY") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "libv2x.so")


def _load() -> ctypes.CDLL:
    path = library_path()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"the library of v2x cannot be loaded: {error}; V2X_LIBRARY may name another file") from None
    handle, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_double
    out = ctypes.POINTER(ctypes.c_void_p)
    functions: dict[str, tuple[Any, list[Any]]] = {
        "v2x_abi": (ctypes.c_int, []),
        "v2x_version": (text, []),
        "v2x_free": (None, [handle]),
        "v2x_scenario_open": (ctypes.c_int, [text, text, out, out]),
        "v2x_scenario_change": (ctypes.c_int, [handle, text, out, out]),
        "v2x_scenario_close": (None, [handle]),
        "v2x_task_start": (handle, [handle, text, text]),
        "v2x_task_wait": (ctypes.c_int, [handle, number]),
        "v2x_task_progress": (number, [handle]),
        "v2x_task_cancel": (None, [handle]),
        "v2x_task_answer": (ctypes.c_int, [handle, out]),
        "v2x_task_release": (None, [handle]),
        "v2x_sweep_open": (ctypes.c_int, [text, text, out, out]),
        "v2x_sweep_next": (ctypes.c_int, [handle, number, out]),
        "v2x_sweep_close": (None, [handle]),
    }
    for name, (result, arguments) in functions.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    if library.v2x_abi() != _ABI:
        raise ImportError(f"{path} has interface {library.v2x_abi()}, this package needs {_ABI}")
    return library


_library = _load()
_lock = threading.Lock()
_owner: int | None = None


def _check_process() -> None:
    """Raises in a process that was forked from one that has solved: the library's threads are not in it."""
    global _owner
    with _lock:
        _owner = _owner or os.getpid()
    if _owner != os.getpid():
        raise V2XError(
            "v2x was used before this process was forked, and its threads are not here: with multiprocessing say "
            'get_context("spawn"), or use v2x.sweep or v2x.schedules, which use all cores'
        )


def version() -> str:
    """The program's version."""
    text = _library.v2x_version()
    return bytes(text).decode()


def _take(pointer: ctypes.c_void_p) -> str:
    """The text at ``pointer``, which is given back."""
    if not pointer.value:
        return ""
    try:
        return ctypes.string_at(pointer.value).decode()
    finally:
        _library.v2x_free(pointer)


def _encoded(text: str | None) -> bytes | None:
    if text is None:
        return None
    if "\0" in text:
        raise UsageError("a text holds a zero character")
    return text.encode()


def _options(options: Mapping[str, Any]) -> bytes:
    said = {name: value for name, value in options.items() if value is not None}
    try:
        return json.dumps(said, allow_nan=False).encode()
    except ValueError:
        raise UsageError("an option is not a finite number") from None


def finding(entry: Mapping[str, Any]) -> Finding:
    """A finding from the library's JSON."""
    # A dict has no lines that its author has seen.
    is_dict = entry["file"] == "<dict>"
    return Finding(
        severity=entry["severity"],
        file=entry["file"],
        line=None if is_dict else entry.get("line"),
        column=None if is_dict else entry.get("column"),
        key=entry["key"],
        message=entry["message"],
    )


def _checked(status: int, text: str) -> str:
    """``text`` where the status is that of an answer."""
    if status == 0:
        return text
    failure = json.loads(text)
    if status == 1:
        raise InputError(failure["message"], [finding(entry) for entry in failure.get("findings", [])])
    raise _ERRORS.get(status, V2XError)(failure["message"])


class ScenarioHandle:
    """A scenario that was checked by the library."""

    def __init__(self, pointer: int, report: dict[str, Any]) -> None:
        self._pointer = pointer
        self.report = report
        weakref.finalize(self, _library.v2x_scenario_close, pointer)

    @classmethod
    def open(cls, text: str | None, **options: Any) -> ScenarioHandle:
        return cls._made(lambda out, report: _library.v2x_scenario_open(_encoded(text), _options(options), out, report))

    def changed(self, **options: Any) -> ScenarioHandle:
        return self._made(
            lambda out, report: _library.v2x_scenario_change(self._pointer, _options(options), out, report)
        )

    @classmethod
    def _made(cls, call: Callable[[Any, Any], int]) -> ScenarioHandle:
        _check_process()
        out, report = ctypes.c_void_p(), ctypes.c_void_p()
        status = call(ctypes.byref(out), ctypes.byref(report))
        text = _checked(status, _take(report))
        return cls(out.value or 0, json.loads(text))

    def start(self, question: str, options: Mapping[str, Any]) -> Task:
        _check_process()
        return Task(_library.v2x_task_start(self._pointer, question.encode(), _options(options)))

    def ask(
        self, question: str, options: Mapping[str, Any], progress: Callable[[float], None] | None = None
    ) -> dict[str, Any]:
        return self.start(question, options).answer(progress)


class Task:
    """A question that is being answered."""

    def __init__(self, pointer: int) -> None:
        self._pointer = pointer
        self._release = weakref.finalize(self, _library.v2x_task_release, pointer)

    def answer(self, progress: Callable[[float], None] | None = None) -> dict[str, Any]:
        """The answer. Ctrl-C, or an exception of ``progress``, cancels the question."""
        try:
            while not _library.v2x_task_wait(self._pointer, _TICK):
                if progress:
                    progress(_library.v2x_task_progress(self._pointer))
            out = ctypes.c_void_p()
            status = _library.v2x_task_answer(self._pointer, ctypes.byref(out))
            text = _checked(status, _take(out))
        finally:
            self._release()
        if progress:
            progress(1.0)
        answer: dict[str, Any] = json.loads(text)
        return answer


class SweepHandle:
    """A sweep that was checked by the library."""

    def __init__(self, text: str | None, **options: Any) -> None:
        _check_process()
        out, report = ctypes.c_void_p(), ctypes.c_void_p()
        status = _library.v2x_sweep_open(_encoded(text), _options(options), ctypes.byref(out), ctypes.byref(report))
        self.report: dict[str, Any] = json.loads(_checked(status, _take(report)))
        self._pointer = out.value
        self.close = weakref.finalize(self, _library.v2x_sweep_close, out.value)

    def next(self) -> dict[str, Any]:
        """Rows that came since the last call, after a short wait."""
        out = ctypes.c_void_p()
        status = _library.v2x_sweep_next(self._pointer, _TICK, ctypes.byref(out))
        batch: dict[str, Any] = json.loads(_checked(status, _take(out)))
        return batch
