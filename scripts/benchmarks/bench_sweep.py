"""bench_sweep.py BINARY SCENARIOS: see scripts/bench-sweep.

A night of 96 quarters on Dutch prices with a 60 kWh battery, by PuLP twice: with one price a kWh out of the battery, as EMHASS
and its like have it; and with calendar cost in ten convex pieces and eight depth segments, as a built-in cell is priced.
And a battery that is never away, by EMHASS itself. Objectives must agree to 1e-6.
"""

import csv
import datetime
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import zoneinfo

import emhass_night
import pulp

binary, scenarios = sys.argv[1], pathlib.Path(sys.argv[2])
prices_file = scenarios / "prices" / "nl-2024-year.csv"
folder = pathlib.Path(tempfile.mkdtemp(prefix="v2x-bench-"))
CALENDAR = [(k / 10, 0.01 + 0.03 * (k / 10) ** 2) for k in range(11)]
CYCLE = [((k + 1) / 8, 0.004 + 0.004 * k) for k in range(8)]
DAYS = [(datetime.date(2024, 1, 3) + datetime.timedelta(days=9 * k)).isoformat() for k in range(40)]
CAPACITY, POWER_IN, POWER_OUT, EFFICIENCY = 60.0, 11.0, 10.0, 0.95

AGEING = {
    "plain": "{ cycle_cost: 0.02 }", "battery": "none",
    "cell": f"{{ calendar_cost: {[list(p) for p in CALENDAR]}, cycle_cost: {[list(s) for s in CYCLE]} }}",
}
NIGHT = "{ from: 2024-01-15T17:40, to: 2024-01-16T07:25, departure_soc: 0.8, trip_kwh: 9 }"
for kind, ageing in AGEING.items():
    plugged = NIGHT if kind != "battery" else "{ from: 2024-01-15T12:00, to: 2024-01-16T12:00 }"
    (folder / f"{kind}.yaml").write_text(f"""
horizon: {{ start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 15min, timezone: Europe/Amsterdam }}
tariff:
  import: {{ file: {prices_file}, unit: EUR/MWh, scale: 1.21, offset: 0.05, fill: previous }}
  export: {{ file: {prices_file}, unit: EUR/MWh, fill: previous }}
vehicles:
  - id: ev1
    battery:
      capacity_kwh: {CAPACITY}
      soc_min: 0.1
      soc_start: 0.6
      ageing: {ageing}
    charger: {{ charge_kw: {POWER_IN}, discharge_kw: {POWER_OUT}, charge_efficiency: {EFFICIENCY}, discharge_efficiency: {EFFICIENCY} }}
    plugged: [{plugged}]
""")
zone = zoneinfo.ZoneInfo("Europe/Amsterdam")


def read_prices():
    table = {}
    with open(prices_file) as file:
        for row in csv.reader(line for line in file if line[0].isdigit()):
            table[datetime.datetime.fromisoformat(row[0].replace("Z", "+00:00")).timestamp()] = float(row[1]) / 1000
    return table


def night_prices(day, table):
    """Import and export price of each quarter from noon on, money per kWh; empty for nights of 23 or 25 hours."""
    noon = datetime.datetime.fromisoformat(day + "T12:00").replace(tzinfo=zone)
    if (noon + datetime.timedelta(days=1)).utcoffset() != noon.utcoffset():
        return [], []
    spot = []
    for t in range(96):
        hour = (noon.timestamp() + t * 900) // 3600 * 3600
        while hour not in table:
            hour -= 3600
        spot.append(table[hour])
    return [1.21 * price + 0.05 for price in spot], spot


def usual_way(kind, day, table):
    """One night as a Python model: build, solve, read back."""
    buy, sell = night_prices(day, table)
    if not buy:
        return None
    steps, h = 96, 0.25
    start, end = 340 / 15, 1165 / 15  # 17:40 and 07:25, in steps after noon
    share = [max(0.0, min(end, t + 1) - max(start, t)) for t in range(steps)]
    away = [max(0.0, min(steps, t + 1) - max(end, t)) for t in range(steps)]
    trip = [9.0 * a / sum(away) for a in away]
    model = pulp.LpProblem("night", pulp.LpMinimize)
    c = [pulp.LpVariable(f"c{t}", 0, share[t] * POWER_IN) for t in range(steps)]
    d = [pulp.LpVariable(f"d{t}", 0, share[t] * POWER_OUT) for t in range(steps)]
    bill = pulp.lpSum(h * (buy[t] * c[t] - sell[t] * d[t]) for t in range(steps))
    energy = [0.6 * CAPACITY]
    if kind == "plain":
        stored = [pulp.LpVariable(f"e{t}", 0, CAPACITY) for t in range(steps)]
        out = [h / EFFICIENCY * d[t] + trip[t] for t in range(steps)]
        model += bill + pulp.lpSum(0.02 * o for o in out)
        for t in range(steps):
            model += stored[t] == energy[t] + h * EFFICIENCY * c[t] - out[t]
            energy.append(stored[t])
    else:
        energy += depth_segments(model, bill, c, d, trip, h)
    for t in range(steps):
        if start <= t + 1 <= end:
            model += energy[t + 1] >= 0.1 * CAPACITY
        if t < end <= t + 1:
            model += energy[t + 1] + trip[t] >= 0.8 * CAPACITY
    model.solve(pulp.HiGHS(msg=False, threads=1))
    # Where prices are negative a plain model charges and discharges at once, which no charger can.
    is_possible = all(c[t].value() < 1e-6 or d[t].value() < 1e-6 for t in range(steps))
    return pulp.value(model.objective) if is_possible else None


