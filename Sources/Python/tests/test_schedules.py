"""Schedules as tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import v2x


def test_a_dict_a_path_and_a_text_are_the_same_scenario(night: dict[str, Any]) -> None:
    Path("night.yaml").write_text(json.dumps(night))
    text = json.dumps(night, indent=1)
    sources: list[Any] = [night, "night.yaml", Path("night.yaml"), text, v2x.Scenario(night)]
    plans = [v2x.schedule(source) for source in sources]
    assert len({json.dumps(plan.json) for plan in plans}) == 1
    assert plans[0].is_optimal and plans[0].gap == 0 and plans[0].bound == pytest.approx(plans[0].objective)


def test_tables_have_times_in_the_scenarios_zone(scenario: v2x.Scenario) -> None:
    plan = v2x.schedule(scenario)
    assert isinstance(plan.power.index, pd.DatetimeIndex) and isinstance(plan.soc.index, pd.DatetimeIndex)
    assert str(plan.power.index.tz) == "Europe/Amsterdam"
    assert [time.isoformat() for time in plan.power.index] == plan.json["steps"]
    assert len(plan.soc) == len(plan.power) + 1 == 13
    assert plan.soc.index[-1] == pd.Timestamp("2024-01-16T06:00", tz="Europe/Amsterdam")


def test_times_are_right_where_the_clocks_are_set(night: dict[str, Any]) -> None:
    night["horizon"] |= {"start": "2024-10-27T00:00", "end": "2024-10-27T06:00"}
    night["tariff"]["import"] = 0.3
    night["vehicles"][0]["plugged"] = [{"from": "2024-10-27T00:00", "to": "2024-10-27T06:00"}]
    plan = v2x.schedule(night)
    assert len(plan.power) == 7
    assert [time.isoformat() for time in plan.power.index] == plan.json["steps"]


def test_tables_agree_with_each_other(scenario: v2x.Scenario) -> None:
    plan = v2x.schedule(scenario)
    assert plan.costs["EUR"].sum() == pytest.approx(plan.objective, abs=1e-8)
    pd.testing.assert_frame_equal(plan.power, plan.charge - plan.discharge)
    pd.testing.assert_frame_equal(plan.energy / 60, plan.soc, atol=1e-8)
    net = plan.site["import_kw"] - plan.site["export_kw"]
    pd.testing.assert_series_equal(net, plan.power["ev1"], check_names=False, atol=1e-8)
    energy = (plan.site["import_kw"] * plan.site["import_price"] - plan.site["export_kw"] * plan.site["export_price"]).sum()
    assert energy == pytest.approx(plan.costs.loc["energy", "EUR"], abs=1e-7)
    assert plan.soc["ev1"].iloc[0] == 0.5 and plan.soc["ev1"].iloc[-1] >= 0.7
    assert list(plan.degradation.index) == ["ev1"]


def test_modes(scenario: v2x.Scenario) -> None:
    plans = {mode: v2x.schedule(scenario, mode) for mode in ("v2x", "v1x", "immediate", "deferred")}
    assert all(plan.mode == mode for mode, plan in plans.items())
    assert plans["v2x"].objective < plans["v1x"].objective < plans["immediate"].objective
    assert (plans["v1x"].discharge == 0).all(axis=None) and plans["v2x"].discharge.to_numpy().max() > 1


def test_batteries_and_loads_are_in_the_tables(night: dict[str, Any]) -> None:
    night["site"] = {
        "batteries": [{"id": "home", "battery": {"capacity_kwh": 10, "soc_start": 0.5, "ageing": "none"},
                       "charger": {"charge_kw": 5, "discharge_kw": 5}}],
        "loads": [{"id": "boiler", "energy": {"energy_kwh": 4, "max_kw": 2, "from": "2024-01-15T18:00", "to": "2024-01-16T06:00"}}],
    }
    scenario = v2x.Scenario(night)
    assert (scenario.vehicles, scenario.batteries, scenario.loads) == (["ev1"], ["home"], ["boiler"])
    plan = v2x.schedule(scenario)
    assert list(plan.power) == ["ev1", "home", "boiler"] and list(plan.soc) == ["ev1", "home"]
    assert plan.power["boiler"].sum() == pytest.approx(4, abs=1e-6)
    night["site"]["loads"][0]["id"] = "ev1"
    assert list(v2x.schedule(night).power) == ["ev1", "home", "ev1 (load)"]


def test_shortfalls_are_a_table(scenario: v2x.Scenario) -> None:
    plan = v2x.schedule(scenario.changed({"vehicles[0].charger.charge_kw": 0.5}))
    assert plan.shortfalls["vehicle"].tolist() == ["ev1"] * len(plan.shortfalls) and len(plan.shortfalls) >= 1
    assert plan.shortfalls["at"].dt.tz is not None and (plan.shortfalls["kwh"] > 0).all()
    assert "not reached" in plan._repr_html_()
    assert v2x.schedule(scenario).shortfalls.empty


def test_seconds_are_measured_where_they_are_wanted(scenario: v2x.Scenario) -> None:
    assert v2x.schedule(scenario).seconds is None
    assert (v2x.schedule(scenario, shows_seconds=True).seconds or 0) > 0


def test_many_schedules_are_in_order(scenario: v2x.Scenario) -> None:
    socs = [0.1 + 0.01 * k for k in range(40)]
    told: list[float] = []
    scenarios = [scenario.changed({"vehicles[0].battery.soc_start": soc}) for soc in socs]
    plans = list(v2x.schedules(scenarios, progress=told.append))
    assert [plan.soc["ev1"].iloc[0] for plan in plans] == pytest.approx(socs)
    assert plans[7].json == v2x.schedule(scenarios[7]).json
    assert told == sorted(told) and told[-1] == 1


def test_schedules_take_scenarios_as_they_need_them(scenario: v2x.Scenario) -> None:
    taken = 0

    def endless() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield scenario

    plans = v2x.schedules(endless())
    next(plans)
    assert 0 < taken < 1000


def test_saved_files_are_the_answer(scenario: v2x.Scenario) -> None:
    plan = v2x.schedule(scenario)
    plan.save("plan.json")
    assert json.loads(Path("plan.json").read_text()) == plan.json


def test_notebooks_and_figures(scenario: v2x.Scenario) -> None:
    plan = v2x.schedule(scenario)
    figure = plan.plot()
    assert len(figure.axes) == 3 and figure.axes[2].get_ylabel() == "state of charge, %"
    assert "<table>" in plan._repr_html_() and "a night: V2X" in plan._repr_html_()
    assert "a night" in repr(plan) and "a night" in repr(scenario) and "<table>" in scenario._repr_html_()


def test_names_are_escaped_in_notebooks(night: dict[str, Any]) -> None:
    night["name"] = "<script>alert(1)</script>"
    assert "<script>" not in v2x.schedule(night)._repr_html_()
