"""Sweeps row by row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import v2x

AXES = [
    {"path": "vehicles[0].charger.discharge_kw", "name": "discharge_kw", "values": [0, 5, 10]},
    {"cells": ["nmc", "lfp"]},
]


def test_rows_are_the_schedules(night: dict[str, Any], scenario: v2x.Scenario) -> None:
    sweep = v2x.sweep(AXES, night)
    assert len(sweep) == 6 and sweep.axes == ["discharge_kw", "cell"] and sweep.columns[:3] == ["run", "discharge_kw", "cell"]
    rows = list(sweep)
    assert len(rows) == 6 and sorted(row["run"] for row in rows) == list(range(6))
    for row in rows:
        ageing = {"cell": row["cell"]}
        changes = {"vehicles[0].charger.discharge_kw": row["discharge_kw"], "vehicles[0].battery.ageing": ageing}
        plan = v2x.schedule(scenario.changed(changes))
        assert row["status"] == "optimal" and row["objective"] == pytest.approx(plan.objective, abs=1e-8)


def test_a_frame_goes_on_where_rows_were_taken(night: dict[str, Any]) -> None:
    told: list[float] = []
    sweep = v2x.sweep(AXES, night, progress=told.append)
    next(sweep)
    frame = sweep.frame()
    assert list(frame.index) == list(range(6)) and frame["objective"].notna().all()
    assert frame.equals(sweep.frame()) and told[-1] == 1
    assert frame.equals(v2x.sweep(AXES, night, threads=1).frame())
    assert "6 of 6 runs" in repr(sweep) and "<table>" in sweep._repr_html_()


def test_files_and_scenarios(night: dict[str, Any], scenario: v2x.Scenario) -> None:
    Path("night.yaml").write_text(json.dumps(night))
    Path("sweep.yaml").write_text(json.dumps({"name": "mine", "base": "night.yaml", "axes": AXES}))
    sweep = v2x.sweep("sweep.yaml")
    assert sweep.name == "mine" and sweep.currency == "EUR" and sweep.warnings == ()
    wanted = sweep.frame()["objective"].tolist()
    for base in ("night.yaml", Path("night.yaml"), night, scenario, v2x.Scenario("night.yaml"), json.dumps(night, indent=1)):
        assert v2x.sweep(AXES, base).frame()["objective"].tolist() == wanted
    with pytest.raises(v2x.UsageError, match="a base with changes"):
        v2x.sweep(AXES, scenario.changed({"tariff.export": 0.1}))


def test_a_run_without_a_schedule_is_a_row(night: dict[str, Any]) -> None:
    night["site"] = {"load_kw": 5}
    frame = v2x.sweep([{"path": "site.import_limit_kw", "values": [1, 20]}], night).frame()
    assert frame["status"].tolist()[0] == "infeasible" and "cannot hold" in frame["error"].tolist()[0]
    assert frame["status"].tolist()[1] == "optimal"


def test_mistakes_have_their_place(night: dict[str, Any]) -> None:
    with pytest.raises(v2x.InputError, match="axes"):
        v2x.sweep([{"cells": ["nmc", "gold"]}], night)
    with pytest.raises(v2x.InputError, match="base is missing"):
        v2x.sweep(AXES)


def test_a_sweep_that_is_given_up_ends(night: dict[str, Any]) -> None:
    axes = [{"path": "vehicles[0].battery.soc_start", "range": {"from": 0.2, "to": 0.6, "step": 0.00001}}]
    with v2x.sweep(axes, night) as sweep:
        assert next(sweep)["status"] == "optimal"
    assert list(sweep) == [] and len(sweep.rows) == 1
