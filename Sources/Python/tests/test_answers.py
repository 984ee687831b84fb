"""The other questions as tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

import v2x


def test_a_comparison_is_of_the_schedules(scenario: v2x.Scenario) -> None:
    comparison = v2x.compare(scenario)
    assert comparison.modes == ["v2x", "v1x", "immediate", "deferred"]
    assert comparison.figures.loc["objective", "v2x"] == pytest.approx(v2x.schedule(scenario).objective, abs=1e-8)
    pd.testing.assert_series_equal(
        comparison.costs.sum(), comparison.figures.loc["objective"], check_names=False, atol=1e-7
    )
    wanted = v2x.schedule(scenario, "v1x").objective - v2x.schedule(scenario).objective
    assert comparison.saving() == pytest.approx(wanted, abs=1e-7) and wanted > 0
    degradation = {mode: v2x.schedule(scenario, mode).degradation.loc["ev1", "true_cost"] for mode in ("v2x", "v1x")}
    assert comparison.true_cost.loc["v2x", "v1x"] == pytest.approx(degradation["v2x"] - degradation["v1x"], abs=1e-8)
    assert comparison.plot().axes[0].get_ylabel() == "EUR"
    with pytest.raises(v2x.QuestionError, match="has no schedule here"):
        comparison.saving("v3x")


def test_marginal_costs_are_slopes_of_the_optimum(scenario: v2x.Scenario) -> None:
    found = v2x.marginal(scenario)
    parts = found.parts("ev1")
    assert list(found.deliver) == ["ev1"] and len(found.deliver) == 12
    pd.testing.assert_series_equal(parts["total"], found.deliver["ev1"], check_names=False)
    pd.testing.assert_series_equal(
        parts.drop(columns="total").sum(axis=1, min_count=1), parts["total"], check_names=False, atol=1e-8
    )
    blocked = found.blocked()["ev1"]
    assert ((blocked != "") == found.deliver["ev1"].isna()).all()
    assert len(found.plot().axes) == 2
    with pytest.raises(KeyError):
        found.parts("ev2")


def test_offers_fall_with_the_price(scenario: v2x.Scenario) -> None:
    found = v2x.offers(scenario, unit=dt.timedelta(hours=2), floor=0, cap=1)
    assert len(found.units) == 6 and str(found.units.tz) == "Europe/Amsterdam"
    for _, curve in found.points.groupby(level=0):
        assert curve["price"].is_monotonic_increasing and curve["kw"].is_monotonic_decreasing
    cheap, dear = found.at(0), found.at(1)
    assert (cheap >= dear).all() and cheap.max() == pytest.approx(11) and dear.min() < 0
    first = found.points.iloc[[0]]
    assert found.at(float(first["price"].iloc[0])).iloc[0] == first["kw"].iloc[0]
    assert found.plot().axes[0].get_ylabel() == "net import, kW"


def test_options_that_are_no_numbers(scenario: v2x.Scenario) -> None:
    with pytest.raises(v2x.UsageError, match="not a finite number"):
        v2x.offers(scenario, cap=float("inf"))
    with pytest.raises(v2x.QuestionError, match="the cap must be above the floor"):
        v2x.offers(scenario, floor=1, cap=0)


def test_value(scenario: v2x.Scenario) -> None:
    told: list[float] = []
    found = v2x.value(scenario, progress=told.append)
    assert found.figures.loc["net", "v2x"] >= found.figures.loc["net", "v1x"]
    assert found.streams.loc["arbitrage", ("v2x", "first")] > 0
    saved = found.bills["uncontrolled"] - found.bills["v2x"]
    assert saved.drop("wear").sum() == pytest.approx(found.figures.loc["gross", "v2x"], rel=1e-9)
    assert told[-1] == 1 and found.without_schedule == {}
    assert len(found.plot().axes) == 1


def test_explanations(scenario: v2x.Scenario) -> None:
    found = v2x.explain(scenario)
    plan = v2x.schedule(scenario)
    assert len(found.steps) == 12 and set(found.steps["vehicle"]) == {"ev1"}
    charging = found.steps[found.steps["action"] == "charge"]
    assert charging["kw"].to_numpy() == pytest.approx(plan.charge.loc[charging.index, "ev1"].to_numpy(), abs=1e-8)
    assert {"kind", "price"} <= set(found.limits.columns) and len(found.limits) >= 1
    assert "steps held by" in found._repr_html_()


def test_a_simulation(night: dict[str, Any]) -> None:
    night["horizon"] |= {"end": "2024-01-18T18:00"}
    night["tariff"]["import"] = {"hours": [{"from": "00:00", "to": "04:00", "value": 0.1}, {"value": 0.4}]}
    del night["vehicles"][0]["battery"]["soc_end"]
    night["vehicles"][0]["plugged"] = [{"daily": ["18:00", "06:00"], "departure_soc": 0.7, "trip_kwh": 9}]
    found = v2x.simulate(night)
    assert found.days == 3 and set(found.modes) == {"v2x", "v1x", "immediate"}
    assert len(found.daily) == 3 * len(found.modes)
    days = found.daily[found.daily["mode"] == "v2x"]
    assert days["total"].sum() * 365.25 / 3 == pytest.approx(found.figures.loc["total", "v2x"], rel=1e-6)
    assert found.costs["v2x"].sum() == pytest.approx(found.figures.loc["total", "v2x"], rel=1e-8)
    assert isinstance(days.index, pd.DatetimeIndex) and str(days.index.tz) == "Europe/Amsterdam"
    assert list(found.years_to_end_of_life.index) == ["ev1"]
    assert len(found.plot().axes) == 2
    informed = v2x.simulate(night, horizon=dt.timedelta(hours=72), commit=dt.timedelta(hours=72))
    assert informed.figures.loc["total", "v2x"] <= found.figures.loc["total", "v2x"] + 1e-6


def test_progress_as_a_line(scenario: v2x.Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    v2x.value(scenario, progress=True)
    assert capsys.readouterr().err.endswith("value 100 %\n")


def test_rules_have_no_marginal_cost(scenario: v2x.Scenario) -> None:
    with pytest.raises(v2x.QuestionError, match="is a rule"):
        v2x.marginal(scenario, "immediate")
