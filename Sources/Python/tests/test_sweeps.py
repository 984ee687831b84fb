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


def test_other_questions_are_the_answers_of_their_methods(night: dict[str, Any], scenario: v2x.Scenario) -> None:
    capacity = [{"path": "vehicles[0].battery.capacity_kwh", "name": "capacity_kwh", "values": [60]}]
    (compared,) = v2x.sweep(capacity, night, question="compare")
    modes = v2x.compare(scenario).json["modes"]
    assert compared["v2x_objective"] == pytest.approx(modes["v2x"]["objective"], abs=1e-9)
    assert compared["v2x_saving_against_v1x"] == pytest.approx(modes["v1x"]["objective"] - modes["v2x"]["objective"], abs=1e-8)
    (worth,) = v2x.sweep(capacity, night, question="value")
    assert worth["v2x_net"] == pytest.approx(v2x.value(scenario).json["modes"]["v2x"]["net"], abs=1e-9)
    (lived,) = v2x.sweep(capacity, night, question="simulate")
    assert lived["v2x_total"] == pytest.approx(v2x.simulate(scenario).json["runs"]["v2x"]["total"], abs=1e-9)


def test_a_tornado_has_the_results_at_both_ends_of_each_axis(night: dict[str, Any]) -> None:
    axes = [
        {"cells": ["lfp"]},
        {"temperatures": [0, 30]},
        {"path": "vehicles[0].battery.capacity_kwh", "name": "capacity_kwh", "values": [40, 80]},
    ]
    sweep = v2x.sweep(axes, night, question="compare", combine="each")
    found, frame = sweep.tornado("v2x_objective"), sweep.frame()
    assert sweep.question == "compare" and len(frame) == 6
    assert found.attrs["middle"] == frame.loc[0, "v2x_objective"]
    assert sorted(found.index) == ["capacity_kwh", "cell", "temperature_c"]
    assert found["moves"].is_monotonic_decreasing
    capacity = found.loc["capacity_kwh"]
    assert (capacity["from"], capacity["to"]) == (40, 80)
    assert capacity["at_from"] == frame.loc[frame["capacity_kwh"] == 40, "v2x_objective"].item()
    # The base says no temperature: its run is at neither end.
    assert (found.loc["temperature_c", "from"], found.loc["temperature_c", "to"]) == (0, 30)
    assert set(found.loc["cell", ["from", "to"]]) == {"nmc", "lfp"}
    assert [label.get_text() for label in sweep.plot("v2x_objective").axes[0].get_yticklabels()] == list(found.index)
    with pytest.raises(v2x.UsageError, match="no column"):
        sweep.tornado("objective")


def test_a_tornado_of_a_grid_has_means(night: dict[str, Any]) -> None:
    sweep = v2x.sweep(AXES, night)
    found, frame = sweep.tornado(), sweep.frame()
    assert found.attrs["middle"] == pytest.approx(frame["objective"].mean())
    assert found.loc["discharge_kw", "at_to"] == pytest.approx(frame.loc[frame["discharge_kw"] == 10, "objective"].mean())


def test_a_sweep_of_its_own_says_its_question_itself(night: dict[str, Any]) -> None:
    with pytest.raises(v2x.UsageError, match="go with a list of axes"):
        v2x.sweep({"axes": AXES}, night, question="compare")
