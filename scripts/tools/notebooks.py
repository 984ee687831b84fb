"""Executes the notebooks of the Python package: notebooks.py ROOT [--check]"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs, and without what differs from run to run or machine to machine."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    # Its connection stays on this machine: nothing to warn of.
    quiet = ["--IPKernelApp.log_level=ERROR"]
    NotebookClient(notebook, timeout=1200, kernel_name="python3", extra_arguments=quiet, resources=resources).execute()
    for number, cell in enumerate(notebook.cells):
        cell.metadata = {}
        cell.id = f"cell-{number}"
        for output in cell.get("outputs", []):
            # "<Figure size ...>" beside the picture.
            if "image/png" in output.get("data", {}):
                output["data"].pop("text/plain", None)
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return notebook


def texts(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """What each cell prints or shows, without pictures: fonts differ from machine to machine."""
    shown = []
    for cell in notebook.cells:
        found = [output.get("text", "") for output in cell.get("outputs", [])]
        found += [output["data"].get("text/plain", "") for output in cell.get("outputs", []) if "data" in output]
        shown.append(found)
    return shown


def main() -> None:
    root, checks = Path(sys.argv[1]), "--check" in sys.argv[2:]
    # A font cache and the like belong to the run, not to a user's home.
    os.environ["MPLCONFIGDIR"] = tempfile.mkdtemp()
    failed = False
    for path in sorted((root / "Sources/Python/notebooks").glob("*.ipynb")):
        notebook = executed(path)
        written = nbformat.writes(notebook) + "\n"
        for place in (str(root), str(Path.home()), tempfile.gettempdir()):
            if place in written:
                sys.exit(f"{path.name} shows a path of this machine: {place}")
        if checks:
            if texts(notebook) != texts(nbformat.read(path, as_version=4)):
                print(f"{path.name}: its outputs changed: run scripts/notebooks and look at them", file=sys.stderr)
                failed = True
        else:
            path.write_text(written, encoding="utf-8")
        print(f"{path.name}: {len(written) // 1000} kB")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
