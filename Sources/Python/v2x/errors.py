"""What can go wrong, each kind as a class of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something about a scenario that its author should know, and where it is."""

    severity: str  #: "error" or "warning"
    file: str  #: as it was named; "<dict>" where the scenario is a dict
    line: int | None  #: from 1; None in a dict, or where the finding is about the file as a whole
    column: int | None  #: from 1
    key: str  #: such as "vehicles[0].battery.capacity_kwh"; empty where the finding is about the whole
    message: str  #: what is wrong, without place and key

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}" + (f":{self.column}" if self.column is not None else "")
        kind = "warning: " if self.severity == "warning" else ""
        return f"{place}: {kind}" + (f"{self.key}: " if self.key else "") + self.message


class V2XError(Exception):
    """The base of everything that this package raises."""


class InputError(V2XError):
    """The scenario or sweep is wrong, or cannot be read. ``findings`` holds all that is known at once."""

    #: More are counted in the text, and not shown.
    _MOST_SHOWN = 20

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        self.findings = tuple(findings)
        shown = [str(finding) for finding in self.findings[: self._MOST_SHOWN]]
        if len(self.findings) > self._MOST_SHOWN:
            shown.append(f"and {len(self.findings) - self._MOST_SHOWN} more: see findings")
        super().__init__("\n".join(shown) if shown else message)


class NoScheduleError(V2XError):
    """No schedule keeps the hard limits. The text names the limit, the time and the amount."""


class LimitError(V2XError):
    """A time limit was reached before there was a schedule."""


class QuestionError(V2XError):
    """The question makes no sense for this scenario, such as the marginal cost of a rule."""


class SolverError(V2XError):
    """The solver failed."""


class CancelledError(V2XError):
    """The question was cancelled."""


class UsageError(V2XError, ValueError):
    """An argument that is not known, or out of its range."""


class ScenarioWarning(UserWarning):
    """A finding that does not stop the scenario, shown once it is read."""
