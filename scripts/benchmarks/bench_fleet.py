"""bench_fleet.py BENCH PRICES RESULTS [full|growth]: see scripts/bench-fleet.

Every program is linear (the exclusivity of charging and discharging is no part of the MPS file, and holds by itself at these
prices); gap 1e-6. Times are of solving alone, medians of three (one where a run takes longer than ten seconds).
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

bench, prices, results = sys.argv[1:4]
is_full, is_growth = sys.argv[4:5] == ["full"], sys.argv[4:5] == ["growth"]
LIMIT = 600.0
METHODS = [
    {"solver": "simplex"}, {"solver": "simplex", "presolve": "off"}, {"solver": "ipm"},
    {"solver": "ipm", "presolve": "off", "run_crossover": "off"},
]
# vehicles, segments, kind, whether HiGHS is tried
RUNS = [(10, 1, "real", True), (10, 8, "real", True), (100, 1, "real", True), (100, 8, "real", True),
        (100, 1, "flat", True), (100, 1, "oneway", True), (100, 1, "fine", True), (100, 8, "flat", True)]
if is_full:
    RUNS += [(100, 8, "oneway", True), (1000, 1, "real", True), (1000, 8, "real", False)]
# Vehicles, and whether they are scheduled in parts as `v2x schedule` does it: reading off and building included.
GROWTH = [(100, False), (300, False), (1000, False), (3000, False), (10000, True), (30000, True), (100000, True)]


def ours(vehicles, segments, kind, mps=None):
    command = [bench, prices, str(vehicles), str(segments), kind] + ([mps] if mps else [])
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def highs(path, options, limit):
    import highspy
    h = highspy.Highs()
    for name, setting in {"output_flag": False, "threads": 2, "time_limit": limit, **options}.items():
        h.setOptionValue(name, setting)
    h.readModel(path)
    start = time.perf_counter()
    h.run()
    seconds = time.perf_counter() - start
    is_done = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return seconds, h.getInfo().objective_function_value if is_done else None


def best_of_highs(name, path, objective):
    """The best method's seconds (median of three where it is quick); nil where none ends in time."""
    best = None
    for options in METHODS:
        # A method that takes longer than the best so far need not end.
        seconds, found = highs(path, options, min(LIMIT, 1.2 * best + 1) if best else LIMIT)
        if found is None:
            continue
        if abs(found - objective) > 2e-6 * max(1, abs(objective)):
            sys.exit(f"{name}: {objective}, HiGHS {found} ({options})")
        if seconds < 10:
            seconds = statistics.median([seconds] + [highs(path, options, LIMIT)[0] for _ in range(2)])
        best = min(best, seconds) if best else seconds
    return best


def growth():
    """Time and memory against vehicles: a table, results/growth.csv and growth.svg."""
    print(f"{'vehicles':>9}{'seconds':>9}{'ms each':>9}{'rounds':>8}{'gap':>10}{'MB':>7}")
    rows = []
    for vehicles, in_parts in GROWTH:
        runs = [ours(vehicles, 1, "real", "parts" if in_parts else None) for _ in range(3 if vehicles <= 10000 else 1)]
        seconds = statistics.median(run["seconds"] + run["build"] for run in runs)
        first = runs[0]
        gap = (first["objective"] - first["bound"]) / max(1, abs(first["objective"]))
        print(f"{vehicles:9}{seconds:9.2f}{1000 * seconds / vehicles:9.2f}{first['rounds']:8}{gap:10.1e}"
              f"{first['megabytes']:7}", flush=True)
        rows.append([vehicles, f"{seconds:.2f}", first["rounds"], f"{gap:.1e}", first["megabytes"]])
    os.makedirs(results, exist_ok=True)
    with open(os.path.join(results, "growth.csv"), "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["vehicles", "seconds", "rounds", "gap", "megabytes"])
        table.writerows(rows)
    picture([(row[0], float(row[1])) for row in rows])


def picture(points):
    import matplotlib
    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    plt.rcParams["svg.hashsalt"] = "v2x"
    figure, axes = plt.subplots(figsize=(6.4, 4))
    axes.plot(*zip(*points), marker="o", label="v2x, model and schedule included")
    ends = [points[0][0], points[-1][0]]
    axes.plot(ends, [points[0][1] * x / points[0][0] for x in ends], ":", color="gray", label="in proportion to 100 vehicles")
    axes.set(xscale="log", yscale="log", xlabel="vehicles", ylabel="seconds",
             title="A night behind one connection: 96 steps, one depth segment, two cores")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(os.path.join(results, "growth.svg"), bbox_inches="tight", metadata={"Date": None})


if is_growth:
    growth()
    sys.exit()
print(f"{'fleet':28}{'v2x':>9}{'HiGHS':>10}{'ratio':>8}{'rounds':>8}{'gap':>10}{'MB':>7}")
for vehicles, segments, kind, is_compared in RUNS:
    name = f"{vehicles} x {segments}, {kind}"
    with tempfile.NamedTemporaryFile(suffix=".mps") as file:
        if is_compared:
            ours(vehicles, segments, kind, file.name)
        first = ours(vehicles, segments, kind)
        runs = [first] + ([ours(vehicles, segments, kind) for _ in range(2)] if first["seconds"] < 10 else [])
        mine = statistics.median(run["seconds"] for run in runs)
        gap = (first["objective"] - first["bound"]) / max(1, abs(first["objective"]))
        best = best_of_highs(name, file.name, first["objective"]) if is_compared else None
    ratio = f"{mine / best:.2f}" if best else (f"<{mine / LIMIT:.2f}" if is_compared else "")
    shown = f"{best:.2f}" if best else (f">{LIMIT:.0f}" if is_compared else "")
    print(f"{name:28}{mine:9.3f}{shown:>10}{ratio:>8}{first['rounds']:8}{gap:10.1e}{first['megabytes']:7}", flush=True)
if is_full:
    growth()
