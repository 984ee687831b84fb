"""A cell of one's own: functions of ageing, sampled to the tables that a scenario takes."""

from __future__ import annotations

import math
import warnings
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ._html import page
from .errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class FitWarning(UserWarning):
    """A table that does not follow its function as closely as was asked."""


@dataclass(frozen=True)
class FitError:
    """How far a table is from its function between the points that it was sampled at, on a finer grid."""

    largest: float  #: largest difference, in the function's unit
    relative: float  #: the same, as a share of the function's largest value
    mean: float  #: mean of the differences' sizes, in the function's unit
    at: tuple[float, ...]  #: where the largest is: (SoC, temperature in °C), or (depth,)
    points: int  #: points of the table

    def __str__(self) -> str:
        return f"{self.relative:.2%} of the largest rate at most, at {', '.join(f'{x:g}' for x in self.at)}; {self.points} points"


@dataclass(frozen=True)
class Cell:
    """Tables of a cell, as a scenario's ``battery.ageing.cell`` takes them.

    The loss of capacity of a battery at rest is ``calendar_rate * days ** calendar_exponent``, that of cycling
    ``cycle_rate * cycles ** cycle_exponent`` in equivalent full cycles; both are shares of the new capacity.
    """

    name: str
    soc: tuple[float, ...]
    temperature_c: tuple[float, ...]
    calendar_rate: tuple[tuple[float, ...], ...]  #: a row a temperature, a column a state of charge
    calendar_exponent: float
    depth: tuple[float, ...]
    cycle_rate: tuple[float, ...]
    cycle_exponent: float
    calendar_fit: FitError
    cycle_fit: FitError

    @classmethod
    def from_functions(
        cls,
        name: str,
        calendar: Callable[[float, float], float],
        cycle: Callable[[float], float],
        *,
        calendar_exponent: float,
        cycle_exponent: float,
        temperatures_c: tuple[float, float] = (-10.0, 45.0),
        tolerance: float = 0.005,
        max_points: int = 33,
    ) -> Cell:
        """Samples two functions until the tables follow them.

        >>> cell = v2x.Cell.from_functions(
        ...     "mine",
        ...     calendar=lambda soc, temperature_c: 0.001 * (0.6 + soc**2) * 2 ** ((temperature_c - 25) / 10),
        ...     cycle=lambda depth: 0.0002 + 0.0004 * depth**1.5,
        ...     calendar_exponent=0.5, cycle_exponent=0.7)
        >>> aged = night.changed({"vehicles[*].battery.ageing": {"cell": cell, "price_per_kwh": 120}})

        Points are put where the table is worst, until the largest difference is ``tolerance`` of the largest rate, or an axis
        has ``max_points``; then a ``FitWarning`` says how close it is. Between points the program interpolates linearly, and
        beyond ``temperatures_c`` it holds the edge.

        :param calendar: rate of calendar loss at a state of charge (0 to 1) and a temperature in °C.
        :param cycle: rate of cycle loss by depth of cycle (0 to 1).
        :raises UsageError: where a function gives a number below 0, or none.
        """
        low, high = temperatures_c
        if not low < high:
            raise UsageError(f"temperatures_c must rise, got {low:g} and {high:g}")
        if not tolerance > 0 or max_points < 3:
            raise UsageError("tolerance must be above 0, and max_points at least 3")

        @cache
        def calendar_rate(soc: float, temperature: float) -> float:
            return _rate("calendar", calendar(soc, temperature), f"SoC {soc:g} and {temperature:g} °C")

        @cache
        def cycle_rate(depth: float) -> float:
            return _rate("cycle", cycle(depth), f"depth {depth:g}")

        socs, temperatures, calendar_fit = _sampled_surface(calendar_rate, (low, high), tolerance, max_points)
        depths, cycle_fit = _sampled_line(cycle_rate, tolerance, max_points)
        for what, fit in (("calendar", calendar_fit), ("cycle", cycle_fit)):
            if fit.relative > tolerance:
                warnings.warn(f"the table of {what} ageing: {fit}", FitWarning, stacklevel=2)
        return cls(
            name=name,
            soc=tuple(socs),
            temperature_c=tuple(temperatures),
            calendar_rate=tuple(tuple(calendar_rate(soc, t) for soc in socs) for t in temperatures),
            calendar_exponent=calendar_exponent,
            depth=tuple(depths),
            cycle_rate=tuple(cycle_rate(depth) for depth in depths),
            cycle_exponent=cycle_exponent,
            calendar_fit=calendar_fit,
            cycle_fit=cycle_fit,
        )

    def section(self) -> dict[str, Any]:
        """What stands at ``battery.ageing.cell``. A scenario's dict, and ``changed``, take the cell itself."""
        return {
            "name": self.name,
            "calendar": {
                "soc": list(self.soc),
                "temperature_c": list(self.temperature_c),
                "rate": [list(row) for row in self.calendar_rate],
                "exponent": self.calendar_exponent,
            },
            "cycle": {"depth": list(self.depth), "rate": list(self.cycle_rate), "exponent": self.cycle_exponent},
        }

    def plot(self, figure: Figure | None = None) -> Figure:
        """Rate of calendar ageing at each temperature, and rate of cycle ageing."""
        from ._plots import cell

        return cell(self, figure)

    def __repr__(self) -> str:
        return f"<v2x.Cell {self.name!r}: calendar {self.calendar_fit}; cycle {self.cycle_fit}>"

    def _repr_html_(self) -> str:
        return page(
            f"cell {self.name}",
            [("error of the calendar table", str(self.calendar_fit)), ("error of the cycle table", str(self.cycle_fit))],
        )


