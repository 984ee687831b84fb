"""A program as a user writes it, for mypy --strict: the types that the package promises. It is not run."""

import datetime as dt
from pathlib import Path
from typing import assert_type

import pandas as pd
from matplotlib.figure import Figure

import v2x

night = v2x.Scenario(Path("night.yaml"), changes={"tariff.export": 0.1})
assert_type(night.changed({"vehicles[0].battery.soc_start": 0.4}), v2x.Scenario)
assert_type(night.start, dt.datetime)
plan = v2x.schedule(night, "v1x", seconds=10)
assert_type(plan, v2x.Schedule)
assert_type(plan.power, pd.DataFrame)
assert_type(plan.soc, pd.DataFrame)
assert_type(plan.costs, pd.DataFrame)
assert_type(plan.objective, float)
assert_type(plan.bound, float | None)
assert_type(plan.plot(), Figure)
assert_type([found.objective for found in v2x.schedules([night, "other.yaml"], progress=print)], list[float])
assert_type(v2x.compare({"name": "a dict"}).saving("v2x", against="v1x"), float)
assert_type(v2x.marginal(night).parts("ev1", "absorb"), pd.DataFrame)
assert_type(v2x.offers(night, unit=dt.timedelta(minutes=15)).points, pd.DataFrame)
assert_type(v2x.value(night, progress=True).streams, pd.DataFrame)
assert_type(v2x.explain(night).steps, pd.DataFrame)
assert_type(v2x.simulate(night, horizon=dt.timedelta(hours=36)).daily, pd.DataFrame)
assert_type(v2x.sweep([{"cells": ["nmc"]}], night).frame(), pd.DataFrame)
cell = v2x.Cell.from_functions(
    "mine", lambda soc, temperature_c: 0.001 * soc, lambda depth: 0.001 * depth, calendar_exponent=0.5, cycle_exponent=0.7
)
assert_type(cell.calendar_fit, v2x.FitError)
try:
    v2x.schedule("night.yaml")
except v2x.InputError as error:
    assert_type(error.findings, tuple[v2x.Finding, ...])
