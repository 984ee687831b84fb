"""Random scenarios of everything through every command: soak.py BINARY COUNT [--first SEED] [--jobs N] [--keep DIR] [--table]

What a scenario's results must be:
- `schedule` gives a schedule that `verify` accepts, and its optimum is that of HiGHS on the exported program, presolve on and off.
- `explain` and `marginal` tell of that schedule; `compare`, `value` and `simulate` end without a failure.
- Every price of `explain` is what the scenario with a little more of that limit, or less of that target, saves.
"""

import argparse
import collections
import concurrent.futures
import copy
import datetime
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import highspy

NUDGE = 1e-3
HOUR = datetime.timedelta(hours=1)


class Wrong(Exception):
    """What a user would call a bug."""


def iso(moment):
    return moment.isoformat(timespec="minutes")


def window(rng, start, end, battery, is_first):
    entry = {"from": iso(start), "to": iso(end)}
    if rng.random() < 0.6:
        entry["departure_soc"] = round(rng.uniform(0.3, 0.9), 2)
    if rng.random() < 0.5:
        entry["trip_kwh"] = round(rng.uniform(0.5, 0.15 * battery["capacity_kwh"]), 2)
    if rng.random() < 0.1 and end - start > 3 * HOUR:
        entry["targets"] = [{"at": iso(start + (end - start) / 2), "soc": round(rng.uniform(0.3, 0.7), 2)}]
    return entry


def vehicle(rng, number, grid, allows_binaries):
    start, step, count = grid
    battery = {
        "capacity_kwh": rng.choice([30, 40, 58, 77]),
        "soc_start": round(rng.uniform(0.2, 0.8), 2),
        "soc_min": rng.choice([0, 0.1, 0.2]),
    }
    if rng.random() < 0.3:
        battery["soc_max"] = rng.choice([0.7, 0.8, 0.9])
    if rng.random() < 0.2:
        battery["soc_end"] = round(rng.uniform(0.2, 0.7), 2)
    if rng.random() < 0.1:
        battery["end_value_per_kwh"] = 0.1
    kind = rng.random()
    if kind < 0.3:
        battery["ageing"] = "none"
    elif kind < 0.6:
        battery["ageing"] = {"cell": rng.choice(["nmc", "lfp", "nca"])}
    else:
        slope, level, points = 0.0, 0.002, []
        for knot in range(5):
            points.append([knot / 4, round(level, 5)])
            slope += rng.uniform(0, 0.003)
            level += slope
        battery["ageing"] = {"calendar_cost": points, "cycle_cost": [[0.4, 0.01], [1, round(rng.uniform(0.01, 0.05), 3)]]}
    if rng.random() < 0.1:
        battery["max_cycles_per_day"] = rng.choice([0.1, 0.3])
    if rng.random() < 0.1:
        battery["charge_limit_by_soc"] = [[0.6, 8], [1, 2]]
    charger = {
        "charge_kw": rng.choice([3.7, 7.4, 11]),
        "discharge_kw": rng.choice([0, 5, 10]),
        "charge_efficiency": rng.choice([0.88, 0.93, 1]),
        "discharge_efficiency": rng.choice([0.9, 0.95]),
    }
    if allows_binaries:
        if rng.random() < 0.5:
            charger["min_charge_kw"] = 1.4
        if rng.random() < 0.3 and charger["discharge_kw"]:
            charger["min_discharge_kw"] = 1.0
        if rng.random() < 0.2:
            charger["charge_efficiency"] = [[1.4, 0.78], [3.7, 0.88], [charger["charge_kw"] + 0.1, 0.93]]
    if rng.random() < 0.2:
        charger["phases"] = rng.choice([1, [2], 3])
    # One to three stays, with trips between them.
    cuts = sorted({rng.randrange(0, count + 1) for _ in range(2 * rng.randint(1, 3))})
    if len(cuts) < 2:
        cuts = [0, count]
    windows = []
    for left, right in zip(cuts[::2], cuts[1::2]):
        minutes = rng.choice([0, 0, 7])
        windows.append(
            window(rng, start + step * left + datetime.timedelta(minutes=minutes), start + step * right, battery, not windows))
    entry = {"id": f"ev{number}", "battery": battery, "charger": charger, "plugged": windows}
    if rng.random() < 0.1:
        entry["priority"] = 2
    if rng.random() < 0.1:
        entry["min_gain_per_kwh"] = 0.02
    return entry


