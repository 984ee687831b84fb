"""Optimal charge schedules for vehicle-to-anything, and what they really cost the battery.

>>> import v2x
>>> plan = v2x.schedule("night.yaml")        # or a dict, or a v2x.Scenario
>>> plan.power, plan.soc, plan.costs         # pandas DataFrames
>>> plan.plot()

Powers are in kW at the AC side (charging and import above 0), energy in kWh, money in the scenario's currency. pandas is loaded
when the first DataFrame is asked for, matplotlib with the first plot.
"""

from ._library import library_path, version
from .cells import Cell, FitError, FitWarning
from .comparison import Comparison
from .errors import (
    CancelledError,
    Finding,
    InputError,
    LimitError,
    NoScheduleError,
    QuestionError,
    ScenarioWarning,
    SolverError,
    UsageError,
    V2XError,
)
from .explanation import Explanation
from .marginal import MarginalCosts
from .offers import Offers
from .questions import compare, explain, marginal, offers, schedule, schedules, simulate, value
from .scenario import Scenario
from .schedule import Schedule
from .simulation import Simulation
from .sweeps import Sweep, sweep
from .worth import Worth

__version__ = version()

__all__ = [
    "CancelledError",
    "Cell",
    "Comparison",
    "Explanation",
    "Finding",
    "FitError",
    "FitWarning",
    "InputError",
    "LimitError",
    "MarginalCosts",
    "NoScheduleError",
    "Offers",
    "QuestionError",
    "Scenario",
    "ScenarioWarning",
    "Schedule",
    "Simulation",
    "SolverError",
    "Sweep",
    "UsageError",
    "V2XError",
    "Worth",
    "compare",
    "explain",
    "library_path",
    "marginal",
    "offers",
    "schedule",
    "schedules",
    "simulate",
    "sweep",
    "value",
    "version",
]
