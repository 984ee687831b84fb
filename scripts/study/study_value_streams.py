"""Runs `v2x value` on the sites of scenarios/study-value-streams as they are, under other rules of the market, and with
each assumption low and high; writes results/*.csv, *.svg and prints the tables."""

import copy
import csv
import json
import os
import subprocess
import sys

import yaml

CLAIMED = ["demand_charge", "resource_adequacy", "network_deferral"]
AGAINST = ["arbitrage", "reserve"]
NAMES = {
    "flat_tariff": "flat tariff: own use, care", "arbitrage": "energy arbitrage", "demand_charge": "demand charge",
    "network_deferral": "network deferral", "resource_adequacy": "resource adequacy", "reserve": "reserve",
    "backup": "backup", "carbon": "carbon",
}
# Energy tax and VAT that were paid on the way in, EUR/kWh and factor: what a refund gives back.
REFUND = {"household": {"scale": 1.21, "offset": 0.1088 * 1.21}, "depot": {"offset": 0.03943}}


def value(binary, folder, scenario, picture=None):
    command = [binary, "value", "-", "--format", "json"] + (["--picture", picture] if picture else [])
    done = subprocess.run(command, input=json.dumps(scenario), capture_output=True, text=True, cwd=folder)
    if done.returncode:
        print(done.stderr.strip(), file=sys.stderr)
        return None
    return json.loads(done.stdout)


# Rules of the market. Each takes a scenario and changes it.
def paid_twice(scenario, site):
    """As it is: fees and taxes are paid on the way in, also for what is fed back later, which earns the bare price."""


def refunded(scenario, site):
    """Taxes are refunded on each kWh fed back (on the sun's too: the meter cannot tell)."""
    scenario["tariff"]["export"].update(REFUND[site])


def no_export(scenario, site):
    scenario["site"]["export_limit_kw"] = 0


def least_bid(scenario, site):
    """A least bid of 1 MW (FCR, Belgium's capacity market) and nobody who aggregates: neither product can be offered."""
    if site == "depot":
        # The same, without the whole numbers that a least bid brings: twenty vehicles with those take hours.
        del scenario["services"]["reserve"], scenario["services"]["resource_adequacy"]
        return
    for product in scenario["services"]["reserve"]:
        product["min_kw"] = 1000
    scenario["services"]["resource_adequacy"]["max_kw"] = 0


RULES = [
    ("fees and taxes paid twice", paid_twice), ("refunded on what is fed back", refunded), ("export forbidden", no_export),
    ("least bid 1 MW, no aggregator", least_bid),
]


# Assumptions: name, low, high; each takes the scenario and the value.
def batteries(scenario, price):
    for vehicle in scenario["vehicles"]:
        vehicle["battery"]["ageing"]["price_per_kwh"] = price


def cells(scenario, name):
    for vehicle in scenario["vehicles"]:
        vehicle["battery"]["ageing"]["cell"] = name


def chargers(scenario, kw):
    for vehicle in scenario["vehicles"]:
        vehicle["charger"].update(charge_kw=kw, discharge_kw=kw)


def losses(scenario, efficiency):
    for vehicle in scenario["vehicles"]:
        vehicle["charger"].update(charge_efficiency=efficiency, discharge_efficiency=efficiency)


def spread(scenario, factor):
    """Day-ahead prices further apart (or closer), taxes as they are."""
    for side in ("import", "export"):
        scenario["tariff"][side]["scale"] = scenario["tariff"][side].get("scale", 1) * factor


def demand(scenario, factor):
    for window in scenario["services"]["demand_charge"]:
        window["rate_per_kw"] *= factor


def rate(section, key):
    def change(scenario, number):
        scenario["services"][section][key] = number
    return change


def reserve_price(scenario, number):
    for product in scenario["services"]["reserve"]:
        product["price"]["values"] = [number]


def evening(scenario, arrival):
    for window in scenario["vehicles"][0]["plugged"]:
        if window["daily"][0] == "17:30":
            window["daily"][0] = arrival


def habit(scenario, soc):
    scenario["baseline"] = {"rule": "immediate", "baseline_soc": soc}


ASSUMPTIONS = [
    ("battery, EUR/kWh", batteries, 50, 200), ("cell", cells, "lfp-prismatic", "nca"), ("charger, kW", chargers, 3.7, 22),
    ("one-way efficiency", losses, 0.88, 0.97), ("price spread, factor", spread, 0.5, 1.5),
    ("demand charge, factor", demand, 0.5, 2), ("deferral, EUR/kW", rate("network_deferral", "rate_per_kw"), 10, 100),
    ("capacity, EUR/kW", rate("resource_adequacy", "payment_per_kw"), 15, 65), ("FCR, EUR/MW/h", reserve_price, 4, 20),
    ("home on working days at", evening, "20:30", "15:00"), ("else charged to", habit, 0.7, 1.0),
]


def groups(worth, mode, which):
    by_name = {entry["stream"]: entry["worth"][mode].get(which, 0) for entry in worth["streams"]}
    return sum(by_name.get(name, 0) for name in CLAIMED), sum(by_name.get(name, 0) for name in AGAINST)


def stream_rows(rows, worth, title):
    for entry in worth["streams"]:
        for mode in ("v1x", "v2x"):
            found = entry["worth"][mode]
            rows.append([title, entry["stream"], mode, found["first"], found.get("last", "")])
    for mode in ("v1x", "v2x"):
        rows.append([title, "all", mode, worth["modes"][mode]["net"], worth["modes"][mode]["net"]])


