"""The questions that can be asked about a scenario."""

from __future__ import annotations

import datetime as dt
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sized
from typing import Literal

from ._library import Task
from ._progress import Progress, told
from .comparison import Comparison
from .explanation import Explanation
from .marginal import MarginalCosts
from .offers import Offers
from .scenario import Scenario, Source
from .schedule import Schedule
from .simulation import Simulation
from .worth import Worth

Mode = Literal["v2x", "v1x", "immediate", "deferred"]
Solver = Literal["auto", "direct", "decomposition"]


def schedule(
    source: Source,
    mode: Mode = "v2x",
    *,
    seconds: float | None = None,
    solver: Solver | None = None,
    shows_seconds: bool = False,
) -> Schedule:
    """The cheapest schedule, with its costs and what it does to each battery.

    :param source: a path, a dict, YAML text or a ``Scenario``.
    :param mode: ``v2x``; ``v1x``: without discharging; ``immediate`` and ``deferred``: by rule.
    :param seconds: most seconds of solving, within the scenario's own ``solver.time_limit`` (60 s where it says none). Other
        questions solve many programs: theirs is a limit of all together.
    :param solver: how it is solved; the optimum is the same.
    :param shows_seconds: whether ``Schedule.seconds`` is measured.
    :raises InputError: where the scenario is wrong, with every finding.
    :raises NoScheduleError: where no schedule keeps the hard limits. A target that is out of reach is none of them: it
        stands in ``Schedule.shortfalls``.
    """
    scenario = Scenario.of(source)
    options = {"mode": mode, "seconds": seconds, "solver": solver, "shows_seconds": shows_seconds or None}
    return Schedule(scenario, scenario._handle.ask("schedule", options))


def schedules(
    sources: Iterable[Source], mode: Mode = "v2x", *, seconds: float | None = None, progress: Progress = None
) -> Iterator[Schedule]:
    """The schedule of each scenario, in their order, on all cores.

    >>> socs = [0.2, 0.3, 0.4]
    >>> plans = v2x.schedules(night.changed({"vehicles[0].battery.soc_start": soc}) for soc in socs)

    Scenarios are taken as they are needed; an error is raised at its turn.
    """
    report = told(progress, "schedules")
    options = {"mode": mode, "seconds": seconds, "threads": 1}
    total = len(sources) if isinstance(sources, Sized) else None
    waiting: deque[tuple[Scenario, Task]] = deque()
    ahead = 4 * (os.cpu_count() or 1)
    done = 0

    def taken() -> Schedule:
        nonlocal done
        scenario, task = waiting.popleft()
        plan = Schedule(scenario, task.answer())
        done += 1
        if report and total:
            report(done / total)
        return plan

    for source in sources:
        scenario = Scenario.of(source)
        waiting.append((scenario, scenario._handle.start("schedule", options)))
        if len(waiting) >= ahead:
            yield taken()
    while waiting:
        yield taken()


def compare(source: Source, *, seconds: float | None = None, solver: Solver | None = None) -> Comparison:
    """All modes side by side."""
    scenario = Scenario.of(source)
    return Comparison(scenario, scenario._handle.ask("compare", {"seconds": seconds, "solver": solver}))


def marginal(source: Source, mode: Literal["v2x", "v1x"] = "v2x", *, seconds: float | None = None) -> MarginalCosts:
    """What one kWh more out of each vehicle costs in each step, split by where the cost arises."""
    scenario = Scenario.of(source)
    return MarginalCosts(scenario, scenario._handle.ask("marginal", {"mode": mode, "seconds": seconds}))


def offers(
    source: Source,
    *,
    unit: dt.timedelta | None = None,
    floor: float = -0.5,
    cap: float = 4.0,
    max_points: int = 200,
    seconds: float | None = None,
) -> Offers:
    """The optimal net import of each market time unit as a function of its price.

    :param unit: length of a market time unit, a whole number of steps; by default 15 minutes, or a longer step.
    :param floor: lowest price, money per kWh.
    :param cap: highest price, money per kWh.
    :param max_points: most points of a curve; the smallest steps are merged beyond that.
    """
    scenario = Scenario.of(source)
    length = None if unit is None else round(unit.total_seconds())
    options = {"unit_seconds": length, "floor": floor, "cap": cap, "max_points": max_points, "seconds": seconds}
    return Offers(scenario, scenario._handle.ask("offer", options))


def value(source: Source, *, progress: Progress = None, seconds: float | None = None) -> Worth:
    """What each value stream is worth, alone and stacked, money per vehicle and year."""
    scenario = Scenario.of(source)
    return Worth(scenario, scenario._handle.ask("value", {"seconds": seconds}, told(progress, "value")))


def explain(source: Source, mode: Literal["v2x", "v1x"] = "v2x", *, seconds: float | None = None) -> Explanation:
    """Why each step is what it is, and what each target and limit costs."""
    scenario = Scenario.of(source)
    return Explanation(scenario, scenario._handle.ask("explain", {"mode": mode, "seconds": seconds}))


def simulate(
    source: Source,
    *,
    horizon: dt.timedelta | None = None,
    commit: dt.timedelta | None = None,
    is_informed: bool = False,
    progress: Progress = None,
    seconds: float | None = None,
) -> Simulation:
    """The scenario's horizon lived day by day: V2X, V1X and uncontrolled, with batteries that age meanwhile.

    :param horizon: how far a plan sees; 36 hours.
    :param commit: how much of a plan is carried out before the next is made; 24 hours.
    :param is_informed: perfect foresight: nine days are seen and a week of them carried out.
    """
    scenario = Scenario.of(source)
    options = {
        "horizon_hours": None if horizon is None else horizon.total_seconds() / 3600,
        "commit_hours": None if commit is None else commit.total_seconds() / 3600,
        "is_informed": is_informed or None,
        "seconds": seconds,
    }
    return Simulation(scenario, scenario._handle.ask("simulate", options, told(progress, "simulate")))
