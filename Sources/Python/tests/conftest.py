"""What several tests need."""

from __future__ import annotations

import copy
import os
from typing import Any

import matplotlib
import pytest

import v2x

matplotlib.use("Agg")

_NIGHT: dict[str, Any] = {
    "name": "a night",
    "horizon": {"start": "2024-01-15T18:00", "end": "2024-01-16T06:00", "step": "1h", "timezone": "Europe/Amsterdam"},
    "tariff": {"import": [0.4, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.4, 0.4], "export": 0.15},
    "vehicles": [
        {
            "id": "ev1",
            "battery": {"capacity_kwh": 60, "soc_start": 0.5, "soc_end": 0.7, "ageing": {"cell": "nmc"}},
            "charger": {"charge_kw": 11, "discharge_kw": 10, "charge_efficiency": 0.95, "discharge_efficiency": 0.95},
            "plugged": [{"from": "2024-01-15T18:00", "to": "2024-01-16T06:00", "departure_soc": 0.7}],
        }
    ],
}


@pytest.fixture
def night() -> dict[str, Any]:
    """One night of one car, as a dict of its own."""
    return copy.deepcopy(_NIGHT)


@pytest.fixture
def scenario(night: dict[str, Any]) -> v2x.Scenario:
    return v2x.Scenario(night)


@pytest.fixture(autouse=True)
def folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a current folder of its own."""
    monkeypatch.chdir(tmp_path)
    assert not os.listdir(tmp_path)
