"""Every output format of several cases, read by somebody else's reader, its energy against the JSON result.

  check_formats.py BINARY CASES [ISO15118_PACKAGE]
"""

import csv
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import icalendar
import jsonschema
import ocpp
from lxml import etree
from nexa_bidkit import (BiddingZone, CurveType, Direction, MTUDuration, MTUInterval, PriceQuantityCurve,
                         PriceQuantityStep, SimpleBid)
from nexa_bidkit.nordpool import simple_bid_to_curve_order
from nexa_bidkit.validation import validate_price_quantity_curve

# A night, negative prices, clock changes, a floor, a least power, two stays, three cars on a fuse, days, all streams, an
# island, one phase each: what the plans of the cases have of oddities.
CASES = ["001", "002", "003", "004", "005", "006", "008", "011", "013", "015", "028", "029", "053"]
OFFERS = ["001", "002", "003", "011", "028"]
problems = []
counts = Counter()


def expect(holds, what):
    counts["conditions"] += 1
    if not holds:
        problems.append(what)


def run(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True)


def written(scenario, name, *options):
    """The text of a format, as it is: no line ending is changed."""
    done = subprocess.run([BINARY, "schedule", str(scenario), "--format", name, *map(str, options)], capture_output=True)
    if done.returncode != 0:
        problems.append(f"{scenario.parent.name}: {name} {options}: exit {done.returncode}: {done.stderr.decode().strip()}")
        return None
    counts[name] += 1
    return done.stdout.decode()


def planned(result):
    """Energy of each vehicle at the meter, kWh: (charged, discharged)."""
    h = result["step_hours"]
    return {v["id"]: (sum(v["charge_kw"]) * h, sum(v["discharge_kw"]) * h) for v in result["vehicles"]}


def same_energy(name, plan, sums, tolerance):
    """Less than planned is rounding, by `tolerance` kWh at most; more is wrong."""
    for vehicle, energies in plan.items():
        for what, want, got in zip(("charged", "discharged"), energies, sums.get(vehicle, (0, 0))):
            expect(-1e-5 <= want - got <= tolerance, f"{name}: {vehicle}: {what} {got:.5f} kWh, the plan has {want:.5f}")


# OCPP

def schema(version):
    folder = pathlib.Path(ocpp.__file__).parent / version / "schemas"
    file = folder / ("SetChargingProfile.json" if version == "v16" else "SetChargingProfileRequest.json")
    # 1.6 says multipleOf 0.1: a tenth in decimals, not in binary.
    read = json.loads(file.read_text("utf-8-sig"), parse_float=Decimal if version == "v16" else float)
    kind = jsonschema.validators.validator_for(read, default=jsonschema.Draft4Validator)
    return kind(read, format_checker=kind.FORMAT_CHECKER)


def ocpp_energies(text, version, validator, name, most):
    """Checks each request by the schema and by the rules that it cannot hold; returns energy by vehicle."""
    sums, seen = {}, set()
    for entry in json.loads(text, parse_float=Decimal if version == "v16" else float)["requests"]:
        request = entry["request"]
        for error in validator.iter_errors(request):
            problems.append(f"{name}: {error.json_path}: {error.message}")
        counts["requests"] += 1
        profile = request["csChargingProfiles" if version == "v16" else "chargingProfile"]
        schedule = profile["chargingSchedule"] if version == "v16" else profile["chargingSchedule"][0]
        place = (request["connectorId" if version == "v16" else "evseId"], profile["stackLevel"])
        expect(place[0] > 0 and place not in seen, f"{name}: two profiles at EVSE and level {place}: one replaces the other")
        seen.add(place)
        is_transaction = profile["chargingProfilePurpose"] == "TxProfile"
        expect(is_transaction == ("transactionId" in profile), f"{name}: a TxProfile has a transactionId, no other")
        start = datetime.fromisoformat(schedule["startSchedule"])
        end = start + timedelta(seconds=schedule["duration"])
        expect(start == datetime.fromisoformat(entry["from"]) and end == datetime.fromisoformat(entry["to"]),
               f"{name}: {start} to {end} is not the stay {entry['from']} to {entry['to']}")
        periods = schedule["chargingSchedulePeriod"]
        starts = [p["startPeriod"] for p in periods] + [schedule["duration"]]
        expect(len(periods) <= most, f"{name}: {len(periods)} periods, {most} asked for")
        expect(starts[0] == 0 and all(a < b for a, b in zip(starts, starts[1:])), f"{name}: periods {starts}")
        charged = discharged = 0.0
        volts = 0.23 * len(PHASES.get(entry["vehicle"], (1, 2, 3)))
        for period, next_start in zip(periods, starts[1:]):
            if version == "v21":
                mode_rules(period, name)
            rate = 0 if period.get("operationMode") == "Idle" else period.get("setpoint", period.get("limit"))
            kw = float(rate) * (volts if schedule["chargingRateUnit"] == "A" else 0.001)
            kwh = kw * (next_start - period["startPeriod"]) / 3600
            charged += max(0, kwh)
            discharged += max(0, -kwh)
        expect(abs(charged - float(entry["charge_kwh"])) < 1e-4, f"{name}: says {entry['charge_kwh']} kWh, is {charged}")
        before = sums.get(entry["vehicle"], (0, 0))
        sums[entry["vehicle"]] = (before[0] + charged, before[1] + discharged)
    return sums


