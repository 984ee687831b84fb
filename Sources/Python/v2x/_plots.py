"""Figures. matplotlib is loaded here, with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable

try:
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
except ImportError:
    raise ImportError('plots need matplotlib: pip install "v2x[plot]"') from None

import pandas as pd

if TYPE_CHECKING:
    from .cells import Cell
    from .marginal import MarginalCosts
    from .offers import Offers
    from .schedule import Schedule
    from .simulation import Simulation
    from .sweeps import Sweep

#: More stores than these are drawn as their sum.
_MOST_LINES = 8
#: More curves of offers than these are too many for one picture.
_MOST_CURVES = 12


def _axes(figure: Figure | None, rows: int, height: float) -> tuple[Figure, list[Axes]]:
    """Axes below each other with a time axis in common, in ``figure`` or a new one."""
    drawn = figure or plt.figure(figsize=(8.0, height), layout="constrained")
    axes = drawn.subplots(rows, 1, sharex=True, squeeze=False)
    return drawn, [row[0] for row in axes]


def _shown(figure: Figure, given: Figure | None) -> Figure:
    # A notebook shows the figure that is returned: not a second time as the current one.
    if given is None:
        plt.close(figure)
    return figure


def _stepped(axes: Axes, times: pd.DatetimeIndex, values: Any, **style: Any) -> None:
    """A value a step: ``times`` has one more, the end of the last."""
    axes.stairs(values, times, baseline=None, **style)


def _legend(axes: Axes, count: int) -> None:
    if count > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _time_axis(axes: Axes, zone: str) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(tz=zone)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone))  # type: ignore[no-untyped-call]


def schedule(plan: Schedule, given: Figure | None) -> Figure:
    figure, (prices, power, soc) = _axes(given, 3, 6.0)
    times = plan.scenario.boundaries
    site = plan.site
    for column, name in (("import_price", "import"), ("export_price", "export")):
        if column in site:
            _stepped(prices, times, site[column], label=name)
    prices.set_ylabel(f"{plan.currency}/kWh")
    _legend(prices, 2)
    lines = plan.power if len(plan.power.columns) <= _MOST_LINES else plan.power.sum(axis=1).to_frame("all vehicles")
    for store in lines:
        _stepped(power, times, lines[store], label=str(store))
    power.axhline(0, color="0.5", linewidth=0.8)
    power.set_ylabel("kW (charging above 0)")
    _legend(power, len(lines.columns))
    levels = plan.soc if len(plan.soc.columns) <= _MOST_LINES else plan.soc.mean(axis=1).to_frame("mean")
    for store in levels:
        soc.plot(times, 100 * levels[store], label=str(store))
    soc.set_ylim(0, 100)
    soc.set_ylabel("state of charge, %")
    _legend(soc, len(levels.columns))
    _time_axis(soc, plan.scenario.time_zone)
    figure.suptitle(f"{plan._title()}, {plan.objective:,.2f} {plan.currency}")
    return _shown(figure, given)


def stacked(lines: pd.DataFrame, unit: str, title: str, given: Figure | None) -> Figure:
    """A bar a row of ``lines``, its columns stacked: costs upward, what is earned downward, and a mark at the sum."""
    figure, (axes,) = _axes(given, 1, 4.0)
    up, down = [0.0] * len(lines), [0.0] * len(lines)
    names = [str(name) for name in lines.index]
    for column in lines:
        values = [float(value) for value in lines[column]]
        bottoms = [high if value >= 0 else low for value, high, low in zip(values, up, down)]
        axes.bar(names, values, bottom=bottoms, label=str(column), width=0.6)
        up = [high + max(0.0, value) for high, value in zip(up, values)]
        down = [low + min(0.0, value) for low, value in zip(down, values)]
    axes.scatter(names, list(lines.sum(axis=1)), color="black", zorder=3, label="total")
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.set_ylabel(unit)
    axes.set_title(title)
    _legend(axes, 2)
    return _shown(figure, given)


def marginal(costs: MarginalCosts, given: Figure | None) -> Figure:
    vehicles = [entry["id"] for entry in costs.json["vehicles"]][:_MOST_LINES]
    figure, axes = _axes(given, 2, 5.0)
    times = costs.scenario.boundaries
    for place, (name, table) in zip(axes, (("delivered", costs.deliver), ("absorbed", costs.absorb))):
        for vehicle in vehicles:
            _stepped(place, times, table[vehicle], label=vehicle)
        place.set_ylabel(f"{costs.currency} per kWh {name}")
        _legend(place, len(vehicles))
    _time_axis(axes[-1], costs.scenario.time_zone)
    figure.suptitle(f"{costs.scenario.name}: marginal cost")
    return _shown(figure, given)


def offers(found: Offers, given: Figure | None) -> Figure:
    figure, (axes,) = _axes(given, 1, 4.5)
    curves = [unit for unit in found.json["offers"] if len(unit["points"]) > 1]
    chosen = curves[:: max(1, -(-len(curves) // _MOST_CURVES))]
    for unit, start in zip(chosen, found._times([unit["start"] for unit in chosen])):
        prices = [point["price"] for point in unit["points"]]
        powers = [point["kw"] for point in unit["points"]]
        axes.step(prices, powers, where="post", label=f"{start:%a %H:%M}")
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.set_xlabel(f"{found.currency}/kWh")
    axes.set_ylabel("net import, kW")
    axes.set_title(f"{found.scenario.name}: offers")
    _legend(axes, 2 if chosen else 0)
    return _shown(figure, given)


def tornado(sweep: Sweep, found: pd.DataFrame, given: Figure | None) -> Figure:
    figure, (axes,) = _axes(given, 1, 1.5 + 0.45 * len(found))
    middle = found.attrs["middle"]
    for row, (_, bar) in enumerate(found.iterrows()):
        # The longer first: where both lie on one side, the shorter is drawn on it.
        ends = [(bar["at_from"], bar["from"], "C1", "//"), (bar["at_to"], bar["to"], "C0", "")]
        for result, label, colour, hatch in sorted(ends, key=lambda end: -abs(end[0] - middle)):
            axes.barh(row, result - middle, left=middle, color=colour if not hatch else "white", edgecolor=colour, hatch=hatch)
        for (result, label, *_), is_lower in zip(sorted(ends, key=lambda end: float(end[0])), (True, False)):
            edge = min(result, middle) if is_lower else max(result, middle)
            text = f"{label:g}" if isinstance(label, (int, float)) else str(label)
            axes.annotate(
                text, (edge, row), xytext=(-4 if is_lower else 4, 0), textcoords="offset points",
                ha="right" if is_lower else "left", va="center", fontsize="small",
            )
    axes.axvline(middle, color="0.2", linewidth=0.8)
    axes.set_yticks(range(len(found)), [str(name) for name in found.index])
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.set_xlabel(str(found.attrs["value"]).replace("_", " "))
    # A sweep that is a dict or text has no name of its own.
    axes.set_title("what moves the result" if sweep.name.startswith("<") else f"{sweep.name}: what moves the result")
    return _shown(figure, given)


def simulation(found: Simulation, given: Figure | None) -> Figure:
    figure, (costs, loss) = _axes(given, 2, 5.5)
    for mode in found.modes:
        days = found.daily[found.daily["mode"] == mode]
        costs.plot(days.index, days["total"].cumsum(), label=mode)
        loss.plot(days.index, 100 * days["capacity_loss"], label=mode)
    costs.set_ylabel(f"{found.currency}, added up")
    loss.set_ylabel("capacity lost, %")
    _legend(costs, len(found.modes))
    _time_axis(loss, found.scenario.time_zone)
    figure.suptitle(found.scenario.name)
    return _shown(figure, given)


def cell(found: Cell, given: Figure | None) -> Figure:
    figure = given or plt.figure(figsize=(8.0, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    for temperature, row in _some(list(zip(found.temperature_c, found.calendar_rate))):
        left.plot(found.soc, row, marker=".", label=f"{temperature:g} °C")
    left.set_xlabel("state of charge")
    left.set_ylabel(f"rate of calendar loss, per day^{found.calendar_exponent:g}")
    left.legend(frameon=False)
    right.plot(found.depth, found.cycle_rate, marker=".")
    right.set_xlabel("depth of cycle")
    right.set_ylabel(f"rate of cycle loss, per EFC^{found.cycle_exponent:g}")
    figure.suptitle(f"cell {found.name}")
    return _shown(figure, given)


def _some(rows: list[tuple[float, tuple[float, ...]]]) -> Iterable[tuple[float, tuple[float, ...]]]:
    """At most six of them, the first and the last too."""
    if len(rows) <= 6:
        return rows
    return [rows[round(k * (len(rows) - 1) / 5)] for k in range(6)]