def scenario(seed):
    rng = random.Random(seed)
    step = rng.choice([datetime.timedelta(minutes=15), datetime.timedelta(minutes=30), HOUR])
    vehicles = rng.choice([1, 1, 1, 2, 2, 3, 5, 8])
    binaries = vehicles <= 2 and rng.random() < 0.3
    count = rng.choice([12, 24]) if binaries or vehicles > 3 else rng.choice([12, 24, 48, 72 if step == HOUR else 48])
    start = datetime.datetime(2024, rng.randint(1, 12), rng.randint(1, 28), rng.choice([0, 12, 18]))
    grid = (start, step, count)
    name = {15: "15min", 30: "30min", 60: "1h"}[int(step.total_seconds() // 60)]

    def series(draw):
        return {"values": [round(draw(), 4) for _ in range(count)], "step": name}

    buy = [round(rng.uniform(0.05, 0.4), 3) for _ in range(count)]
    if rng.random() < 0.2:
        buy = [rng.choice([0.1, 0.25, 0.3]) for _ in range(count)]
    if rng.random() < 0.15:
        buy[rng.randrange(count)] = -0.05
    sell = [round(price * rng.choice([0, 0.3, 0.95]), 4) for price in buy]
    if rng.random() < 0.1:
        sell = [0.15] * count
    file = {
        "name": f"soak {seed}",
        "currency": "EUR",
        "horizon": {"start": iso(start), "end": iso(start + step * count), "step": name, "timezone": "UTC"},
        "tariff": {"import": {"values": buy, "step": name}, "export": {"values": sell, "step": name}},
        "vehicles": [vehicle(rng, index, grid, binaries) for index in range(vehicles)],
        "solver": {"mip_gap": 1e-9, "time_limit": "20s"},
    }
    site = {}
    if rng.random() < 0.5:
        site["load_kw"] = series(lambda: rng.uniform(0, 2))
    if rng.random() < 0.3:
        site["pv_kw"] = series(lambda: max(0, rng.uniform(-4, 5)))
        site["pv_curtailable"] = rng.random() < 0.5
    if rng.random() < 0.4:
        site["import_limit_kw"] = rng.choice([6, 11, 17])
    if rng.random() < 0.2:
        site["export_limit_kw"] = rng.choice([2, 5])
        site["pv_curtailable"] = True
    if rng.random() < 0.1:
        site["phase_limit_a"] = 25
    if rng.random() < 0.07 and count > 6:
        first = rng.randrange(1, count - 3)
        site["outages"] = [{"from": iso(start + step * first), "to": iso(start + step * (first + 2))}]
    if site:
        file["site"] = site
    services = {}
    if rng.random() < 0.2:
        services["demand_charge"] = {"rate_per_kw": 0.3, "peak_so_far_kw": rng.choice([0, 3])}
        if rng.random() < 0.5:
            services["demand_charge"]["period"] = rng.choice(["day", "month"])
    if rng.random() < 0.1:
        services["network_deferral"] = {"feeder_load_kw": series(lambda: rng.uniform(20, 40)), "rate_per_kw": 0.1}
    if rng.random() < 0.1:
        services["resource_adequacy"] = {
            "payment_per_kw": 0.2, "max_kw": 5,
            "events": [{"from": iso(start + step * (count // 2)), "to": iso(start + step * (count // 2 + 2))}]}
    if rng.random() < 0.15 and not binaries:
        services["reserve"] = [{
            "direction": rng.choice(["up", "down", "symmetric"]), "price": 0.02, "duration": "30min", "block": "4h",
            "max_kw": 4, "activation": rng.choice([0, 0.05]), "activation_price": 0.1}]
    if rng.random() < 0.08:
        services["carbon"] = {"intensity_g_per_kwh": series(lambda: rng.uniform(100, 500)), "price_per_tonne": 80}
    if rng.random() < 0.08:
        services["tiered_tariff"] = {"blocks": [{"up_to_kwh": 15, "surcharge": 0}, {"surcharge": 0.1}]}
    if rng.random() < 0.06:
        services["backup"] = {"critical_load_kw": 0.5, "duration": "2h"}
    if services:
        file["services"] = services
    if rng.random() < 0.15:
        file["habits"] = rng.choice([{"prefer": "late"}, {"smooth": {"within": 0.05}}])
    if rng.random() < 0.2:
        file["baseline"] = {"rule": rng.choice(["immediate", "deferred"]), "baseline_soc": 0.8}
    return file


class Runner:
    def __init__(self, binary, folder, seed, keep):
        self.binary, self.folder, self.seed, self.keep = binary, pathlib.Path(folder), seed, keep
        self.seconds = collections.Counter()

    def write(self, file, name="scenario.json"):
        path = self.folder / name
        path.write_text(json.dumps(file))
        return path

    def run(self, *arguments, allowed=(0,)):
        run = subprocess.run(
            [self.binary, *map(str, arguments)], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        if run.returncode not in allowed:
            raise Wrong(f"{arguments[0]} ends with {run.returncode}: {run.stderr.strip()[-300:]}")
        return run

    def schedule(self, file, name):
        run = self.run("schedule", self.write(file, name), "--format", "json", allowed=(0, 1, 75))
        if run.returncode == 1 and "exceeded by 0 " in run.stderr:
            raise Wrong(f"said to be infeasible by nothing: {run.stderr.strip()}")
        return json.loads(run.stdout) if run.returncode == 0 else None


def least(result):
    """What is minimised: cost and hurdle, before money is spent on smoothness."""
    return result["bound"] if result["status"] == "optimal" else None


def beside_highs(runner, path, result):
    mps = runner.folder / "program.mps"
    runner.run("export", path, "--output", mps)
    if result["status"] != "optimal":
        return
    for presolve in ("on", "off"):
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("mip_rel_gap", 1e-9)
        solver.setOptionValue("time_limit", 20.0)
        solver.setOptionValue("presolve", presolve)
        solver.readModel(str(mps))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            continue
        theirs = solver.getInfo().objective_function_value
        ours = least(result)
        # HiGHS holds rows to 1e-7: what that is worth at the prices of the scenario.
        if abs(ours - theirs) > 2e-6 * max(1, abs(theirs)):
            raise Wrong(f"least cost {ours}, HiGHS (presolve {presolve}) {theirs}")


def changed(file, price):
    """The scenario with a little less of a target, or more of a limit; nil where the scenario cannot say it."""
    other = copy.deepcopy(file)
    cars = {car["id"]: car for car in other["vehicles"]}
    car = cars.get(price.get("vehicle"))
    kind = price["kind"]
    share = NUDGE / car["battery"]["capacity_kwh"] if car else 0
    if kind == "departure":
        for entry in car["plugged"]:
            if "departure_soc" in entry and entry["to"] == price["at"][:16]:
                entry["departure_soc"] -= share
                return other, 1
        return None
    if kind == "end":
        car["battery"]["soc_end"] = car["battery"].get("soc_end", car["battery"]["soc_start"]) - share
        return other, 1
    if kind == "floor":
        car["battery"]["soc_min"] -= share
        return other, 1
    if kind == "soc_max":
        car["battery"]["soc_max"] += share
        return other, 1
    if kind == "max_cycles_per_day":
        car["battery"]["max_cycles_per_day"] += share
        return other, 1
    if kind in ("charge_kw", "discharge_kw"):
        car["charger"][kind] += NUDGE
        return other, 1
    if kind == "charge_limit_by_soc":
        for point in car["battery"]["charge_limit_by_soc"]:
            point[1] += NUDGE
        return other, 1
    if kind in ("import_limit_kw", "export_limit_kw"):
        other["site"][kind] += NUDGE
        return other, 1
    if kind == "phase_limit_a":
        other["site"][kind] += NUDGE / 0.23
        return other, 0.23
    return None


def prices(runner, file, result, explanation):
    checked = 0
    has_binaries = any(
        any(key in car["charger"] for key in ("min_charge_kw", "min_discharge_kw"))
        or isinstance(car["charger"]["charge_efficiency"], list) for car in file["vehicles"])
    # Import and export that exclude each other are decided by a binary too.
    tariff = file["tariff"]
    has_binaries |= any(
        sell > buy for buy, sell in zip(tariff["import"]["values"], tariff["export"]["values"]))
    for price in explanation["shadow_prices"]:
        if price.get("price") is None or result["status"] != "optimal":
            continue
        other = changed(file, price)
        if other is None:
            continue
        again = runner.schedule(other[0], "changed.json")
        if again is None or again["status"] != "optimal":
            continue
        checked += 1
        saved = (least(result) - least(again)) / NUDGE * other[1]
        shortfall = (result["shortfall_kwh"] - again["shortfall_kwh"]) / NUDGE * other[1]
        allowed = 2e-3 + 1e-3 * abs(price["price"]) + 2e-9 * abs(least(result)) / NUDGE
        weighs = any("priority" in car for car in file["vehicles"])
        if not weighs and abs(shortfall - (price.get("shortfall_change") or 0)) > 2e-2:
            raise Wrong(f"{price}: the shortfall changes by {shortfall} a unit")
        apart = price["price"] - saved
        if apart > allowed or (not has_binaries and -apart > allowed):
            raise Wrong(f"{price}: solved again it saves {saved} a unit")
    return checked


def tells_of(result, explanation):
    cars = {car["id"]: car for car in result["vehicles"]}
    for step in explanation["steps"]:
        car, at = cars[step["vehicle"]], step["index"]
        kw = max(car["charge_kw"][at], car["discharge_kw"][at])
        if step["action"] in ("charge", "discharge") and abs(step["kw"] - kw) > 1e-6:
            raise Wrong(f"explain tells of another schedule: {step['vehicle']} {step['at']} {step['kw']} for {kw}")
        if step["action"] in ("wait", "away") and kw > 1e-6:
            raise Wrong(f"explain says {step['action']}: {step['vehicle']} {step['at']} does {kw} kW")


def soak(binary, seed, keep):
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(binary, folder, seed, keep)
        file = scenario(seed)
        counts = collections.Counter(scenarios=1)
        try:
            path = runner.write(file)
            result = runner.schedule(file, "scenario.json")
            if result is None:
                counts["without a schedule"] += 1
                return seed, counts, None
            counts["proven" if result["status"] == "optimal" else "not proven"] += 1
            counts["with shortfalls"] += result["shortfall_kwh"] > 0
            saved = runner.folder / "result.json"
            saved.write_text(json.dumps(result))
            runner.run("verify", path, saved)
            beside_highs(runner, path, result)
            explanation = json.loads(runner.run("explain", path, "--format", "json").stdout)
            tells_of(result, explanation)
            runner.run("explain", path)
            runner.run("marginal", path, "--format", "json")
            compared = json.loads(runner.run("compare", path, "--format", "json").stdout)["modes"]
            for mode, account in compared.items():
                if abs(sum(account["costs"].values()) - account["objective"]) > 1e-6:
                    raise Wrong(f"compare: the cost lines of {mode} do not sum to its total")
            if abs(compared["v2x"]["objective"] - result["objective"]) > 1e-6 * max(1, abs(result["objective"])):
                raise Wrong("compare: V2X costs something else than schedule says")
            runner.run("value", path, "--format", "json", allowed=(0, 1, 75))
            runner.run("simulate", path, "--format", "json", allowed=(0, 1, 75))
            counts["prices checked"] += prices(runner, file, result, explanation)
            return seed, counts, None
        except (Wrong, subprocess.TimeoutExpired, KeyError, ValueError) as problem:
            if keep:
                target = pathlib.Path(keep)
                target.mkdir(parents=True, exist_ok=True)
                (target / f"{seed}.json").write_text(json.dumps(file, indent=1))
            return seed, counts, f"{type(problem).__name__}: {problem}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", help="where scenarios that fail are kept")
    parser.add_argument("--table", action="store_true", help="print a table in Markdown")
    arguments = parser.parse_args()
    total, wrong = collections.Counter(), []
    seeds = range(arguments.first, arguments.first + arguments.count)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for seed, counts, problem in pool.map(lambda seed: soak(arguments.binary, seed, arguments.keep), seeds):
            total.update(counts)
            if problem:
                wrong.append(seed)
                print(f"{seed}: {problem}", flush=True)
    if arguments.table:
        print("| what | number |\n|---|---|")
        for what, number in total.items():
            print(f"| {what} | {number} |")
        print(f"| wrong | {len(wrong)} |")
    else:
        print(", ".join(f"{number} {what}" for what, number in total.items()) + f"; {len(wrong)} wrong")
    sys.exit(1 if wrong or not total["scenarios"] else 0)


if __name__ == "__main__":
    main()
