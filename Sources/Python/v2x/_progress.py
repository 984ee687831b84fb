"""Progress of long questions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeAlias, Union

#: A function that is told the share that is done (0 to 1), or True for a line on standard error.
Progress: TypeAlias = Union[Callable[[float], None], bool, None]


def told(progress: Progress, title: str) -> Callable[[float], None] | None:
    """The function behind ``progress``."""
    if progress is None or progress is False:
        return None
    return _Line(title) if progress is True else progress


class _Line:
    """A line on standard error that is written again for each whole per cent."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._shown = -1

    def __call__(self, share: float) -> None:
        percent = int(share * 100)
        if percent > self._shown:
            self._shown = percent
            end = "\n" if percent >= 100 else ""
            print(f"\r{self._title} {percent:3d} %", end=end, file=sys.stderr, flush=True)