def mode_rules(period, name):
    """OCPP 2.1: limits and setpoints per operation mode."""
    has = {key for key in ("setpoint", "limit", "dischargeLimit") if key in period}
    mode = period["operationMode"]
    want = {"Idle": set(), "ChargingOnly": {"limit"}, "CentralSetpoint": {"setpoint", "limit", "dischargeLimit"}}[mode]
    expect(has == want, f"{name}: {mode} has {sorted(has)}")
    if mode == "CentralSetpoint" and has == want:
        expect(period["dischargeLimit"] <= 0 and period["dischargeLimit"] <= period["setpoint"] <= period["limit"],
               f"{name}: setpoint outside: {period}")


def check_ocpp(scenario, name, result):
    plan = planned(result)
    discharges = any(energy[1] > 1e-6 for energy in plan.values())
    hours = sum(len(v["charge_kw"]) for v in result["vehicles"]) * result["step_hours"]
    one_way = json.loads(run("schedule", scenario, "--format", "json", "--mode", "v1x").stdout)
    for version, format_name in (("v21", "ocpp2.1"), ("v201", "ocpp2.0.1"), ("v16", "ocpp1.6")):
        modes = ["v2x", "v1x"] if version == "v21" else ["v1x"]
        for mode in modes:
            target = result if mode == "v2x" else one_way
            if text := written(scenario, format_name, "--mode", mode):
                label = f"{name}: {format_name} {mode}"
                sums = ocpp_energies(text, version, SCHEMAS[version], label, 1024)
                same_energy(label, planned(target), sums, 0.0001 * hours)
        if version != "v21":
            if discharges:
                refused = run("schedule", scenario, "--format", format_name)
                expect(refused.returncode == 1 and not refused.stdout and "cannot discharge" in refused.stderr,
                       f"{name}: {format_name} does not refuse a plan that discharges")
            if text := written(scenario, format_name, "--mode", "v1x", "--rate-unit", "A"):
                label = f"{name}: {format_name} A"
                sums = ocpp_energies(text, version, SCHEMAS[version], label, 1024)
                same_energy(label, planned(one_way), sums, 0.07 * hours)
    # Merged: the energy at the meter stays, charging less discharging; and the count is what was asked for.
    merged = run("schedule", scenario, "--format", "ocpp2.1", "--max-periods", 12, "--transaction-id", f"{result['vehicles'][0]['id']}=t1")
    if merged.returncode == 0:
        counts["merged"] += 1
        label = f"{name}: ocpp2.1 in 12 periods"
        sums = ocpp_energies(merged.stdout, "v21", SCHEMAS["v21"], label, 12)
        for vehicle, (charged, discharged) in plan.items():
            got = sums.get(vehicle, (0, 0))
            expect(abs((charged - discharged) - (got[0] - got[1])) < 0.0001 * hours, f"{label}: {vehicle}: net {got}, planned {charged, discharged}")
    else:
        expect("periods keep" in merged.stderr, f"{name}: ocpp2.1 in 12 periods: {label_of(merged)}")


def number_of(scenario):
    return scenario.parent.name[:3]


def label_of(done):
    return f"exit {done.returncode}: {done.stderr.strip()}"


# ISO 15118-20

