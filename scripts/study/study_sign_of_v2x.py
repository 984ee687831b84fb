"""The sign of V2X. Called by study-sign-of-v2x; everything that decides is computed by the v2x binary."""
import argparse
import copy
import csv
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import yaml

from study_day import STRATEGIES, write_csv

CELLS = ["nca", "nmc", "nmc111-kokam", "lfp", "lmo", "lfp-prismatic", "nmc-a", "nmc111"]
# Six of them are in the table of Scheduling.docc/Studies.md section 1.
PRINTED = ["nmc", "nmc111-kokam", "nca", "lfp-prismatic", "nmc-a", "nmc111"]
PRICE_PER_CAPACITY = 100 * 60 / (1 - 0.8)  # money per unit of relative capacity
YEARS = 10
NOTHING = 0.1  # ct per kWh: nearer to zero than this is called nothing
ENOUGH_KWH = 100  # a year: of less than this a cost per kWh says nothing


def run(binary, arguments, text=None):
    done = subprocess.run([binary, *arguments], input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"v2x {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def losses(binary, path, convention, cell=None):
    """Capacity lost after ten years of the trace, %, by cell."""
    arguments = ["cells", *([cell] if cell else []), "--trace", path, "--repeat-years", str(YEARS)]
    out = run(binary, [*arguments, "--convention", convention, "--format", "json"])
    return {entry["cell"]: 100 * entry["loss"] for entry in json.loads(out)}


def verdict(cents):
    return "nothing" if abs(cents) < NOTHING else "a benefit" if cents < 0 else "a cost"


def repeated_day(binary, folder):
    """Ageing.docc/Cells.md section 3: ten years of one day, 12 kWh sold in it whatever the price."""
    path = os.path.join(folder, "day.csv")
    table = {}
    for name, soc in STRATEGIES.items():
        write_csv(path, soc)
        table[name] = losses(binary, path, "blast-lite-constant")
    print("Ten years of one day, 12 kWh sold at 18:00 and recharged just in time (BLAST-Lite's convention).")
    print("Capacity lost, %; true cost of V2X, ct per kWh discharged.\n")
    names = list(STRATEGIES)
    print(f"{'cell':14}" + "".join(f"{name:>17}" for name in names))
    for cell in PRINTED:
        print(f"{cell:14}" + "".join(f"{table[name][cell]:17.2f}" for name in names))
    print(f"\n{'cell':14}{'vs immediate':>17}{'':12}{'vs v1x':>17}")
    for cell in PRINTED:
        line = f"{cell:14}"
        for rule in ("immediate to 80", "v1x to 80"):
            cents = (table["v2x to 80"][cell] - table[rule][cell]) / 100 * PRICE_PER_CAPACITY / (12 * 365 * YEARS) * 100
            line += f"{cents:17.2f} {verdict(cents):11}"
        print(line.rstrip())


def tariff(kind, prices):
    wholesale = {"file": prices, "unit": "EUR/MWh", "fill": "previous"}
    if kind == "wholesale":
        return {"import": wholesale, "export": wholesale}
    # A Dutch household in 2024: 21 % VAT, energy tax 0.1088 and a supplier's 0.02 per kWh before VAT; fed back at spot.
    return {"import": {**wholesale, "scale": 1.21, "offset": round((0.1088 + 0.02) * 1.21, 5)}, "export": wholesale}


def year(binary, base, cell, mode, top, days):
    """A year of evenings in one mode: states of charge at every step, kWh discharged, and the energy bill."""
    scenario = copy.deepcopy(base)
    vehicle = scenario["vehicles"][0]
    vehicle["battery"]["ageing"]["cell"] = cell
    scenario["baseline"] = {"rule": "immediate", "baseline_soc": top}
    soc, discharged, energy = [vehicle["battery"]["soc_start"]], 0.0, 0.0
    if top > 0.8:
        soc = [top - 7 / 60]
    first = date(2024, 1, 1)
    for day in range(days):
        start, end = first + timedelta(days=day), first + timedelta(days=day + 1)
        scenario["horizon"].update(start=f"{start}T18:00", end=f"{end}T18:00")
        vehicle["plugged"] = [{"from": f"{start}T18:00", "to": f"{end}T08:00", "departure_soc": 0.8, "trip_kwh": 7}]
        vehicle["battery"]["soc_start"] = soc[-1]
        result = json.loads(run(binary, ["schedule", "-", "--mode", mode, "--format", "json"], json.dumps(scenario)))
        plan = result["vehicles"][0]
        soc += plan["soc"][1:]
        discharged += sum(plan["discharge_kw"]) * result["step_hours"]
        energy += result["costs"]["energy"]
    return soc, discharged, energy


def optimised_year(binary, folder, arguments):
    with open(os.path.join(arguments.study, "scenario.yaml")) as file:
        base = json.loads(json.dumps(yaml.safe_load(file), default=lambda value: value.isoformat()))
    prices = os.path.abspath(os.path.join(arguments.study, "../prices/nl-2024-year.csv"))
    base["tariff"] = tariff(arguments.tariff, prices)
    jobs = [("nmc", "immediate", 1.0), ("nmc", "immediate", 0.8)]
    jobs += [(cell, mode, 0.8) for cell in CELLS for mode in ("v1x", "v2x")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        paths = list(pool.map(lambda job: year(binary, base, *job, arguments.days), jobs))
    found = {job: result for job, result in zip(jobs, paths)}
    rows = []
    for cell in CELLS:
        entry = {"cell": cell}
        for name, job in {
            "immediate_100": jobs[0], "immediate_80": jobs[1], "v1x": (cell, "v1x", 0.8), "v2x": (cell, "v2x", 0.8)
        }.items():
            soc, discharged, energy = found[job]
            path = os.path.join(folder, "year.csv")
            write_csv(path, soc)
            entry[f"loss_{name}"] = losses(binary, path, "rainflow", cell)[cell]
            entry[f"bill_{name}"] = energy * 365 / arguments.days
            if name == "v2x":
                entry["discharged_kwh_per_year"] = discharged * 365 / arguments.days
        for rule in ("immediate_100", "immediate_80", "v1x"):
            sold = entry["discharged_kwh_per_year"] * YEARS
            worn = (entry["loss_v2x"] - entry[f"loss_{rule}"]) / 100 * PRICE_PER_CAPACITY
            entry[f"ct_per_kwh_vs_{rule}"] = worn / sold * 100 if sold > ENOUGH_KWH * YEARS else float("nan")
            # A year's gain on the bill, and what is left of it after the wear (negative wear adds to it).
            entry[f"gain_vs_{rule}"] = entry[f"bill_{rule}"] - entry["bill_v2x"]
            entry[f"net_gain_vs_{rule}"] = entry[f"gain_vs_{rule}"] - worn / YEARS
        rows.append(entry)
    return rows


def show(rows, arguments):
    print(f"\nOptimised on the prices of 2024 ({arguments.tariff}), ten years of that year; losses by rainflow.\n")
    print(f"{'':14}{'kWh sold':>10}{'capacity lost in 10 years, %':>36}")
    print(f"{'cell':14}{'a year':>10}{'imm. 100':>10}{'imm. 80':>9}{'v1x':>9}{'v2x':>9}")
    for row in rows:
        print(
            f"{row['cell']:14}{row['discharged_kwh_per_year']:10.0f}{row['loss_immediate_100']:10.2f}"
            f"{row['loss_immediate_80']:9.2f}{row['loss_v1x']:9.2f}{row['loss_v2x']:9.2f}"
        )
    print(f"\n{'':14}{'true cost of V2X, ct per kWh discharged, against':>52}")
    print(f"{'cell':14}{'immediate to 100':>21}{'immediate to 80':>22}{'v1x to 80':>22}")
    for row in rows:
        line = f"{row['cell']:14}"
        for rule in ("immediate_100", "immediate_80", "v1x"):
            cents = row[f"ct_per_kwh_vs_{rule}"]
            line += f"{cents:11.2f} {verdict(cents) if cents == cents else 'few sold':10}"
        print(line.rstrip())
    print(f"\n{'':14}{'EUR a year: gain on the bill, and net of wear, against':>58}")
    print(f"{'cell':14}{'immediate to 100':>21}{'immediate to 80':>22}{'v1x to 80':>22}")
    for row in rows:
        line = f"{row['cell']:14}"
        for rule in ("immediate_100", "immediate_80", "v1x"):
            line += f"{row[f'gain_vs_{rule}']:11.0f}{row[f'net_gain_vs_{rule}']:11.0f}"
        print(line)


def picture(rows, path, arguments):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "v2x"
    matplotlib.rcParams["font.size"] = 10
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    rules = [("immediate_100", "immediate charging to 100 %"), ("immediate_80", "immediate charging to 80 %"), ("v1x", "optimised charging (V1X)")]
    shades, hatches = ["#1b4965", "#5fa8d3", "#f2c14e"], ["", "//", ".."]
    for index, (rule, label) in enumerate(rules):
        places = [place + (index - 1) * 0.27 for place in range(len(rows))]
        axes.bar(
            places, [row[f"ct_per_kwh_vs_{rule}"] for row in rows], 0.25, label=f"against {label}",
            color=shades[index], hatch=hatches[index], edgecolor="black", linewidth=0.5,
        )
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(rows)), [row["cell"] for row in rows])
    axes.set_ylabel("true cost of V2X,\nct per kWh discharged")
    axes.set_title(f"What V2X does to a battery, optimised on the Dutch prices of 2024 ({arguments.tariff})\nbelow zero it spares it", fontsize=10)
    axes.legend(frameon=False, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None, "Creator": "v2x scripts/study-sign-of-v2x"})


def main():
    parser = argparse.ArgumentParser(prog="study-sign-of-v2x")
    parser.add_argument("binary")
    parser.add_argument("study")
    parser.add_argument("--tariff", choices=["wholesale", "retail"], default="wholesale")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--output")
    arguments = parser.parse_args()
    output = arguments.output or os.path.join(arguments.study, "results")
    os.makedirs(output, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        repeated_day(arguments.binary, folder)
        rows = optimised_year(arguments.binary, folder, arguments)
    show(rows, arguments)
    with open(os.path.join(output, f"{arguments.tariff}.csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows([{key: value if isinstance(value, str) else round(value, 6) for key, value in row.items()} for row in rows])
    picture(rows, os.path.join(output, f"{arguments.tariff}.svg"), arguments)


main()
