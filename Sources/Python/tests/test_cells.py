"""A cell of one's own."""

from __future__ import annotations

import math
import warnings
from typing import Any

import pytest

import v2x


def calendar(soc: float, temperature_c: float) -> float:
    return 0.001 * (0.6 + soc**2) * 2 ** ((temperature_c - 25) / 10)


def cycle(depth: float) -> float:
    return 0.0002 + 0.0004 * depth**1.5


def made(**options: Any) -> v2x.Cell:
    functions: dict[str, Any] = {"calendar": calendar, "cycle": cycle, "calendar_exponent": 0.5, "cycle_exponent": 0.7}
    return v2x.Cell.from_functions("mine", **(functions | options))


def interpolated(x: float, xs: tuple[float, ...], ys: tuple[float, ...]) -> float:
    """As the program reads a table."""
    right = next(index for index, place in enumerate(xs) if place >= x)
    if right == 0:
        return ys[0]
    weight = (x - xs[right - 1]) / (xs[right] - xs[right - 1])
    return ys[right - 1] + weight * (ys[right] - ys[right - 1])


def test_the_table_is_as_close_as_it_says() -> None:
    cell = made(tolerance=0.002)
    top = calendar(1, 45)
    assert cell.calendar_fit.relative <= 0.002 and cell.cycle_fit.relative <= 0.002
    assert cell.soc[0] == 0 and cell.soc[-1] == 1 and cell.temperature_c[0] == -10 and cell.temperature_c[-1] == 45
    # At places that the sampling did not look at, it may be a little worse.
    for soc in (0.013, 0.31, 0.777, 0.991):
        for temperature in (-9.1, 3.3, 17.2, 44.4):
            rows = tuple(interpolated(soc, cell.soc, row) for row in cell.calendar_rate)
            found = interpolated(temperature, cell.temperature_c, rows)
            assert found == pytest.approx(calendar(soc, temperature), abs=1.2 * 0.002 * top)
    for depth in (0.011, 0.123, 0.555, 0.987):
        found = interpolated(depth, cell.depth, cell.cycle_rate)
        assert found == pytest.approx(cycle(depth), abs=1.2 * 0.002 * cycle(1))


def test_the_error_is_where_it_says() -> None:
    with pytest.warns(v2x.FitWarning) as caught:
        cell = made(tolerance=1e-5, max_points=5)
    assert [str(warning.message)[:27] for warning in caught] == ["the table of calendar agein", "the table of cycle ageing: "]
    soc, temperature = cell.calendar_fit.at
    rows = tuple(interpolated(soc, cell.soc, row) for row in cell.calendar_rate)
    found = interpolated(temperature, cell.temperature_c, rows)
    assert abs(found - calendar(soc, temperature)) == pytest.approx(cell.calendar_fit.largest)
    assert cell.calendar_fit.relative == pytest.approx(cell.calendar_fit.largest / calendar(1, 45))
    assert 0 < cell.calendar_fit.mean < cell.calendar_fit.largest
    assert len(cell.soc) <= 5 and len(cell.temperature_c) <= 5 and cell.calendar_fit.points == len(cell.soc) * len(cell.temperature_c)


def test_straight_functions_need_few_points() -> None:
    cell = made(calendar=lambda soc, temperature_c: 0.001 * (1 + soc), cycle=lambda depth: 0.0003 * depth)
    assert cell.calendar_fit.largest == pytest.approx(0, abs=1e-15) and cell.calendar_fit.points == 9
    assert cell.cycle_fit.points == 5


def test_points_are_where_it_bends() -> None:
    cell = made(cycle=lambda depth: 0.0002 + (0.001 * (depth - 0.8) if depth > 0.8 else 0.0), tolerance=0.001)
    assert sum(depth > 0.6 for depth in cell.depth) > sum(depth < 0.6 for depth in cell.depth)


def test_a_cell_is_taken_by_scenarios(night: dict[str, Any], scenario: v2x.Scenario) -> None:
    cell = made()
    night["vehicles"][0]["battery"]["ageing"] = {"cell": cell, "price_per_kwh": 120}
    changed = scenario.changed({"vehicles[*].battery.ageing": {"cell": cell, "price_per_kwh": 120}})
    assert v2x.schedule(night).json["costs"] == v2x.schedule(changed).json["costs"]
    assert v2x.schedule(changed).costs.loc["cycle", "EUR"] > 0
    # Twice the rates are twice the loss.
    double = made(calendar=lambda soc, t: 2 * calendar(soc, t), cycle=lambda depth: 2 * cycle(depth))
    worse = scenario.changed({"vehicles[*].battery.ageing": {"cell": double, "price_per_kwh": 120}})
    one = v2x.schedule(changed, "immediate").degradation.loc["ev1"]
    two = v2x.schedule(worse, "immediate").degradation.loc["ev1"]
    assert two["calendar_loss"] > 1.5 * one["calendar_loss"] and two["cycle_loss"] > 1.5 * one["cycle_loss"]
    assert "mine" in repr(cell) and "<table>" in cell._repr_html_() and len(cell.plot().axes) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"calendar": lambda soc, t: -1.0}, "calendar: a rate must be a number from 0 on, got -1 at SoC"),
        ({"cycle": lambda depth: math.nan}, "cycle: a rate must be a number from 0 on, got nan at depth"),
        ({"cycle": lambda depth: None}, "cycle: must give a number, gave None"),
        ({"temperatures_c": (20, 20)}, "temperatures_c must rise"),
        ({"tolerance": 0}, "tolerance must be above 0"),
    ],
)
def test_what_is_no_rate(options: dict[str, Any], words: str) -> None:
    with pytest.raises(v2x.UsageError, match=words), warnings.catch_warnings():
        made(**options)
