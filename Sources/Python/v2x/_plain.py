"""From Python's values to the text of a scenario."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from .errors import UsageError


class Span(NamedTuple):
    """The horizon, as far as it is known: what of a pandas Series with times is needed."""

    start: dt.datetime | None = None
    end: dt.datetime | None = None

    @classmethod
    def of(cls, scenario: Mapping[str, Any]) -> Span:
        """The horizon that a dict says as times."""
        horizon = scenario.get("horizon")
        if not isinstance(horizon, Mapping):
            return cls()

        def time(key: str) -> dt.datetime | None:
            said = horizon.get(key)
            try:
                found = said if isinstance(said, dt.datetime) else dt.datetime.fromisoformat(str(said))
                return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(str(horizon.get("timezone", "UTC"))))
            except (ValueError, KeyError):
                return None

        return cls(time("start"), time("end"))


def text(value: Any, span: Span = Span()) -> str:
    """``value`` as JSON.

    Times are written in ISO 8601, paths and durations as text, arrays as lists, and what has a ``section()`` as that.
    """
    return json.dumps(_plain(value, span, ""), allow_nan=False, ensure_ascii=False)


def _plain(value: Any, span: Span, key: str) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UsageError(f"{key or 'the value'}: {value} has no place in a scenario")
        # A numpy number is a float too, and writes itself otherwise.
        return float(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, dt.timedelta):
        return f"{value.total_seconds():g}s"
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(item, span, f"{key}.{name}" if key else str(name)) for name, item in value.items()}
    if hasattr(value, "section"):
        return _plain(value.section(), span, key)
    if hasattr(value, "index") and hasattr(value, "to_numpy"):
        return _series(value, span, key)
    if hasattr(value, "tolist"):
        return _plain(value.tolist(), span, key)
    if isinstance(value, Sequence):
        return [_plain(item, span, f"{key}[{place}]") for place, item in enumerate(value)]
    raise UsageError(f"{key or 'the value'}: a {type(value).__name__} has no place in a scenario")


def _series(series: Any, span: Span, key: str) -> Any:
    """A pandas Series: with times the part within the horizon, each value until the next; else a list."""
    import pandas as pd

    if not isinstance(series.index, pd.DatetimeIndex):
        return _plain(series.to_numpy().tolist(), span, key)
    if series.index.tz is None:
        raise UsageError(f"{key}: the times of a Series must have a time zone, such as series.tz_localize(\"UTC\")")
    if span.start is None:
        raise UsageError(f"{key}: a Series with times needs a horizon that is known: say it in Scenario(...).changed(...)")
    lengths = series.index[1:] - series.index[:-1]
    if len(lengths) == 0 or (lengths != lengths[0]).any() or lengths[0] <= pd.Timedelta(0):
        raise UsageError(f"{key}: the times of a Series must rise in equal steps, without a gap")
    begin = pd.Timestamp(span.start)
    if begin < series.index[0] or begin >= series.index[-1] + lengths[0]:
        raise UsageError(f"{key}: the Series has no value for the horizon's start, {begin.isoformat()}")
    first = int(series.index.searchsorted(begin, side="right")) - 1
    if series.index[first] != begin:
        raise UsageError(f"{key}: no value of the Series begins at the horizon's start, {begin.isoformat()}")
    last = len(series) if span.end is None else int(series.index.searchsorted(pd.Timestamp(span.end), side="left"))
    values = series.to_numpy()[first:last].tolist()
    return {"values": _plain(values, span, key), "step": f"{lengths[0].total_seconds():g}s"}
