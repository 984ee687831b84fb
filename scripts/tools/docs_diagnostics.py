"""Prints what DocC found, and fails where there is anything: docs_diagnostics.py DIAGNOSTICS.json

A doc comment here describes the parameters whose names do not say it all. DocC wants all or none described; that diagnostic is counted
and not printed.
"""

import json
import pathlib
import re
import sys

found = json.loads(pathlib.Path(sys.argv[1]).read_text())["diagnostics"]
undescribed = [one for one in found if re.fullmatch(r"Parameter '\w+' is missing documentation", one["summary"])]
others = [one for one in found if one not in undescribed]
for one in others:
    line = one.get("range", {}).get("start", {}).get("line", 0)
    print(f"{one.get('source', '')}:{line}: {one['severity']}: {one['summary']}", file=sys.stderr)
if undescribed:
    print(f"   {len(undescribed)} parameters without a description")
sys.exit(1 if others else 0)
