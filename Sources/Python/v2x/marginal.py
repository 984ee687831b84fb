"""The marginal cost of V2X."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from ._answer import Answer

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Side = Literal["deliver", "absorb"]


class MarginalCosts(Answer):
    """What one kWh (AC) more out of a vehicle in a step costs, and what one less saves, money per kWh."""

    @cached_property
    def deliver(self) -> pd.DataFrame:
        """Cost of delivering a kWh more, by vehicle and step; NaN where none can be (see ``blocked``)."""
        return self._totals("deliver")

    @cached_property
    def absorb(self) -> pd.DataFrame:
        """What absorbing a kWh more saves, by vehicle and step; NaN where none can be."""
        return self._totals("absorb")

    def parts(self, vehicle: str, side: Side = "deliver") -> pd.DataFrame:
        """The same of one vehicle, split by where the cost arises; ``total`` is the sum. NaN where there is none."""
        import pandas as pd

        sides = self._vehicle(vehicle)[side]
        rows = [{} if one is None else {**one["parts"], "total": one["total"]} for one in sides]
        frame = pd.DataFrame(rows, index=self.scenario.times, dtype=float)
        present = frame["total"].notna() if "total" in frame else pd.Series(False, index=frame.index)
        frame.loc[present] = frame.loc[present].fillna(0.0)
        return frame[[name for name in frame if name != "total"] + [name for name in frame if name == "total"]]

    def blocked(self, side: Side = "deliver") -> pd.DataFrame:
        """Why a vehicle can give (or take) no kWh more in a step; empty where it can."""
        import pandas as pd

        columns = {
            entry["id"]: [reason or "" for reason in entry[f"{side}_blocked_by"]] for entry in self.json["vehicles"]
        }
        return pd.DataFrame(columns, index=self.scenario.times)

    def plot(self, figure: Figure | None = None) -> Figure:
        """The cost of delivering and of absorbing over time, beside the import price."""
        from ._plots import marginal

        return marginal(self, figure)

    def _vehicle(self, vehicle: str) -> dict[str, Any]:
        for entry in self.json["vehicles"]:
            if entry["id"] == vehicle:
                found: dict[str, Any] = entry
                return found
        raise KeyError(vehicle)

    def _totals(self, side: Side) -> pd.DataFrame:
        import pandas as pd

        columns = {
            entry["id"]: [None if one is None else one["total"] for one in entry[side]]
            for entry in self.json["vehicles"]
        }
        return pd.DataFrame(columns, index=self.scenario.times, dtype=float)

    def _summary(self) -> list[tuple[str, str]]:
        rows = []
        for entry in self.json["vehicles"][:10]:
            costs = [one["total"] for one in entry["deliver"] if one is not None]
            span = f"{min(costs):.4f} to {max(costs):.4f} {self.currency}/kWh" if costs else "none"
            rows.append((f"{entry['id']}, a kWh delivered", span))
        return rows