def _rate(what: str, found: Any, place: str) -> float:
    try:
        rate = float(found)
    except (TypeError, ValueError):
        raise UsageError(f"{what}: must give a number, gave {found!r} at {place}") from None
    if not math.isfinite(rate) or rate < 0:
        raise UsageError(f"{what}: a rate must be a number from 0 on, got {rate:g} at {place}")
    return rate


#: Places within each interval at which a table is compared with its function.
_BETWEEN = 8


def _places(xs: Sequence[float]) -> list[float]:
    """The points, and between them those at which they are judged."""
    places = [low + (high - low) * k / _BETWEEN for low, high in zip(xs, xs[1:]) for k in range(_BETWEEN)]
    return places + [xs[-1]]


def _interval(x: float, xs: Sequence[float]) -> tuple[int, float]:
    """The interval of ``xs`` that holds ``x``, and how far in it that is."""
    right = min(max(1, bisect_left(xs, x)), len(xs) - 1)
    return right - 1, (x - xs[right - 1]) / (xs[right] - xs[right - 1])


def _halved(xs: list[float], x: float) -> list[float]:
    """``xs`` with a point in the middle of the interval that holds ``x``."""
    index, _ = _interval(x, xs)
    return sorted([*xs, (xs[index] + xs[index + 1]) / 2])


def _sampled_line(f: Callable[[float], float], tolerance: float, most: int) -> tuple[list[float], FitError]:
    """Points of 0 to 1, and how closely linear interpolation between them follows ``f``."""
    xs = [0.0, 0.25, 0.5, 0.75, 1.0][:: 2 if most < 5 else 1]
    while True:
        fit = _line_fit(f, xs)
        if fit.relative <= tolerance or len(xs) >= most:
            return xs, fit
        xs = _halved(xs, fit.at[0])


def _line_fit(f: Callable[[float], float], xs: list[float]) -> FitError:
    ys = [f(x) for x in xs]
    top, total, largest, at = max(ys), 0.0, 0.0, xs[0]
    places = _places(xs)
    for x in places:
        index, weight = _interval(x, xs)
        wanted = f(x)
        error = abs(ys[index] + weight * (ys[index + 1] - ys[index]) - wanted)
        top, total = max(top, wanted), total + error
        if error > largest:
            largest, at = error, x
    return FitError(largest, largest / top if top > 0 else 0.0, total / len(places), (at,), len(xs))


def _sampled_surface(
    f: Callable[[float, float], float], temperatures: tuple[float, float], tolerance: float, most: int
) -> tuple[list[float], list[float], FitError]:
    """The same over states of charge and temperatures: the axis that is to blame for the largest error gets the point."""
    low, high = temperatures
    xs, ts = [0.0, 0.5, 1.0], [low, (low + high) / 2, high]
    while True:
        fit = _surface_fit(f, xs, ts)
        soc, temperature = fit.at
        if fit.relative <= tolerance or (len(xs) >= most and len(ts) >= most):
            return xs, ts, fit
        along_soc = _bend(lambda x: f(x, temperature), xs, soc)
        along_temperature = _bend(lambda t: f(soc, t), ts, temperature)
        if (along_soc >= along_temperature and len(xs) < most) or len(ts) >= most:
            xs = _halved(xs, soc)
        else:
            ts = _halved(ts, temperature)


def _bend(f: Callable[[float], float], xs: Sequence[float], x: float) -> float:
    """How far ``f`` at ``x`` is from the straight line over its interval."""
    index, weight = _interval(x, xs)
    left, right = f(xs[index]), f(xs[index + 1])
    return abs(left + weight * (right - left) - f(x))


def _surface_fit(f: Callable[[float, float], float], xs: list[float], ts: list[float]) -> FitError:
    rows = [[f(x, t) for x in xs] for t in ts]
    top, total, largest, at = max(max(row) for row in rows), 0.0, 0.0, (xs[0], ts[0])
    socs, temperatures = _places(xs), _places(ts)
    for t in temperatures:
        row, height = _interval(t, ts)
        for x in socs:
            column, weight = _interval(x, xs)
            low = rows[row][column] + weight * (rows[row][column + 1] - rows[row][column])
            high = rows[row + 1][column] + weight * (rows[row + 1][column + 1] - rows[row + 1][column])
            wanted = f(x, t)
            error = abs(low + height * (high - low) - wanted)
            top, total = max(top, wanted), total + error
            if error > largest:
                largest, at = error, (x, t)
    count = len(socs) * len(temperatures)
    return FitError(largest, largest / top if top > 0 else 0.0, total / count, at, len(xs) * len(ts))
