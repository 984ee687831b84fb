"""bench_fleet.py BENCH PRICES [full]: see scripts/bench-fleet.

Every program is linear (the exclusivity of charging and discharging is no part of the MPS file, and holds by itself at these
prices); gap 1e-6. Times are of solving alone, medians of three (one where a run takes longer than ten seconds).
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time

import highspy

bench, prices, is_full = sys.argv[1], sys.argv[2], sys.argv[3:4] == ["full"]
LIMIT = 600.0
# vehicles, segments, kind, whether HiGHS is tried
RUNS = [(10, 1, "real", True), (100, 1, "real", True), (100, 8, "real", True), (100, 1, "flat", True),
        (100, 1, "oneway", True), (100, 1, "fine", True), (1000, 1, "real", True)]
if is_full:
    RUNS += [(1000, 8, "real", False), (10000, 1, "real", False)]


def ours(vehicles, segments, kind, mps=None):
    command = [bench, prices, str(vehicles), str(segments), kind] + ([mps] if mps else [])
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def highs(path, solver):
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", 2)
    h.setOptionValue("solver", solver)
    h.setOptionValue("time_limit", LIMIT)
    h.readModel(path)
    start = time.perf_counter()
    h.run()
    seconds = time.perf_counter() - start
    is_done = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return seconds, h.getInfo().objective_function_value if is_done else None


print(f"{'fleet':28}{'v2x':>9}{'HiGHS':>10}{'ratio':>8}{'gap':>10}{'MB':>7}")
for vehicles, segments, kind, is_compared in RUNS:
    name = f"{vehicles} x {segments}, {kind}"
    with tempfile.NamedTemporaryFile(suffix=".mps") as file:
        first = ours(vehicles, segments, kind, file.name if is_compared else None)
        runs = [first] + ([ours(vehicles, segments, kind) for _ in range(2)] if first["seconds"] < 10 else [])
        mine = statistics.median(run["seconds"] for run in runs)
        gap = (first["objective"] - first["bound"]) / max(1, abs(first["objective"]))
        best, ratio = "", ""
        if is_compared:
            found = []
            for solver in ("simplex", "ipm"):
                seconds, objective = highs(file.name, solver)
                if objective is not None:
                    found.append(seconds)
                    apart = abs(objective - first["objective"]) / max(1, abs(objective))
                    if apart > 2e-6:
                        sys.exit(f"{name}: {first['objective']}, HiGHS {objective}")
            best = f"{min(found):.2f}" if found else f">{LIMIT:.0f}"
            ratio = f"{mine / min(found):.2f}" if found else f"<{mine / LIMIT:.2f}"
        print(f"{name:28}{mine:9.2f}{best:>10}{ratio:>8}{gap:10.1e}{first['megabytes']:7}", flush=True)