def depth_segments(model, bill, c, d, trip, h):
    """Calendar and cycle cost of a cell; gives back the energy at each boundary."""
    steps = len(c)
    cost = [pulp.LpVariable(f"g{t}", 0) for t in range(steps)]
    lengths = [(b - a) * CAPACITY for a, b in zip([0] + [x for x, _ in CYCLE], [x for x, _ in CYCLE])]
    level, left = [None] * 8, 0.6 * CAPACITY
    for k in reversed(range(8)):
        level[k] = min(left, lengths[k])
        left -= level[k]
    y = [[pulp.LpVariable(f"y{k}_{t}", 0, lengths[k]) for t in range(steps)] for k in range(8)]
    fill = [[pulp.LpVariable(f"i{k}_{t}", 0) for t in range(steps)] for k in range(8)]
    draw = [[pulp.LpVariable(f"o{k}_{t}", 0) for t in range(steps)] for k in range(8)]
    model += (
        bill + pulp.lpSum(h * g for g in cost)
        + pulp.lpSum(CYCLE[k][1] * draw[k][t] for k in range(8) for t in range(steps))
    )
    before = 0.6 * CAPACITY
    found = []
    for t in range(steps):
        for k in range(8):
            model += y[k][t] == (y[k][t - 1] if t else level[k]) + fill[k][t] - draw[k][t]
        model += pulp.lpSum(fill[k][t] for k in range(8)) == h * EFFICIENCY * c[t]
        model += pulp.lpSum(draw[k][t] for k in range(8)) == h / EFFICIENCY * d[t] + trip[t]
        found.append(pulp.lpSum(y[k][t] for k in range(8)))
        mean = (before + found[t]) / (2 * CAPACITY)
        for (s1, g1), (s2, g2) in zip(CALENDAR, CALENDAR[1:]):
            model += cost[t] >= g1 + (g2 - g1) / (s2 - s1) * (mean - s1)
        before = found[t]
    return found


def sweep(document, name, *options):
    path = folder / f"{name}.yaml"
    path.write_text(document)
    start = time.perf_counter()
    run = subprocess.run([binary, "sweep", str(path), "--database", str(folder / f"{name}.sqlite"), "--format", "csv", *options],
                         capture_output=True, text=True, check=True)
    return time.perf_counter() - start, list(csv.DictReader(run.stdout.splitlines()))


table = read_prices()
def emhass_way(day, table):
    buy, sell = night_prices(day, table)
    return emhass_night.night(emhass_settings, day + "T12:00", buy, sell, 0.6) if buy else None


def compare(name, other, kind, way, tolerance=1e-6):
    """Nights a second of `way` and of the sweep over the same nights, and whether they agree."""
    ours, theirs, ratios = [], [], []
    worst, beaten, compared = 0.0, 0.0, 0
    # The same nights again and again, so that the start of the process is not what is measured.
    document = (
        f"base: {kind}.yaml\naxes:\n  - days: {{ from: {DAYS[0]}, to: {DAYS[-1]}, every: 9 }}\n"
        '  - { path: "vehicles[0].battery.temperature_c", name: copy, range: { from: 1, to: 50, step: 1 } }\n')
    for attempt in range(3):
        start = time.perf_counter()
        found = {day: way(day, table) for day in DAYS}
        theirs.append(len(DAYS) / (time.perf_counter() - start))
        seconds, rows = sweep(document, f"{kind}{attempt}")
        ours.append(len(rows) / seconds)
        for row in rows:
            expected = found[row["day"]]
            if expected is not None:
                compared += 1
                apart = (float(row["objective"]) - expected) / max(1, abs(expected))
                worst, beaten = max(worst, abs(apart)), max(beaten, apart)
    ratio = statistics.median(o / t for o, t in zip(ours, theirs))
    print(f"{name}: {other} {statistics.median(theirs):.1f} nights a second; v2x sweep on {os.cpu_count()} cores "
          f"{statistics.median(ours):.0f}; ratio {ratio:.0f}; {compared} objectives within {worst:.0e}, "
          f"ours dearer by {beaten:.0e} at most", flush=True)
    if worst > tolerance or beaten > 1e-6 or compared < 1000:
        sys.exit("the two do not solve the same problem")


emhass_settings = emhass_night.settings(CAPACITY, POWER_IN, POWER_OUT, EFFICIENCY, 0.1)
# EMHASS lets its solver stop a little before the optimum.
compare("battery", "EMHASS", "battery", emhass_way, tolerance=1e-4)
compare("plain", "PuLP and HiGHS", "plain", lambda day, table: usual_way("plain", day, table))
compare("cell", "PuLP and HiGHS", "cell", lambda day, table: usual_way("cell", day, table))

for count in (1000, 10000):
    path = folder / f"nights{count}.yaml"
    text = (scenarios / "sweeps" / "ten-thousand-nights.yaml").read_text()
    text = text.replace("base: night.yaml", f"base: {scenarios}/sweeps/night.yaml").replace("../prices", str(scenarios / "prices"))
    path.write_text(text.replace("samples: 10000", f"samples: {count}"))
    start = time.perf_counter()
    process = subprocess.Popen([binary, "sweep", str(path), "--output", str(folder / f"nights{count}.sqlite")], stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        # Of the process alone: what wait() reports begins with this one's memory.
        status = pathlib.Path(f"/proc/{process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        peak = max([peak] + [int(line.split()[1]) for line in lines if line.startswith("VmHWM")])
        time.sleep(0.02)
    print(f"{count} nights with built-in cells: {time.perf_counter() - start:.1f} s, {peak / 1024:.0f} MB at most")
    if process.returncode != 0:
        sys.exit("the sweep failed")
