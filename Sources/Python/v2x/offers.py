"""Market offers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ._answer import Answer

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Offers(Answer):
    """The optimal net import of each market time unit as a function of its price, all else equal."""

    @cached_property
    def points(self) -> pd.DataFrame:
        """The corners of every curve: ``price`` and the net import ``kw`` from this price on, by the unit's start."""
        import pandas as pd

        units = [unit for unit in self.json["offers"] for _ in unit["points"]]
        points = [point for unit in self.json["offers"] for point in unit["points"]]
        frame = pd.DataFrame(
            {name: [point[name] for point in points] for name in ("price", "kw")},
            index=self._times([unit["start"] for unit in units]),
            dtype=float,
        )
        return frame

    @cached_property
    def units(self) -> pd.DatetimeIndex:
        """Start of each market time unit."""
        return self._times([unit["start"] for unit in self.json["offers"]])

    def at(self, price: float) -> pd.Series[float]:
        """Net import of each unit if its own price is ``price``, kW; below 0 it is exported. Below the floor: that at the floor."""
        import pandas as pd

        values = []
        for unit in self.json["offers"]:
            points: list[dict[str, Any]] = unit["points"]
            reached = [point for point in points if point["price"] <= price] or points[:1]
            values.append(reached[-1]["kw"])
        return pd.Series(values, index=self.units, name="kw", dtype=float)

    def plot(self, figure: Figure | None = None) -> Figure:
        """The curve of each unit that has more than one point, at most twelve."""
        from ._plots import offers

        return offers(self, figure)

    def _summary(self) -> list[tuple[str, str]]:
        units = self.json["offers"]
        points = sum(len(unit["points"]) for unit in units)
        rows = [("market time units", str(len(units))), ("points", str(points))]
        if units:
            rows.append(("length of a unit", f"{units[0]['hours'] * 60:g} min"))
        return rows
