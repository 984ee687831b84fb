"""Many scenarios: a base and axes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Union

from ._html import page
from ._library import SweepHandle, finding
from ._progress import Progress, told
from .errors import Finding, UsageError
from .scenario import Scenario, Source, _path_or_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Row = dict[str, Any]
Question = Literal["schedule", "compare", "value", "simulate"]
Combination = Literal["grid", "zip", "each"]


class Sweep(Iterator[Row]):
    """The runs of a sweep, as dicts with a key a column, in the order in which they end.

    Runs begin with the first row that is asked for, on all cores. What came stays in ``rows``.
    """

    def __init__(self, handle: SweepHandle, progress: Progress = None) -> None:
        self._handle = handle
        self._progress = told(progress, "sweep")
        self._waiting: deque[Row] = deque()
        self._has_ended = False
        #: What came so far.
        self.rows: list[Row] = []

    @property
    def name(self) -> str:
        return str(self._handle.report["name"])

    @property
    def currency(self) -> str:
        return str(self._handle.report["currency"])

    @property
    def question(self) -> str:
        """``schedule``, ``compare``, ``value`` or ``simulate``."""
        return str(self._handle.report["question"])

    @property
    def axes(self) -> list[str]:
        """Columns of the axes."""
        return list(self._handle.report["axes"])

    @property
    def columns(self) -> list[str]:
        """``run``, the axes, and what was found."""
        return list(self._handle.report["columns"])

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding(entry) for entry in self._handle.report["warnings"])

    def __len__(self) -> int:
        """Number of runs."""
        return int(self._handle.report["count"])

    def __next__(self) -> Row:
        while not self._waiting:
            if self._has_ended:
                raise StopIteration
            batch = self._handle.next()
            self._has_ended = batch["is_finished"]
            columns = self._handle.report["columns"]
            self._waiting.extend(dict(zip(columns, row)) for row in batch["rows"])
            if self._progress:
                self._progress(batch["done"] / max(1, batch["count"]))
        row = self._waiting.popleft()
        self.rows.append(row)
        return row

    def frame(self) -> pd.DataFrame:
        """All runs, in order; runs what has not run yet. A run without a schedule has ``status`` and ``error``."""
        import pandas as pd

        for _ in self:
            pass
        rows = sorted(self.rows, key=lambda row: int(row["run"]))
        return pd.DataFrame(rows, columns=self.columns).set_index("run")

    def tornado(self, value: str | None = None) -> pd.DataFrame:
        """What each axis moves, the largest first: ``from``, ``to`` (its lowest and highest value), ``at_from``, ``at_to`` (the
        result there) and ``moves``. ``attrs["middle"]`` is the result that is moved.

        With ``combine="each"`` the other axes are as in the base scenario; else results are means over them. Of an axis of
        names, ``from`` and ``to`` are those with the least and the greatest result.

        :param value: the column that is moved; by default the one that the question is about.
        """
        import pandas as pd

        wanted = value or str(self._handle.report["usual_value"])
        if wanted not in self.columns:
            raise UsageError(f"a sweep of {self.question} has no column {wanted}")
        frame = self.frame()
        frame = frame[frame[wanted].notna() | (frame.index == 0)]
        alone = self._handle.report["one_at_a_time"]
        rows: list[dict[str, Any]] = []
        for axis in self.axes:
            chosen = frame
            for other in alone:
                if other != axis:
                    chosen = chosen[chosen[other] == frame.loc[0, other]]
            numbers = pd.to_numeric(chosen[axis], errors="coerce")
            if axis in alone and frame.loc[0, axis] == "base" and numbers.notna().any():
                # What the base does not say has no place among numbers.
                chosen, numbers = chosen[numbers.notna()], numbers.dropna()
            means = chosen.groupby(axis if numbers.isna().any() else numbers)[wanted].mean().dropna()
            if numbers.isna().any():
                means = means.sort_values()
            if len(means) > 1:
                low, high = means.iloc[0], means.iloc[-1]
                ends = {"from": means.index[0], "to": means.index[-1], "at_from": low, "at_to": high}
                rows.append({"axis": axis, **ends, "moves": abs(high - low)})
        middle = frame
        for other in alone:
            middle = middle[middle[other] == frame.loc[0, other]]
        columns = ["axis", "from", "to", "at_from", "at_to", "moves"]
        found = pd.DataFrame(rows, columns=columns).sort_values("moves", ascending=False, kind="stable").set_index("axis")
        found.attrs |= {"middle": float(middle[wanted].mean()), "value": wanted}
        return found

    def plot(self, value: str | None = None, figure: Figure | None = None) -> Figure:
        """``tornado`` as bars to both sides of the result that is moved."""
        from ._plots import tornado

        return tornado(self, self.tornado(value), figure)

    def close(self) -> None:
        """Ends the sweep after the runs that are going on."""
        self._has_ended = True
        self._waiting.clear()
        self._handle.close()

    def __enter__(self) -> Sweep:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<v2x.Sweep {self.name!r}: {len(self.rows)} of {len(self)} runs, axes {', '.join(self.axes)}>"

    def _repr_html_(self) -> str:
        return page(self.name, [("runs", f"{len(self.rows)} of {len(self)}"), ("axes", ", ".join(self.axes))])


def sweep(
    sweep: Union[str, os.PathLike[str], Mapping[str, Any], Sequence[Mapping[str, Any]]],
    base: Source | None = None,
    *,
    question: Question | None = None,
    combine: Combination | None = None,
    base_directory: str | os.PathLike[str] | None = None,
    threads: int | None = None,
    progress: Progress = None,
) -> Sweep:
    """Many scenarios on all cores, row by row.

    >>> axes = [{"path": "vehicles[0].charger.discharge_kw", "values": [0, 3.7, 11]}, {"cells": ["nmc", "lfp"]}]
    >>> v2x.sweep(axes, "night.yaml").frame()

    :param sweep: a sweep's file, its keys as a dict, or its list of axes.
    :param base: the scenario that every run begins with; by default what the sweep's key ``base`` names.
    :param question: what each run answers, with a list of axes: ``schedule`` (the default), ``compare``, ``value`` or ``simulate``.
    :param combine: how a list of axes is combined: ``grid`` (the default), ``zip``, or ``each`` (one at a time, the others as in
        the base, for :meth:`Sweep.tornado`).
    :param base_directory: where relative paths in a base that is a dict or text start from; the current folder.
    :param threads: runs at a time; by default as many as there are cores.
    :raises InputError: with every finding.
    """
    options: dict[str, Any] = {"threads": threads}
    if base is not None:
        options |= _base(base, base_directory)
    is_axes = not isinstance(sweep, (str, os.PathLike, Mapping))
    keys = {key: word for key, word in (("question", question), ("combine", combine)) if word is not None}
    if keys and not is_axes:
        raise UsageError(f"{' and '.join(keys)} go with a list of axes: a sweep says them itself")
    path, text = _path_or_text({**keys, "axes": sweep} if is_axes else sweep)  # type: ignore[arg-type]
    name = None if path else "<text>" if isinstance(sweep, str) else "<dict>"
    return Sweep(SweepHandle(text, path=path, name=name, **options), progress)


def _base(base: Source, directory: str | os.PathLike[str] | None) -> dict[str, Any]:
    folder = None if directory is None else os.fspath(directory)
    if isinstance(base, Scenario):
        if base._is_changed:
            raise UsageError("a base with changes cannot be swept: give the file or dict, and each change as an axis")
        path, text = base._source
        return {"base_path": path} if path else {"base": text, "base_directory": folder or base._directory}
    path, text = _path_or_text(base)
    return {"base_path": path} if path else {"base": text, "base_directory": folder}
