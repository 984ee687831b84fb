"""Random nights of cars whose chargers are not linear, solved by v2x and, as exported, by HiGHS.

HiGHS's presolve has lost an optimum before, so that each program is solved with and without it, and the better one counts.
A night fails where v2x finds no schedule, proves none within its time limit, or is more than 1e-5 from HiGHS.
"""

import argparse
import datetime
import json
import math
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import highspy

START = datetime.datetime(2024, 1, 15, 12)
HIGHS_SECONDS = 20.0


def prices(rng, hours):
    style = rng.choice(["retail", "wholesale", "flat", "negative"])
    swing = [0.25 + 0.1 * math.sin(2 * math.pi * h / 24) + rng.gauss(0, 0.03) for h in range(hours)]
    if style == "flat":
        buy = [0.3] * hours
    else:
        shift = {"retail": 0, "wholesale": 0.2, "negative": 0.28}[style]
        noise = {"retail": 0, "wholesale": 0.03, "negative": 0.08}[style]
        buy = [round(price - shift + rng.gauss(0, noise), 4) for price in swing]
    spread = rng.choice([0.02, 0.1, -0.03, 0.0])
    sell = [round(price - spread, 4) for price in buy]
    if style == "retail" and rng.random() < 0.5:
        sell = [0.08] * hours
    return buy, sell


def charger(rng):
    power = rng.choice([3.68, 7.4, 11, 22])
    result = {"charge_kw": power, "charge_efficiency": 0.9, "discharge_efficiency": 0.92}
    kind = rng.choice(["on/off", "on/off both ways", "least", "least both ways", "curve", "curve both ways"])
    least = power if kind.startswith("on/off") else min(power, rng.choice([1.38, 4.14]))
    if not kind.startswith("curve"):
        result["min_charge_kw"] = least
    else:
        result["charge_efficiency"] = [[0.1 * power, 0.7], [0.3 * power, 0.88], [0.6 * power, 0.93], [power, 0.9]]
    if kind.endswith("both ways"):
        result["discharge_kw"] = power
        if kind.startswith("curve"):
            result["discharge_efficiency"] = [[0.1 * power, 0.65], [0.4 * power, 0.9], [power, 0.92]]
        else:
            result["min_discharge_kw"] = power if kind.startswith("on/off") else min(power, 1.4)
    return result


def scenario(seed, cars, segments, limit):
    rng = random.Random(f"{seed} {cars} {segments}")
    steps, minutes = rng.choice([(24, 60), (48, 15), (48, 30), (96, 15)])
    hours = steps * minutes // 60

    def at(step):
        return (START + datetime.timedelta(minutes=minutes * step)).strftime("%Y-%m-%dT%H:%M")

    def series(values, step=f"{minutes}min"):
        return {"values": values, "step": step}

    buy, sell = prices(rng, hours)
    site = {}
    if rng.random() < 0.6:
        site["load_kw"] = series([round(abs(rng.gauss(1, 0.8)), 3) for _ in range(steps)])
        if rng.random() < 0.6:
            sun = [5 * math.sin(math.pi * ((12 + step * minutes / 60) % 24 - 7) / 12) for step in range(steps)]
            site["pv_kw"] = series([round(max(0, power), 3) for power in sun])
    if rng.random() < 0.4:
        site["import_limit_kw"] = rng.choice([8, 11, 17, 25])
    vehicles = []
    for number in range(cars):
        count = rng.choice([0, 1, 3, 8]) if segments is None else segments
        ageing = {"cycle_cost": 0}
        if count:
            wear = sorted(rng.uniform(0.01, 0.05) for _ in range(count))
            ageing["cycle_cost"] = [[round((j + 1) / count, 4), round(cost, 4)] for j, cost in enumerate(wear)]
        calendar = rng.choice([None, [0.001, 0.003, 0.009], [0.001, 0.006, 0.008]])
        if calendar:
            ageing["calendar_cost"] = [[0, calendar[0]], [0.5, calendar[1]], [1, calendar[2]]]
        soc = round(rng.uniform(0.15, 0.7), 3)
        leaves = rng.randrange(steps // 2, steps + 1)
        stay = {"from": at(rng.randrange(0, steps // 3)), "to": at(leaves)}
        stay["departure_soc"] = 1.0 if rng.random() < 0.1 else round(min(1, soc + rng.uniform(0, 0.4)), 3)
        capacity = rng.choice([20, 40, 60, 77])
        if rng.random() < 0.4 and leaves < steps:
            stay["trip_kwh"] = round(rng.uniform(0, 0.1) * capacity, 2)
        battery = {"capacity_kwh": capacity, "soc_min": rng.choice([0, 0.1]), "soc_start": soc, "ageing": ageing}
        vehicles.append({"id": f"ev{number}", "battery": battery, "charger": charger(rng), "plugged": [stay]})
    result = {
        "horizon": {"start": at(0), "end": at(steps), "step": f"{minutes}min", "timezone": "UTC"},
        "tariff": {"import": series(buy, "60min"), "export": series(sell, "60min")},
        "solver": {"time_limit": limit},
        "vehicles": vehicles,
    }
    if site:
        result["site"] = site
    return result


def highs(program):
    """The better objective with and without presolve, and the shorter time in seconds."""
    best, shortest = None, math.inf
    for presolve in ("on", "off"):
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("presolve", presolve)
        solver.setOptionValue("mip_rel_gap", 1e-7)
        solver.setOptionValue("time_limit", HIGHS_SECONDS)
        solver.readModel(str(program))
        begin = time.perf_counter()
        solver.run()
        shortest = min(shortest, time.perf_counter() - begin)
        info = solver.getInfo()
        if info.primal_solution_status == 2 and (best is None or info.objective_function_value < best):
            best = info.objective_function_value
    return best, shortest


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0, help="the first night's seed")
    parser.add_argument("--cars", type=int, default=1)
    parser.add_argument("--segments", type=int, help="depth segments of the cycle cost (default: 0, 1, 3 or 8)")
    parser.add_argument("--limit", default="20s", help="time limit of a night")
    options = parser.parse_args()
    failures, ours, theirs = 0, [], []
    for seed in range(options.seed, options.seed + options.count):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "night.yaml"
            file.write_text(json.dumps(scenario(seed, options.cars, options.segments, options.limit)))
            begin = time.perf_counter()
            run = subprocess.run([options.binary, "schedule", file, "-f", "json"], capture_output=True, text=True)
            ours.append(time.perf_counter() - begin)
            program = file.with_suffix(".mps")
            subprocess.run([options.binary, "export", file, "-o", program], capture_output=True, check=False)
            expected, seconds = highs(program)
            theirs.append(seconds)
        result = json.loads(run.stdout) if run.stdout else {"status": run.stderr.strip()[:100]}
        found = result.get("objective")
        agrees = (
            found is not None
            and result["status"] == "optimal"
            and result["bound"] <= found + 1e-9
            and (expected is None or found <= expected + 1e-5 * max(1, abs(expected)))
            and (expected is None or seconds >= HIGHS_SECONDS or found >= expected - 1e-5 * max(1, abs(expected)))
        )
        if not agrees:
            failures += 1
            print(f"night {seed}: {result['status']}, {found} (bound {result.get('bound')}), HiGHS {expected}")
    print(
        f"{options.count} nights of {options.cars} car(s): {failures} not as HiGHS says; whole process "
        f"{statistics.median(ours):.3f} s (longest {max(ours):.2f}), HiGHS alone {statistics.median(theirs):.3f} s "
        f"(longest {max(theirs):.2f})"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
