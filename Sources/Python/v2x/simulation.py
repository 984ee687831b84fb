"""A long horizon lived day by day."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._answer import Answer

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Simulation(Answer):
    """V2X, V1X and uncontrolled charging over the horizon, with batteries that age meanwhile.

    Money and energy of ``costs`` and ``figures`` are per year; losses of capacity are those of the horizon.
    """

    @property
    def days(self) -> float:
        """Length of the horizon."""
        return float(self.json["days"])

    @property
    def modes(self) -> list[str]:
        return list(self.json["runs"])

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Each cost line by mode, money per year."""
        import pandas as pd

        columns = {mode: run["costs"] for mode, run in self.json["runs"].items()}
        return pd.DataFrame(columns, dtype=float).fillna(0.0).rename_axis("line")

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Total, energies, cycles, losses of capacity and more by mode."""
        import pandas as pd

        names: dict[str, None] = {}
        for run in self.json["runs"].values():
            names |= {name: None for name, value in run.items() if isinstance(value, (int, float))}
        columns = {mode: [run.get(name) for name in names] for mode, run in self.json["runs"].items()}
        return pd.DataFrame(columns, index=pd.Index(list(names), name="figure"), dtype=float)

    @cached_property
    def years_to_end_of_life(self) -> pd.DataFrame:
        """By vehicle and mode, were this horizon repeated; NaN beyond 100 years."""
        import pandas as pd

        columns = {mode: run["years_to_end_of_life"] for mode, run in self.json["runs"].items()}
        return pd.DataFrame(columns, index=pd.Index(self.scenario.vehicles, name="vehicle"), dtype=float)

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Day by day and mode by mode; each cost line is a column ``cost_LINE``."""
        import pandas as pd

        days = self.json["daily"]
        rows = [
            {name: value for name, value in day.items() if name not in ("start", "costs")}
            | {f"cost_{line}": amount for line, amount in day["costs"].items()}
            for day in days
        ]
        return pd.DataFrame(rows, index=self._times([day["start"] for day in days]))

    @property
    def without_schedule(self) -> dict[str, str]:
        """Why a mode is absent."""
        return dict(self.json.get("without_schedule") or {})

    def plot(self, figure: Figure | None = None) -> Figure:
        """Costs added up over the days, mode by mode, and the loss of capacity."""
        from ._plots import simulation

        return simulation(self, figure)

    def _summary(self) -> list[tuple[str, str]]:
        rows = [("days", f"{self.days:g}")]
        return rows + [
            (f"{mode}, per year", f"{run['total']:,.2f} {self.currency}") for mode, run in self.json["runs"].items()
        ]