def iso_schema(package):
    """The schema's type as an element. The package has the files in two folders, the imports want one."""
    schemas = pathlib.Path(package) / "shared/schemas"
    common = "urn:iso:std:iso:15118:-20:CommonMessages"
    with tempfile.TemporaryDirectory() as folder:
        for file in [*schemas.glob("iso15118_20/V2G_CI_Common*.xsd"), schemas / "xmldsig-core-schema.xsd"]:
            shutil.copy(file, folder)
        wrapper = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{common}" targetNamespace="{common}"
            elementFormDefault="qualified"><xs:include schemaLocation="V2G_CI_CommonMessages.xsd"/>
            <xs:element name="OneTuple" type="ScheduleTupleType"/></xs:schema>"""
        outer = pathlib.Path(folder) / "one_tuple.xsd"
        outer.write_text(wrapper)
        return etree.XMLSchema(etree.parse(outer)), common


def check_iso(scenario, name, result):
    text = written(scenario, "iso15118")
    if text is None:
        return
    sums = {}
    for entry in json.loads(text)["schedules"]:
        counts["schedule tuples"] += 1
        if ISO:
            validator, common = ISO
            types = "urn:iso:std:iso:15118:-20:CommonTypes"
            def build(tag, value):
                space = types if tag in ("Exponent", "Value") else common
                made = []
                for one in value if isinstance(value, list) else [value]:
                    element = etree.Element(f"{{{space}}}{tag}")
                    if isinstance(one, dict):
                        for key in sorted(one, key=ORDER.index):
                            element.extend(build(key, one[key]))
                    else:
                        element.text = str(one)
                    made.append(element)
                return made
            tree = build("OneTuple", entry["ScheduleTuple"])[0]
            if not validator.validate(tree):
                problems.append(f"{name}: iso15118: {validator.error_log.last_error}")
        stay = datetime.fromisoformat(entry["to"]) - datetime.fromisoformat(entry["from"])
        energies = []
        for direction in ("ChargingSchedule", "DischargingSchedule"):
            kwh = 0
            if direction in entry["ScheduleTuple"]:
                schedule = entry["ScheduleTuple"][direction]["PowerSchedule"]
                entries = schedule["PowerScheduleEntries"]["PowerScheduleEntry"]
                expect(1 <= len(entries) <= 1024, f"{name}: iso15118: {len(entries)} entries")
                expect(sum(e["Duration"] for e in entries) == stay.total_seconds(), f"{name}: iso15118: not as long as the stay")
                expect(datetime.fromtimestamp(schedule["TimeAnchor"], timezone.utc) == datetime.fromisoformat(entry["from"]),
                       f"{name}: iso15118: the anchor is not the start")
                for one in entries:
                    value, exponent = one["Power"]["Value"], one["Power"]["Exponent"]
                    expect(-32768 <= value <= 32767 and -128 <= exponent <= 127 and value >= 0, f"{name}: iso15118: {one}")
                    kwh += value * 10.0 ** exponent / 1000 * one["Duration"] / 3600
            energies.append(kwh)
        before = sums.get(entry["vehicle"], (0, 0))
        sums[entry["vehicle"]] = (before[0] + energies[0], before[1] + energies[1])
    same_energy(f"{name}: iso15118", planned(result), sums, 0.001 * len(result["steps"]) * result["step_hours"])


ORDER = ["ScheduleTupleID", "ChargingSchedule", "DischargingSchedule", "PowerSchedule", "TimeAnchor",
         "PowerScheduleEntries", "PowerScheduleEntry", "Duration", "Power", "Exponent", "Value"]


# For the home

def check_arrays(scenario, name, result):
    plan = planned(result)
    start, end = horizon(result)
    def track_energy(track, key, label):
        times = [(datetime.fromisoformat(e["start"]), datetime.fromisoformat(e["end"])) for e in track]
        expect(times[0][0] == start and times[-1][1] == end, f"{label}: {times[0][0]} to {times[-1][1]} is not the horizon")
        expect(all(a[1] == b[0] for a, b in zip(times, times[1:])) and all(a < b for a, b in times), f"{label}: a gap")
        kwh = [e[key] / 1000 * (b - a).total_seconds() / 3600 for e, (a, b) in zip(track, times)]
        return sum(max(0, k) for k in kwh), sum(max(0, -k) for k in kwh)
    if text := written(scenario, "evcc"):
        evcc = json.loads(text)
        for tariff in ("grid", "feedin"):
            track_energy(evcc[tariff], "value", f"{name}: evcc {tariff}")
        for vehicle, track in evcc["vehicles"].items():
            got = track_energy(track, "value", f"{name}: evcc {vehicle}")
            expect(all(abs(a - b) < 0.003 for a, b in zip(got, plan[vehicle])), f"{name}: evcc: {vehicle} {got}, planned {plan[vehicle]}")
    if text := written(scenario, "homeassistant"):
        home = json.loads(text)
        expect(isinstance(home["state"], str) and set(home) == {"state", "attributes"}, f"{name}: homeassistant: {sorted(home)}")
        now = 0
        for vehicle, values in home["attributes"]["vehicles"].items():
            got = track_energy(values["plan"], "power_w", f"{name}: homeassistant {vehicle}")
            expect(all(abs(a - b) < 0.003 for a, b in zip(got, plan[vehicle])), f"{name}: homeassistant: {vehicle} {got}, planned {plan[vehicle]}")
            now += values["plan"][0]["power_w"]
            last = next(v for v in result["vehicles"] if v["id"] == vehicle)["soc"][-1]
            expect(abs(values["plan"][-1]["soc_percent"] - 100 * last) < 0.051, f"{name}: homeassistant: {vehicle} ends at another charge")
        expect(abs(float(home["state"]) - now) < 0.06, f"{name}: homeassistant: the state is {home['state']}, not {now}")


def horizon(result):
    start = datetime.fromisoformat(result["steps"][0])
    return start, start + timedelta(hours=result["step_hours"] * len(result["steps"]))


def check_ical(scenario, name, result):
    text = written(scenario, "ical")
    if text is None:
        return
    expect("\n" not in text.replace("\r\n", ""), f"{name}: ical: a line that does not end in CRLF")
    expect(all(len(line.encode()) <= 75 for line in text.split("\r\n")), f"{name}: ical: a line beyond 75 bytes")
    calendar = icalendar.Calendar.from_ical(text)
    expect(not calendar.errors and calendar["VERSION"] == "2.0" and "PRODID" in calendar, f"{name}: ical: {calendar.errors}")
    start, end = horizon(result)
    events = calendar.walk("VEVENT")
    expect(events and len({str(e["UID"]) for e in events}) == len(events), f"{name}: ical: UIDs are not unique")
    sums = {}
    for event in events:
        counts["calendar events"] += 1
        expect(not event.errors and event["DTSTAMP"].dt == start, f"{name}: ical: {event.errors}")
        begins, ends = event.start, event.end
        expect(start <= begins <= ends <= end and begins.utcoffset() == timedelta(0), f"{name}: ical: {begins} to {ends}")
        vehicle, _, words = str(event["SUMMARY"]).partition(": ")
        if words.startswith(("charge ", "discharge ")):
            verb, kwh = words.split()[:2]
            sums.setdefault(vehicle, [0, 0, 0])
            sums[vehicle][verb == "discharge"] += float(kwh)
            sums[vehicle][2] += 1
            # The powers of the summary hold the energy between them.
            powers = [float(p) for p in words.split(", ")[1].removesuffix(" kW").split("-")]
            hours = (ends - begins).total_seconds() / 3600
            expect((powers[0] - 0.051) * hours - 0.051 <= float(kwh) <= (powers[-1] + 0.051) * hours + 0.051, f"{name}: ical: {event['SUMMARY']} in {hours} h")
    for vehicle, energies in planned(result).items():
        got = sums.get(vehicle, [0, 0, 0])
        expect(all(abs(a - b) <= 0.051 * max(1, got[2]) for a, b in zip(energies, got)), f"{name}: ical: {vehicle} {got}, planned {energies}")


def check_csv(scenario, name, result):
    text = written(scenario, "csv")
    if text is None:
        return
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    expect([r["time"] for r in rows] == result["steps"], f"{name}: csv: other times")
    columns = [(f"{v['id']}_{key}", v[key], 0) for v in result["vehicles"] for key in ("charge_kw", "discharge_kw")]
    columns += [(f"{v['id']}_{key}", v[key], 1) for v in result["vehicles"] for key in ("energy_kwh", "soc")]
    columns += [(key, result["site"][key], 0) for key in ("import_kw", "export_kw", "curtailed_kw")]
    for column, values, offset in columns:
        expect(all(abs(float(r[column]) - v) < 1e-8 for r, v in zip(rows, values[offset:], strict=True)), f"{name}: csv: {column} differs")


# Market offers

def check_offers(scenario, name):
    """Sheet -> nexa-bidkit's curves and orders; every quantity against the JSON offers at prices between the columns."""
    sites = 1000
    base = ["offer", scenario, "--mtu", "1h", "--format"]
    offers = json.loads(run(*base, "json").stdout)["offers"]
    done = run(*base, "nordpool", "--sites", sites)
    expect(done.returncode == 0, f"{name}: nordpool: {label_of(done)}")
    rows = list(csv.reader(io.StringIO(done.stdout, newline=""), strict=True))
    corner, *header = rows[0]
    prices = [Decimal(p) for p in header]
    expect(corner == "buy_mw_at_eur_per_mwh" and prices[0] == -500 and prices[-1] == 4000 and len(prices) <= 200
           and all(a < b for a, b in zip(prices, prices[1:])), f"{name}: nordpool: columns {prices[:3]} ... {prices[-3:]}")
    expect([r[0] for r in rows[1:]] == [o["start"] for o in offers], f"{name}: nordpool: other market time units")
    slip = 0
    for row, offer in zip(rows[1:], offers):
        volumes = [Decimal(v) for v in row[1:]]
        expect(len(volumes) == len(prices) and all(v == v.quantize(Decimal("0.1")) for v in volumes)
               and all(a >= b for a, b in zip(volumes, volumes[1:])), f"{name}: nordpool: row {row[0]}")
        mtu = MTUInterval.from_start(datetime.fromisoformat(row[0]), MTUDuration.HOURLY)
        for direction, kind, sign in ((Direction.BUY, CurveType.DEMAND, 1), (Direction.SELL, CurveType.SUPPLY, -1)):
            amounts = [max(Decimal(0), sign * v) for v in volumes]
            pairs = list(zip(prices, amounts))
            if direction is Direction.BUY:
                pairs.reverse()
            # Steps are what each price adds.
            steps, before = [], Decimal(0)
            for price, amount in pairs:
                if amount > before:
                    steps.append(PriceQuantityStep(price=price, volume=amount - before))
                    before = amount
            if not steps:
                continue
            curve = PriceQuantityCurve(curve_type=kind, steps=steps, mtu=mtu)
            validate_price_quantity_curve(curve)
            bid = SimpleBid(bid_id=f"{name}-{row[0]}", bidding_zone=BiddingZone.SE3, direction=direction, curve=curve)
            order = simple_bid_to_curve_order(bid, "DAM-1", "v2x", lambda mtu, zone: f"{zone.value}-{mtu.start:%H}")
            expect(len(order.curves[0].curve_points) == len(steps), f"{name}: nordpool: the order has other points")
            counts["market orders"] += 1
            wanted = [p["kw"] * sites / 1000 for p in offer["points"]]
            most = max(0, max(sign * w for w in wanted))
            expect(0 <= most - float(curve.total_volume) + 1e-6 < 0.1 + 1e-6, f"{name}: nordpool: {row[0]} {direction}: {curve.total_volume} MW of {most}")
        # Between the columns the offer is the JSON's, but near a price that was merged.
        for left, right, low, high in zip(prices, prices[1:], volumes, volumes[1:]):
            if low != high:
                continue
            middle = float(left + right) / 2000
            points = [p for p in offer["points"] if p["price"] <= middle] or offer["points"][:1]
            near = any(abs(p["price"] - middle) < 0.005 for p in offer["points"])
            exact = points[-1]["kw"] * sites / 1000
            truncated = int(abs(exact) * 10 + 1e-6) / 10 * (1 if exact >= 0 else -1)
            if abs(truncated - float(low)) > 1e-6:
                slip += 1
                expect(near, f"{name}: nordpool: {row[0]} at {middle} per kWh: {low} MW, the offer is {exact:.3f}")
    expect(slip == 0 or "merged" in done.stderr, f"{name}: nordpool: {slip} quantities differ without a word")
    if number_of(scenario) == OFFERS[0]:
        house = run(*base, "nordpool")
        expect("kW of an offer are lost" in house.stderr, f"{name}: nordpool: a house's offer vanishes without a word")
    counts["nordpool"] += 1


PHASES = {}
BINARY = sys.argv[1]
SCHEMAS = {version: schema(version) for version in ("v16", "v201", "v21")}
ISO = iso_schema(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3] else None


def main():
    for number in CASES:
        scenario = next(pathlib.Path(sys.argv[2]).glob(f"{number}-*")) / "scenario.yaml"
        name = scenario.parent.name
        result = json.loads(run("schedule", scenario, "--format", "json").stdout)
        # Single-phase chargers: amperes are those of one phase.
        PHASES.clear()
        if number == "053":
            PHASES.update({"ev1": (1,), "ev2": (1,)})
        check_ocpp(scenario, name, result)
        check_iso(scenario, name, result)
        check_arrays(scenario, name, result)
        check_ical(scenario, name, result)
        check_csv(scenario, name, result)
        if number in OFFERS:
            check_offers(scenario, name)
    for problem in problems:
        print(problem)
    if not ISO:
        print("no iso15118 here: its schema was not asked")
    read = ", ".join(f"{count} {what}" for what, count in counts.items())
    print(f"formats of {len(CASES)} cases by other readers: {read}: {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
