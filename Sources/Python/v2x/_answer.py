"""What all answers have in common."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ._html import page
from .scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


class Answer:
    """The answer to a question about a scenario.

    ``json`` holds it as the command line writes it with ``--format json``; tables are made of it when they are asked for.
    """

    def __init__(self, scenario: Scenario, json: dict[str, Any]) -> None:
        self.scenario = scenario
        self.json = json

    @property
    def currency(self) -> str:
        return str(self.json["currency"])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes ``json`` to a file; ``v2x verify`` and ``v2x diff`` read that of a schedule."""
        import json

        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.json, file, indent=2, sort_keys=True, ensure_ascii=False)
            file.write("\n")

    def _times(self, texts: list[str]) -> pd.DatetimeIndex:
        """Times of the answer in the scenario's zone."""
        import pandas as pd

        index = pd.DatetimeIndex(pd.to_datetime(texts, utc=True), name="time")
        return index.tz_convert(self.scenario.time_zone)

    def _summary(self) -> list[tuple[str, str]]:
        return []

    def _note(self) -> str:
        return ""

    def _title(self) -> str:
        return f"{self.scenario.name}: {type(self).__name__.lower()}"

    def _money(self, amount: float) -> str:
        return f"{amount:,.4f} {self.currency}"

    def __repr__(self) -> str:
        figures = ", ".join(f"{name} {figure}" for name, figure in self._summary()[:4])
        return f"<v2x.{type(self).__name__} of {self.scenario.name!r}: {figures}>"

    def _repr_html_(self) -> str:
        return page(self._title(), self._summary(), self._note())
