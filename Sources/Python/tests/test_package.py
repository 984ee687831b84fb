"""The package itself: what it loads, and the examples of its documentation."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata

import pytest

import v2x


def test_pandas_and_matplotlib_are_loaded_late() -> None:
    code = "import sys, v2x; print([name for name in ('pandas', 'numpy', 'matplotlib') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_version_is_the_librarys() -> None:
    assert v2x.__version__ == v2x.version() == metadata.version("v2x")


def _examples() -> list[str]:
    text = metadata.metadata("v2x").get_payload()
    assert isinstance(text, str)
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_the_examples_of_the_documentation_run(capsys: pytest.CaptureFixture[str]) -> None:
    examples = _examples()
    assert len(examples) >= 7
    # One after the other, as they are read.
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, "README.md", "exec"), names)
    assert "capacity_kwh" in capsys.readouterr().out


def test_every_public_name_is_documented() -> None:
    assert all(getattr(v2x, name).__doc__ for name in v2x.__all__)
