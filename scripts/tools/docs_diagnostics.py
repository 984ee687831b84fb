"""Prints what DocC found, and fails where there is anything: docs_diagnostics.py DIAGNOSTICS.json

A doc comment describes all parameters or none: those whose names tell everything need no words, but where one is described, the reader
looks for the others too.
"""

import json
import pathlib
import sys

found = json.loads(pathlib.Path(sys.argv[1]).read_text())["diagnostics"]
for one in found:
    line = one.get("range", {}).get("start", {}).get("line", 0)
    print(f"{one.get('source', '')}:{line}: {one['severity']}: {one['summary']}", file=sys.stderr)
sys.exit(1 if found else 0)
