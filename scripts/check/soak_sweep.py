"""soak_sweep.py BINARY SWEEP COUNT: see scripts/soak-sweep."""

import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

binary, sweep, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
folder = pathlib.Path(tempfile.mkdtemp(prefix="v2x-soak-"))


def rows(database):
    command = [binary, "sweep", sweep, "--database", str(database), "--format", "csv"]
    return subprocess.run(command, capture_output=True, check=True).stdout


start = time.monotonic()
whole = rows(folder / "whole.sqlite")
seconds = time.monotonic() - start
killed = folder / "killed.sqlite"
finished = []
for number in range(count):
    process = subprocess.Popen([binary, "sweep", sweep, "--output", str(killed)], stderr=subprocess.DEVNULL)
    # On the whole nine tenths of the sweep, so that the kills fall while it runs.
    time.sleep(random.uniform(0.001, 2 * 0.9 * seconds / count))
    process.kill()
    process.wait()
    if not killed.exists():
        continue
    with sqlite3.connect(killed) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            sys.exit(f"kill {number + 1}: {verdict}")
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        finished.append(connection.execute("SELECT COUNT(*) FROM runs").fetchone()[0] if "runs" in tables else 0)
print(f"{count} kills, {finished[-1]} of {whole.count(10) - 1} runs done by then; never fewer than before: "
      f"{finished == sorted(finished)}")
if finished != sorted(finished):
    sys.exit("runs were lost")
if rows(killed) != whole:
    sys.exit("the rows differ from those of an undisturbed sweep")
print("the rows equal those of an undisturbed sweep")
