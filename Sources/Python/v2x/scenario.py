"""Scenarios: what a question is about."""

from __future__ import annotations

import datetime as dt
import os
import warnings
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, Union
from zoneinfo import ZoneInfo

from . import _plain
from ._html import page
from ._library import ScenarioHandle, finding
from .errors import Finding, ScenarioWarning

if TYPE_CHECKING:
    import pandas as pd

#: A scenario's file, its keys as a dict, YAML text with more than one line, or a Scenario.
Source: TypeAlias = Union[str, "os.PathLike[str]", Mapping[str, Any], "Scenario"]


class Scenario:
    """A scenario, read and checked once.

    :param source: a path, a dict with a scenario's keys, or YAML text with more than one line. A dict may hold times,
        durations, numpy arrays, pandas Series (with times: from the horizon's start on) and ``v2x.Cell``.
    :param directory: where relative paths in a dict or text start from; the current folder.
    :param changes: keys and what is put there: ``{"tariff.export": 0.1, "vehicles[ev1].battery.soc_start": 0.4}``.
    :param now: what ``horizon.start: now`` means; the system's clock.
    :raises InputError: with every finding.
    """

    _handle: ScenarioHandle
    #: A path, or a text: one of them is None.
    _source: tuple[str | None, str | None]
    _directory: str | None
    _is_changed: bool

    def __init__(
        self,
        source: Source,
        *,
        directory: str | os.PathLike[str] | None = None,
        changes: Mapping[str, Any] | None = None,
        now: dt.datetime | None = None,
    ) -> None:
        if isinstance(source, Scenario):
            self._source, self._directory = source._source, source._directory
            self._handle = source._handle
            if changes or now:
                self._handle = source._handle.changed(**_changes(changes or {}, now, _plain.Span(source.start, source.end)))
            self._is_changed = source._is_changed or bool(changes or now)
        else:
            path, text = self._source = _path_or_text(source)
            self._directory = None if directory is None else os.fspath(directory)
            span = _plain.Span.of(source) if isinstance(source, Mapping) else _plain.Span()
            self._handle = ScenarioHandle.open(
                text,
                path=path,
                name=None if path else "<dict>" if isinstance(source, Mapping) else "<text>",
                directory=None if path else self._directory,
                **_changes(changes or {}, now, span),
            )
            self._is_changed = bool(changes or now)
        for found in self.warnings:
            warnings.warn(str(found), ScenarioWarning, stacklevel=_levels_outside())

    @classmethod
    def of(cls, source: Source) -> Scenario:
        """``source`` itself where it is a Scenario, else one made of it."""
        return source if isinstance(source, Scenario) else cls(source)

    def changed(self, changes: Mapping[str, Any], *, now: dt.datetime | None = None) -> Scenario:
        """The same with other values at some keys; this one stays as it is. No file is read again.

        >>> night.changed({"vehicles[0].battery.soc_start": 0.4, "tariff.export": 0.1})
        """
        return Scenario(self, changes=changes, now=now)

    def _report(self, key: str) -> Any:
        return self._handle.report[key]

    @property
    def name(self) -> str:
        return str(self._report("name"))

    @property
    def currency(self) -> str:
        return str(self._report("currency"))

    @property
    def time_zone(self) -> str:
        """IANA name."""
        return str(self._report("time_zone"))

    @cached_property
    def start(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self._report("start")).astimezone(ZoneInfo(self.time_zone))

    @cached_property
    def end(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self._report("end")).astimezone(ZoneInfo(self.time_zone))

    @property
    def step(self) -> dt.timedelta:
        """Length of a step."""
        return dt.timedelta(seconds=self._report("step_seconds"))

    @property
    def steps(self) -> int:
        """Number of steps."""
        return int(self._report("steps"))

    @property
    def vehicles(self) -> list[str]:
        return list(self._report("vehicles"))

    @property
    def batteries(self) -> list[str]:
        """Stationary batteries."""
        return list(self._report("batteries"))

    @property
    def loads(self) -> list[str]:
        """Flexible loads."""
        return list(self._report("loads"))

    @property
    def digest(self) -> str:
        """Of the scenario and the files that it reads: sixteen hexadecimal digits."""
        return str(self._report("digest"))

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that do not stop it."""
        return tuple(finding(entry) for entry in self._report("warnings"))

    @cached_property
    def times(self) -> pd.DatetimeIndex:
        """Start of each step, in the scenario's zone."""
        return self.boundaries[:-1]

    @cached_property
    def boundaries(self) -> pd.DatetimeIndex:
        """Start of each step, and the end of the last."""
        import pandas as pd

        start = pd.Timestamp(self._report("start")).tz_convert(self.time_zone)
        return pd.date_range(start, periods=self.steps + 1, freq=pd.Timedelta(self.step), name="time")

    def __repr__(self) -> str:
        stores = ", ".join((self.vehicles + self.batteries)[:3])
        more = len(self.vehicles) + len(self.batteries) - 3
        return (
            f"<v2x.Scenario {self.name!r}: {self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} ({self.time_zone}), "
            f"{self.steps} steps, {stores}{f' and {more} more' if more > 0 else ''}>"
        )

    def _repr_html_(self) -> str:
        rows = [
            ("from", f"{self.start:%Y-%m-%d %H:%M}"),
            ("to", f"{self.end:%Y-%m-%d %H:%M}"),
            ("zone", self.time_zone),
            ("steps", f"{self.steps} of {self.step.total_seconds() / 60:g} min"),
            ("vehicles", str(len(self.vehicles))),
            ("batteries", str(len(self.batteries))),
            ("loads", str(len(self.loads))),
        ]
        return page(self.name, rows)


def _path_or_text(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The path that ``source`` is, or its text; the other is None."""
    if isinstance(source, Mapping):
        return None, _plain.text(source, _plain.Span.of(source))
    path = os.fspath(source)
    return (None, path) if "\n" in path else (path, None)


def _changes(changes: Mapping[str, Any], now: dt.datetime | None, span: _plain.Span) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if changes:
        options["changes"] = [[key, _plain.text(value, span)] for key, value in changes.items()]
    if now is not None:
        options["now"] = (now if now.tzinfo else now.astimezone()).isoformat(timespec="seconds")
    return options


def _levels_outside() -> int:
    """How many frames up the caller's own code is: a warning shows that line."""
    import sys

    folder = os.path.dirname(os.path.abspath(__file__))
    frame, level = sys._getframe(1), 1
    while frame is not None and os.path.dirname(os.path.abspath(frame.f_code.co_filename)) == folder:
        if frame.f_back is None:
            break
        frame, level = frame.f_back, level + 1
    return level
