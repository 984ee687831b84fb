"""Why a schedule is what it is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._answer import Answer

if TYPE_CHECKING:
    import pandas as pd


class Explanation(Answer):
    """The price at which each step would change, and what each target and limit costs."""

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Vehicle by vehicle and step by step.

        ``action`` and ``kw``; ``take_price`` and ``give_price``: what a kWh costs and earns by the tariff;
        ``takes_more_below`` and ``gives_more_above``: the prices at which it would do more (NaN: it cannot);
        ``held_by``: what holds it.
        """
        import pandas as pd

        names = ["vehicle", "action", "kw", "take_price", "give_price", "takes_more_below", "gives_more_above"]
        names += ["beyond_tariff", "held_by"]
        found = self.json["steps"]
        columns = {name: [step.get(name) for step in found] for name in names}
        frame = pd.DataFrame(columns, index=self._times([step["at"] for step in found]))
        numbers = [name for name in names if name not in ("vehicle", "action", "held_by")]
        return frame.astype(dict.fromkeys(numbers, float))

    @cached_property
    def limits(self) -> pd.DataFrame:
        """What a unit more or less of each target and limit is worth, money: ``kind``, ``vehicle``, ``amount``, ``price``."""
        import pandas as pd

        found = self.json["shadow_prices"]
        names: dict[str, None] = dict.fromkeys(["kind", "vehicle", "at", "amount", "price"])
        for entry in found:
            names |= dict.fromkeys(entry)
        return pd.DataFrame([[entry.get(name) for name in names] for entry in found], columns=list(names))

    def _summary(self) -> list[tuple[str, str]]:
        held: dict[str, int] = {}
        for step in self.json["steps"]:
            held[step["held_by"]] = held.get(step["held_by"], 0) + 1
        rows = [(f"steps held by {reason}", str(count)) for reason, count in sorted(held.items())]
        return rows + [("targets and limits with a price", str(len(self.json["shadow_prices"])))]
