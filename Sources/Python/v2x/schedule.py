"""Schedules."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ._answer import Answer

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Schedule(Answer):
    """A schedule with its costs, and what it does to each battery."""

    @property
    def mode(self) -> str:
        """``v2x``, ``v1x``, ``immediate`` or ``deferred``."""
        return str(self.json["mode"])

    @property
    def status(self) -> str:
        """``optimal`` where it is proven that nothing is cheaper, else ``feasible``."""
        return str(self.json["status"])

    @property
    def is_optimal(self) -> bool:
        return self.status == "optimal"

    @property
    def objective(self) -> float:
        """The sum of the costs."""
        return float(self.json["objective"])

    @property
    def bound(self) -> float | None:
        """No schedule costs less than this (its hurdle included); None where no bound is known."""
        return self.json.get("bound")

    @property
    def gap(self) -> float | None:
        """Between the costs and the bound, relative; 0 where it is proven."""
        return self.json.get("gap")

    @property
    def seconds(self) -> float | None:
        """What the solver took; None where ``shows_seconds`` was not asked for."""
        return float(self.json["solver"]["seconds"]) or None

    @cached_property
    def power(self) -> pd.DataFrame:
        """Net power of each vehicle, battery and flexible load in each step, kW at the AC side; charging is above 0."""
        import pandas as pd

        columns = {
            entry["id"]: [charge - discharge for charge, discharge in zip(entry["charge_kw"], entry["discharge_kw"])]
            for entry in self._stores
        }
        for load in self.json.get("loads", []):
            # A load may have a vehicle's name.
            name = load["id"]
            columns[name if name not in columns else f"{name} (load)"] = load["kw"]
        return pd.DataFrame(columns, index=self.scenario.times, dtype=float)

    @cached_property
    def charge(self) -> pd.DataFrame:
        """Charging power of each vehicle and battery, kW."""
        return self._by_store("charge_kw")

    @cached_property
    def discharge(self) -> pd.DataFrame:
        """Discharging power of each vehicle and battery, kW."""
        return self._by_store("discharge_kw")

    @cached_property
    def energy(self) -> pd.DataFrame:
        """Energy in each battery at the boundaries of the steps, kWh: one row more than there are steps."""
        return self._by_store("energy_kwh")

    @cached_property
    def soc(self) -> pd.DataFrame:
        """State of charge of each battery at the boundaries of the steps, 0 to 1: one row more than there are steps."""
        return self._by_store("soc")

    @cached_property
    def site(self) -> pd.DataFrame:
        """The connection in each step: ``import_kw``, ``export_kw``, ``curtailed_kw``, and what a kWh costs and earns."""
        import pandas as pd

        columns = dict(self.json["site"])
        prices = self.json.get("prices") or {}
        columns |= {f"{name}_price": values for name, values in prices.items()}
        return pd.DataFrame(columns, index=self.scenario.times, dtype=float)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Each cost line, money; the lines sum to ``objective``."""
        import pandas as pd

        index = pd.Index(self.json["costs"], name="line")
        return pd.DataFrame({self.currency: list(self.json["costs"].values())}, index=index, dtype=float)

    @cached_property
    def shortfalls(self) -> pd.DataFrame:
        """Targets that are not reached, one a row; empty where all are."""
        import pandas as pd

        names = ["at", "vehicle", "load", "kind", "kwh", "reached_soc", "reachable_soc"]
        found = self.json["shortfalls"]
        frame = pd.DataFrame([[entry.get(name) for name in names] for entry in found], columns=names)
        frame["at"] = self._times([entry["at"] for entry in found])
        return frame

    @cached_property
    def degradation(self) -> pd.DataFrame:
        """Of each battery whose ageing is priced: relative capacity lost, and what it costs beyond the baseline, money."""
        import pandas as pd

        names = ["calendar_loss", "cycle_loss", "baseline_loss", "true_cost", "linearisation_gap"]
        found = self.json.get("degradation") or {}
        index = pd.Index(list(found), name="vehicle", dtype=object)
        return pd.DataFrame([[entry[name] for name in names] for entry in found.values()], index, names, dtype=float)

    @property
    def _stores(self) -> list[dict[str, Any]]:
        # Stationary batteries have a key of their own.
        return list(self.json["vehicles"]) + list(self.json.get("batteries") or [])

    def _by_store(self, name: str) -> pd.DataFrame:
        import pandas as pd

        columns = {entry["id"]: entry[name] for entry in self._stores}
        index = self.scenario.boundaries if name in ("soc", "energy_kwh") else self.scenario.times
        return pd.DataFrame(columns, index=index, dtype=float)

    def plot(self, figure: Figure | None = None) -> Figure:
        """Prices, power and state of charge, one above the other."""
        from ._plots import schedule

        return schedule(self, figure)

    def _title(self) -> str:
        return f"{self.scenario.name}: {self.mode.upper() if self.mode in ('v2x', 'v1x') else self.mode}"

    def _summary(self) -> list[tuple[str, str]]:
        lines = [(line, self._money(amount)) for line, amount in self.json["costs"].items()]
        proof = "optimal, proven" if self.is_optimal else f"feasible, gap {self.gap:.2g}" if self.gap else "feasible"
        rows = [("total", self._money(self.objective)), ("status", proof)] + lines
        for entry in self._stores[:10]:
            rows.append((f"{entry['id']} at the end", f"{entry['soc'][-1]:.1%}"))
        return rows

    def _note(self) -> str:
        missing = float(self.json["shortfall_kwh"])
        return f"{missing:.2f} kWh of its targets are not reached: see shortfalls" if missing > 0 else ""