def write(path, header, rows):
    with open(path, "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        for row in rows:
            table.writerow([f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row])


def tornado(path, title, base, bars):
    """Bars from low to high around the base; the end of the high assumption is hatched, so that it reads without colour."""
    left, width, top = 250, 760, 70
    low = min(min(bar[2], bar[4]) for bar in bars)
    high = max(max(bar[2], bar[4]) for bar in bars)
    x = lambda value: left + (value - low) / (high - low) * (width - left - 90) + 30
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top + 34 * len(bars) + 40}" role="img" '
        'font-family="sans-serif" font-size="12">', f"<title>{title}</title>",
        '<defs><pattern id="high" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="5" height="5" fill="#fff"/><rect width="2" height="5" fill="#08519c"/></pattern></defs>',
        '<rect width="100%" height="100%" fill="#fff"/>', f'<text x="12" y="22" font-size="15" fill="#222">{title}</text>',
        '<text x="12" y="42" fill="#222">EUR per vehicle and year, net; plain: the low assumption, hatched: the high one; '
        f"line: as assumed, {base:.0f}</text>",
    ]
    for index, (name, low_text, low_worth, high_text, high_worth) in enumerate(bars):
        y = top + 34 * index
        out.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end" fill="#222">{name}: {low_text} / {high_text}</text>')
        # The longer bar first, so that it hides nothing; where both lie on one side, the shorter one's number goes to the other.
        ends = sorted(((low_worth, "#08519c"), (high_worth, "url(#high)")), key=lambda end: -abs(end[0] - base))
        for rank, (worth, fill) in enumerate(ends):
            a, b = sorted((x(base), x(worth)))
            out.append(f'<rect x="{a:.1f}" y="{y}" width="{max(0.5, b - a):.1f}" height="20" fill="{fill}" stroke="#08519c"/>')
            is_shadowed = rank == 1 and (low_worth - base) * (high_worth - base) > 0
            side, anchor = (a - 4, "end") if (worth < base) != is_shadowed else (b + 4, "start")
            out.append(f'<text x="{side:.1f}" y="{y + 14}" text-anchor="{anchor}" fill="#222">{worth:.0f}</text>')
    bottom = top + 34 * len(bars)
    out.append(f'<line x1="{x(base):.1f}" x2="{x(base):.1f}" y1="{top - 8}" y2="{bottom}" stroke="#222"/></svg>')
    with open(path, "w") as file:
        file.write("\n".join(out) + "\n")


def study(binary, study_folder, site):
    folder = os.path.join(study_folder, site)
    results = os.path.join(study_folder, "results")
    os.makedirs(results, exist_ok=True)
    with open(os.path.join(folder, "scenario.yaml")) as file:
        base = yaml.safe_load(file)

    rows, table = [], []
    for title, rule in RULES:
        scenario = copy.deepcopy(base)
        rule(scenario, site)
        picture = os.path.abspath(os.path.join(results, f"{site}.svg")) if rule is paid_twice else None
        worth = value(binary, folder, scenario, picture)
        if worth is None:
            print(f"{site}: {title}: no answer (see above), left out")
            continue
        stream_rows(rows, worth, title)
        table.append((title, worth))
    write(os.path.join(results, f"{site}-rules.csv"), ["rules", "stream", "mode", "first", "last"], rows)
    print(f"\n{site}: each stream, EUR per vehicle and year, net of true degradation\n")
    print(f"{'':28}{'V1X first':>12}{'V1X last':>12}{'V2X first':>12}{'V2X last':>12}")
    for entry in table[0][1]["streams"]:
        cells = [entry["worth"][mode].get(which) for mode in ("v1x", "v2x") for which in ("first", "last")]
        print(f"{NAMES.get(entry['stream'], entry['stream']):28}" + "".join(
            f"{'-' if cell is None else f'{cell:.0f}':>12}" for cell in cells))
    print(f"\n{site}: what the rules do, EUR per vehicle and year, net, V2X\n")
    print(f"{'':32}{'all':>9}{'kWh out':>9}{'claimed':>10}{'against':>9}{'claimed':>10}{'against':>9}")
    print(f"{'':50}{'first':>10}{'first':>9}{'last':>10}{'last':>9}")
    for title, worth in table:
        mode = worth["modes"]["v2x"]
        first, last = groups(worth, "v2x", "first"), groups(worth, "v2x", "last")
        print(
            f"{title:32}{mode['net']:9.0f}{mode['discharged_kwh']:9.0f}{first[0]:10.0f}{first[1]:9.0f}{last[0]:10.0f}"
            f"{last[1]:9.0f}")
    print("claimed: demand charge, resource adequacy, network deferral; against: energy arbitrage and reserve")
    if site != "household":
        return

    bars, rows, standing = [], [], table[0][1]["modes"]["v2x"]["net"]
    for name, change, low, high in ASSUMPTIONS:
        found = []
        for number in (low, high):
            scenario = copy.deepcopy(base)
            change(scenario, number)
            worth = value(binary, folder, scenario)
            claimed, against = groups(worth, "v2x", "first")
            rows.append([name, number, worth["modes"]["v2x"]["net"], claimed, against])
            found.append(worth["modes"]["v2x"]["net"])
        bars.append((name, low, found[0], high, found[1]))
    bars.sort(key=lambda bar: -abs(bar[4] - bar[2]))
    write(os.path.join(results, "household-assumptions.csv"),
          ["assumption", "value", "net_v2x", "claimed_first", "against_first"], rows)
    tornado(os.path.join(results, "household-tornado.svg"), "What V2X is worth to the household hangs on", standing, bars[:5])
    print("\nhousehold: worth of V2X, EUR per year, with each assumption low and high\n")
    for name, low, low_worth, high, high_worth in bars:
        print(f"{name:28}{low!s:>16}{low_worth:9.0f}{high!s:>12}{high_worth:9.0f}")


if __name__ == "__main__":
    for name in sys.argv[3:] or ["household", "depot"]:
        study(sys.argv[1], sys.argv[2], name)
