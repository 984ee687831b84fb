"""Scenarios: reading, changing, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import pickle
import threading
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

import v2x


def test_a_scenario_tells_of_itself(scenario: v2x.Scenario) -> None:
    assert (scenario.name, scenario.currency, scenario.time_zone) == ("a night", "EUR", "Europe/Amsterdam")
    assert scenario.start == dt.datetime(2024, 1, 15, 18, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert scenario.end - scenario.start == dt.timedelta(hours=12)
    assert scenario.step == dt.timedelta(hours=1) and scenario.steps == 12
    assert scenario.vehicles == ["ev1"] and scenario.batteries == [] and scenario.loads == []
    assert len(scenario.digest) == 16 and scenario.warnings == ()
    assert len(scenario.times) == 12 and len(scenario.boundaries) == 13


def test_changes_leave_the_first_one_alone(night: dict[str, Any], scenario: v2x.Scenario) -> None:
    before = v2x.schedule(scenario).json
    changed = scenario.changed({"tariff.export": 0.05, "vehicles[ev1].battery.soc_start": 0.4})
    night["tariff"]["export"] = 0.05
    night["vehicles"][0]["battery"]["soc_start"] = 0.4
    assert v2x.schedule(changed).json["costs"] == v2x.schedule(night).json["costs"]
    assert changed.digest == v2x.Scenario(night).digest != scenario.digest
    assert v2x.schedule(scenario).json == before
    assert v2x.Scenario(night, changes={"tariff.export": 0.15, "vehicles[0].battery.soc_start": 0.5}).digest == scenario.digest


def test_values_of_python_and_numpy(night: dict[str, Any], scenario: v2x.Scenario) -> None:
    night["tariff"]["import"] = np.array(night["tariff"]["import"])
    night["tariff"]["export"] = np.float64(0.15)
    night["vehicles"][0]["battery"]["capacity_kwh"] = np.int64(60)
    night["horizon"] |= {"start": dt.datetime(2024, 1, 15, 18), "step": dt.timedelta(hours=1)}
    night["vehicles"] = tuple(night["vehicles"])
    assert v2x.schedule(night).json["costs"] == v2x.schedule(scenario).json["costs"]


def test_a_series_with_times_is_used_from_the_start_on(night: dict[str, Any], scenario: v2x.Scenario) -> None:
    values = night["tariff"]["import"]
    times = pd.date_range("2024-01-15T15:00", periods=15, freq="h", tz="UTC")
    series = pd.Series([9.0, 9.0, *values, 9.0], index=times)
    wanted = v2x.schedule(scenario).objective
    night["tariff"]["import"] = series
    night["tariff"]["export"] = pd.Series([0.15] * 12)
    assert v2x.schedule(night).objective == pytest.approx(wanted, abs=1e-9)
    assert v2x.schedule(scenario.changed({"tariff.import": series})).objective == pytest.approx(wanted, abs=1e-9)


def test_numbers_keep_every_digit(night: dict[str, Any], scenario: v2x.Scenario) -> None:
    for value in (1e-05, 2.5e-7, 0.1 + 0.2, 1 / 3, 123456.789):
        changed = scenario.changed({"vehicles[0].battery.ageing": {"cycle_cost": value}})
        night["vehicles"][0]["battery"]["ageing"] = {"cycle_cost": "HERE"}
        # The same number without an exponent.
        written = json.dumps(night, indent=1).replace('"HERE"', f"{value:.25f}")
        assert v2x.schedule(changed).json["costs"] == v2x.schedule(written).json["costs"]


def test_a_series_needs_a_horizon(night: dict[str, Any]) -> None:
    Path("night.yaml").write_text(json.dumps(night))
    series = pd.Series([0.1] * 12, index=pd.date_range("2024-01-15T17:00", periods=12, freq="h", tz="UTC"))
    with pytest.raises(v2x.UsageError, match="a horizon that is known"):
        v2x.Scenario("night.yaml", changes={"tariff.import": series})
    assert v2x.schedule(v2x.Scenario("night.yaml").changed({"tariff.import": series})).is_optimal


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (pd.Series([0.1, 0.2], index=pd.date_range("2024-01-15T18:00", periods=2, freq="h")), "must have a time zone"),
        (pd.Series([0.1], index=pd.date_range("2024-01-15T17:00", periods=1, freq="h", tz="UTC")), "equal steps"),
        (
            pd.Series([0.1] * 3, index=pd.DatetimeIndex(["2024-01-15T17", "2024-01-15T18", "2024-01-15T20"], tz="UTC")),
            "equal steps",
        ),
        (pd.Series([0.1] * 9, index=pd.date_range("2024-02-15", periods=9, freq="h", tz="UTC")), "has no value for"),
        (pd.Series([0.1] * 9, index=pd.date_range("2024-01-15T16:30", periods=9, freq="h", tz="UTC")), "begins at"),
        (float("nan"), "has no place in a scenario"),
        (object(), "has no place in a scenario"),
    ],
)
def test_values_that_are_none(night: dict[str, Any], series: Any, words: str) -> None:
    night["tariff"]["import"] = series
    with pytest.raises(v2x.UsageError, match=f"tariff.import.*{words}"):
        v2x.schedule(night)


def test_findings_carry_their_place(night: dict[str, Any]) -> None:
    night["vehicles"][0]["battery"]["capacity_kwh"] = -60
    night["vehicles"][0]["batery"] = {}
    with pytest.raises(v2x.InputError) as caught:
        v2x.schedule(night)
    keys = {finding.key: finding for finding in caught.value.findings}
    found = keys["vehicles[0].battery.capacity_kwh"]
    assert found.severity == "error" and found.line is None and "must be > 0 kWh" in found.message
    assert "did you mean battery" in keys["vehicles[0].batery"].message
    assert "vehicles[0].battery.capacity_kwh: must be > 0 kWh, got -60" in str(caught.value)
    Path("night.yaml").write_text("name: x\nhorizon: 3\n")
    with pytest.raises(v2x.InputError) as caught:
        v2x.Scenario("night.yaml")
    assert any(finding.file == "night.yaml" and finding.line == 2 for finding in caught.value.findings)
    with pytest.raises(v2x.InputError, match="no/such.yaml"):
        v2x.Scenario("no/such.yaml")


def test_changes_that_have_no_place(scenario: v2x.Scenario) -> None:
    with pytest.raises(v2x.InputError, match="vehicles has 1 item, not this one"):
        scenario.changed({"vehicles[7].id": "x"})
    with pytest.raises(v2x.InputError) as caught:
        scenario.changed({"tariff.exprt": 0.1})
    assert caught.value.findings[0].key == "tariff.exprt"


def test_no_schedule(night: dict[str, Any]) -> None:
    night["site"] = {"load_kw": 20, "import_limit_kw": 1}
    with pytest.raises(v2x.NoScheduleError, match="cannot hold at"):
        v2x.schedule(night)


def test_warnings_are_pythons(night: dict[str, Any]) -> None:
    night["vehicles"][0]["battery"]["ageing"] = {"cycle_cost": -0.01}
    with pytest.warns(v2x.ScenarioWarning, match="a negative cost pays for cycling") as caught:
        scenario = v2x.Scenario(night)
    assert caught[0].filename == __file__
    assert scenario.warnings[0].severity == "warning" and "cycle_cost" in scenario.warnings[0].key


def test_now(night: dict[str, Any]) -> None:
    night["horizon"] |= {"start": "now", "end": "12h"}
    night["tariff"]["import"] = 0.3
    night["vehicles"][0]["plugged"] = [{"daily": ["00:00", "24:00"]}]
    now = dt.datetime(2024, 1, 15, 18, 20, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert v2x.Scenario(night, now=now).start == now.replace(minute=0)
    assert v2x.Scenario(night, now=now).changed({}, now=now + dt.timedelta(hours=1)).start.hour == 19


def test_a_file_is_read_once(night: dict[str, Any]) -> None:
    rows = "".join(f"2024-01-15T{hour}:00+01:00,0.{hour}\n" for hour in range(18, 24))
    Path("prices.csv").write_text("time,price\n" + rows)
    night["horizon"]["end"] = "2024-01-16T00:00"
    night["tariff"]["import"] = {"file": "prices.csv", "unit": "EUR/kWh"}
    night["vehicles"][0]["plugged"][0]["to"] = "2024-01-16T00:00"
    scenario = v2x.Scenario(night, directory=".")
    before = v2x.schedule(scenario).objective
    Path("prices.csv").unlink()
    assert v2x.schedule(scenario).objective == before
    v2x.schedule(scenario.changed({"tariff.export": 0.1}))
    with pytest.raises(v2x.InputError):
        v2x.schedule(night)


def test_threads_share_a_scenario(scenario: v2x.Scenario) -> None:
    wanted = json.dumps(v2x.schedule(scenario).json)
    found: list[str] = []

    def ask() -> None:
        found.extend(json.dumps(v2x.schedule(scenario).json) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 20


def _objective(scenario: dict[str, Any]) -> float | str:
    try:
        return v2x.schedule(scenario).objective
    except v2x.V2XError as error:
        return str(error)


def test_spawned_processes_solve_and_forked_ones_say_why_not(night: dict[str, Any]) -> None:
    wanted = v2x.schedule(night).objective
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(_objective, [night]) == [wanted]
    with multiprocessing.get_context("fork").Pool(1) as pool:
        (words,) = pool.map(_objective, [night])
    assert isinstance(words, str) and "forked" in words


def test_an_exception_of_progress_cancels(scenario: v2x.Scenario) -> None:
    class Enough(Exception):
        pass

    def stop(share: float) -> None:
        raise Enough

    with pytest.raises(Enough):
        v2x.value(scenario, progress=stop)
    assert v2x.schedule(scenario).is_optimal


def test_findings_can_be_pickled() -> None:
    finding = v2x.Finding("error", "night.yaml", 3, 7, "tariff", "is wrong")
    assert pickle.loads(pickle.dumps(finding)) == finding
    assert str(finding) == "night.yaml:3:7: tariff: is wrong"
