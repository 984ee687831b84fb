"""The modes of one scenario side by side."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ._answer import Answer
from .errors import QuestionError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_ORDER = ["v2x", "v1x", "immediate", "deferred"]


class Comparison(Answer):
    """What a scenario costs with V2X, with V1X, and by rule; a mode without a schedule is left out."""

    @property
    def modes(self) -> list[str]:
        return [mode for mode in _ORDER if mode in self.json["modes"]]

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Each cost line by mode, money."""
        import pandas as pd

        lines: dict[str, None] = {}
        for mode in self.modes:
            lines |= dict.fromkeys(self._mode(mode)["costs"])
        rows = {line: [self._mode(mode)["costs"].get(line, 0.0) for mode in self.modes] for line in lines}
        return pd.DataFrame.from_dict(rows, orient="index", columns=self.modes, dtype=float).rename_axis("line")

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Objective, energies, peak, cycles and shortfall by mode."""
        import pandas as pd

        names = [
            name
            for name, value in self._mode(self.modes[0]).items()
            if isinstance(value, (int, float)) and not isinstance(value, bool)
        ]
        columns = {mode: [self._mode(mode).get(name) for name in names] for mode in self.modes}
        return pd.DataFrame(columns, index=pd.Index(names, name="figure"), dtype=float)

    @cached_property
    def true_cost(self) -> pd.DataFrame:
        """What a mode (row) costs the batteries beyond another (column), ex post, money; empty where no ageing is priced."""
        import pandas as pd

        found = {mode: self._mode(mode).get("true_cost_against", {}) for mode in self.modes}
        return pd.DataFrame.from_dict(found, orient="index", dtype=float).rename_axis("mode")

    def saving(self, mode: str = "v2x", against: str = "v1x") -> float:
        """What ``mode`` saves beside ``against``, money, wear included.

        :raises QuestionError: where one of them has no schedule.
        """
        for name in (mode, against):
            if name not in self.modes:
                raise QuestionError(f"{name} has no schedule here; modes: {', '.join(self.modes)}")
        return float(self._mode(against)["objective"]) - float(self._mode(mode)["objective"])

    def plot(self, figure: Figure | None = None) -> Figure:
        """The cost lines of each mode as stacked bars."""
        from ._plots import stacked

        return stacked(self.costs.T, self.currency, self.scenario.name, figure)

    def _mode(self, mode: str) -> dict[str, Any]:
        entry: dict[str, Any] = self.json["modes"][mode]
        return entry

    def _summary(self) -> list[tuple[str, str]]:
        return [(mode, self._money(self._mode(mode)["objective"])) for mode in self.modes]
