"""What each value stream is worth."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._answer import Answer

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Worth(Answer):
    """What V1X and V2X are worth beside uncontrolled charging, stream by stream, money per vehicle and year."""

    @cached_property
    def streams(self) -> pd.DataFrame:
        """Worth of each stream where it is the first or the last to be added, by mode."""
        import pandas as pd

        modes = list(self.json["modes"])
        columns = pd.MultiIndex.from_product([modes, ["first", "last"]], names=["mode", "added"])
        rows = [
            [stream["worth"].get(mode, {}).get(place) for mode, place in columns] for stream in self.json["streams"]
        ]
        index = pd.Index([stream["stream"] for stream in self.json["streams"]], name="stream")
        return pd.DataFrame(rows, index, columns, dtype=float)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """``gross``, ``true_degradation_cost``, ``net`` and more by mode."""
        import pandas as pd

        modes = self.json["modes"]
        names = [name for name, value in next(iter(modes.values())).items() if isinstance(value, (int, float))]
        columns = {mode: [entry.get(name) for name in names] for mode, entry in modes.items()}
        return pd.DataFrame(columns, index=pd.Index(names, name="figure"), dtype=float)

    @cached_property
    def bills(self) -> pd.DataFrame:
        """Each line of a year's bill by mode; ``uncontrolled`` too."""
        import pandas as pd

        columns = {mode: entry["bill"] for mode, entry in self.json["modes"].items()}
        columns["uncontrolled"] = self.json["uncontrolled"]
        return pd.DataFrame(columns, dtype=float).fillna(0.0).rename_axis("line")

    @property
    def without_schedule(self) -> dict[str, str]:
        """Why a mode is absent."""
        return dict(self.json.get("without_schedule") or {})

    def plot(self, figure: Figure | None = None) -> Figure:
        """The bills as stacked bars."""
        from ._plots import stacked

        return stacked(self.bills.T, f"{self.currency} per vehicle and year", self.scenario.name, figure)

    def _summary(self) -> list[tuple[str, str]]:
        return [
            (f"{mode}, net per vehicle and year", f"{entry['net']:,.2f} {self.currency}")
            for mode, entry in self.json["modes"].items()
        ]
