"""Small tables for notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def page(title: str, rows: Iterable[tuple[str, str]], note: str = "") -> str:
    """A title, rows of a name and a figure, and a note."""
    body = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th><td style="text-align:right">{escape(figure)}</td></tr>'
        for name, figure in rows
    )
    end = f"<p>{escape(note)}</p>" if note else ""
    return f"<div><b>{escape(title)}</b><table>{body}</table>{end}</div>"
