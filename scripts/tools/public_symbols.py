"""Lists the public symbols of the library that have no doc comment, and fails where there is one.

    public_symbols.py FOLDER MODULE...

FOLDER holds the symbol graphs of `swift package dump-symbol-graph --minimum-access-level public`.
"""

import json
import pathlib
import sys

folder, modules = pathlib.Path(sys.argv[1]), sys.argv[2:]
symbols = {}
for module in modules:
    graphs = sorted(folder.glob(f"{module}.symbols.json")) + sorted(folder.glob(f"{module}@*.symbols.json"))
    if not graphs:
        sys.exit(f"there is no symbol graph of {module} in {folder}")
    for graph in graphs:
        for symbol in json.loads(graph.read_text())["symbols"]:
            # What the compiler writes itself has no place where a comment could be.
            if "location" in symbol and "::SYNTHESIZED::" not in symbol["identifier"]["precise"]:
                symbols[symbol["identifier"]["precise"]] = symbol

bare = [symbol for symbol in symbols.values() if not symbol.get("docComment", {}).get("lines")]
for symbol in sorted(bare, key=lambda symbol: symbol["location"]["uri"]):
    place = symbol["location"]
    path = place["uri"].removeprefix("file://")
    print(f"{path}:{place['position']['line'] + 1}: {'.'.join(symbol['pathComponents'])} has no doc comment")
print(f"public symbols: {len(symbols)}, with a doc comment: {len(symbols) - len(bare)}")
sys.exit(1 if bare else 0)
