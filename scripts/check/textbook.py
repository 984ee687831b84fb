"""Scheduling.docc/Model.md sections 1 to 4 written a second time, as the textbook has them, on HiGHS: an independent judge.

Nothing here is shared with the Swift program but the scenario file. Every disjunction is a binary from the start, every
depth segment has its level, inflow and outflow, and every step has all its columns.

  textbook.py COUNT SEED BINARY    random scenarios: objective and shortfall of BINARY against this model, and `verify`
"""

import json
import math
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta

import highspy

INF = highspy.kHighsInf


class Program:
    # HiGHS's tolerance of rows and integers.
    tolerance = 1e-9

    def __init__(self):
        self.lower, self.upper, self.integer, self.rows = [], [], [], []

    def column(self, lower=0.0, upper=INF, integer=False):
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.lower) - 1

    def row(self, terms, lower=-INF, upper=INF):
        merged = {}
        for column, value in terms:
            merged[column] = merged.get(column, 0) + value
        self.rows.append((merged, lower, upper))

    def minimise(self, objective, extra=()):
        h = highspy.Highs()
        h.setOptionValue("output_flag", False)
        for option in ("mip_rel_gap", "mip_abs_gap"):
            h.setOptionValue(option, 1e-9)
        for option in ("mip_feasibility_tolerance", "primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            h.setOptionValue(option, Program.tolerance)
        h.setOptionValue("time_limit", 60.0)
        cost = [0.0] * len(self.lower)
        for column, value in objective:
            cost[column] += value
        for j in range(len(self.lower)):
            h.addVar(self.lower[j], self.upper[j])
            h.changeColCost(j, cost[j])
            if self.integer[j]:
                h.changeColIntegrality(j, highspy.HighsVarType.kInteger)
        for merged, lower, upper in list(self.rows) + list(extra):
            h.addRow(lower, upper, len(merged), list(merged), list(merged.values()))
        h.run()
        status = h.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return h.getInfo().objective_function_value, status
        return None, status


def piecewise(program, x_terms, points):
    """Columns whose weighted sum is exactly f(x): a convex combination of two neighbouring points."""
    weights = [program.column(0, 1) for _ in points]
    program.row([(w, 1) for w in weights], 1, 1)
    program.row([(w, p[0]) for w, p in zip(weights, points)] + [(c, -v) for c, v in x_terms], 0, 0)
    pieces = [program.column(0, 1, True) for _ in points[1:]]
    program.row([(b, 1) for b in pieces], 1, 1)
    for k, w in enumerate(weights):
        near = [b for i, b in enumerate(pieces) if i in (k - 1, k)]
        program.row([(w, 1)] + [(b, -1) for b in near], upper=0)
    return [(w, p[1]) for w, p in zip(weights, points)]


def hours(text):
    return float(text.removesuffix("min")) / 60 if text.endswith("min") else float(text.removesuffix("h"))


def charger_modes(c):
    """The choices of phases, fewest first, and the modes [sign, phases, low, high]; none where nothing depends on them."""
    phases = c.get("phases", 3)
    if not isinstance(phases, list):
        choices = [list(range(1, phases + 1))]
    elif len(phases) == 1 and not isinstance(phases[0], list):
        choices = [phases]
    else:
        choices = sorted((x if isinstance(x, list) else list(range(1, x + 1)) for x in phases), key=len)
    few, many = len(choices[0]), len(choices[-1])
    modes = []
    for sign, way in ((1, "charge"), (-1, "discharge")):
        rated = c.get(f"{way}_kw", 0)
        least = c.get(f"min_{way}_kw", 0)
        if least > rated * few / many:
            least *= few / many
        if rated > 0:
            modes += [(sign, x, least * len(x) / few, rated * len(x) / many) for x in choices]
    plain = len(choices) == 1 and c.get("min_run", 1) == 1 and not c.get("switch_cost")
    return choices, [] if plain and all(low == 0 for _, _, low, _ in modes) else modes


def into_cells(efficiency, power, share):
    """Battery-side power of an AC power in a step that is plugged in for `share` of it."""
    if not isinstance(efficiency, list):
        return power * efficiency
    points = [(0.0, 0.0)] + [(x * share, x * n * share) for x, n in efficiency]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if power <= x1 or (x1, y1) == points[-1]:
            return y0 + (y1 - y0) * (power - x0) / (x1 - x0) if x1 > x0 else 0.0


def full_power(efficiency, rated, share, room):
    """Full power, or the AC power at which `room` kW go into the cells."""
    low, high = 0.0, rated * share
    if into_cells(efficiency, high, share) <= room:
        return high
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if into_cells(efficiency, middle, share) <= room else (low, middle)
    return low


def either(program, first, upper, second, other, big=1e3):
    """`first <= upper` or `second <= other`."""
    y = program.column(0, 1, True)
    program.row(first + [(y, big)], upper=upper + big)
    program.row(second + [(y, -big)], upper=other)


def flexible_loads(p, loads, short, start, end, step, moment, series):
    """The terms of the loads' power in each step (Scheduling.docc/Model.md section 9)."""
    T, h = len(moment) - 1, step / timedelta(hours=1)
    power = [[] for _ in range(T)]

    def weighted(load, upper=INF):
        # A shortfall in kWh, whose weight is the load's priority.
        short.append(p.column(0, upper))
        return short[-1]

    for load in loads:
        kind = next(k for k in ("energy", "run", "heat") if k in load)
        l = load[kind]
        a, z = (datetime.fromisoformat(l[k]) if k in l else default for k, default in (("from", start), ("to", end)))
        due = start < z <= end
        if kind == "energy":
            taken = []
            for t in range(T):
                share = max(timedelta(0), min(z, moment[t + 1]) - max(a, moment[t])) / step
                if share > 0:
                    k, on = p.column(0, share * l["max_kw"]), p.column(0, 1, True)
                    p.row([(k, 1), (on, -share * l["max_kw"])], upper=0)
                    p.row([(k, 1), (on, -share * l.get("min_kw", 0))], lower=0)
                    power[t].append((k, 1))
                    taken.append((k, h))
            if due:
                p.row(taken + [(weighted(load), 1)], lower=l["energy_kwh"])
        elif kind == "run":
            profile, starts = l["profile_kw"], []
            for t in range(T - len(profile) + 1):
                if moment[t] >= a and moment[t + len(profile)] <= z:
                    starts.append(p.column(0, 1, True))
                    for n, kw in enumerate(profile):
                        power[t + n].append((starts[-1], kw))
            p.row([(k, 1) for k in starts], upper=1)
            if due:
                p.row([(k, h * sum(profile)) for k in starts] + [(weighted(load), 1)], lower=h * sum(profile))
        else:
            loss, demand, cop = l.get("loss_per_hour", 0) * h, series(l.get("demand_kw")), series(l.get("cop"), 1)
            q, f, reached = p.column(l["start_kwh"], l["start_kwh"]), weighted(load), l["start_kwh"]
            below = l["start_kwh"] < l.get("min_kwh", 0)
            for t in range(T):
                k, on = p.column(0, l["max_kw"]), p.column(0, 1, True)
                p.row([(k, 1), (on, -l["max_kw"])], upper=0)
                p.row([(k, 1), (on, -l.get("min_kw", 0))], lower=0)
                power[t].append((k, 1))
                after = p.column(-INF, l["capacity_kwh"])
                p.row([(after, 1), (q, -(1 - loss)), (k, -h * cop[t])], -h * demand[t], -h * demand[t])
                q, floor = after, l.get("min_kwh", 0)
                if below:
                    reached = reached * (1 - loss) + h * (cop[t] * l["max_kw"] - demand[t])
                    below, floor = reached < floor, min(floor, reached)
                p.row([(q, 1), (f, 1)], lower=floor)
    return power


def solve(s, slacks=(2e-9, 1e-8, 1e-7, 1e-6, 1e-5)):
    """(objective, shortfall, slack of the shortfall) of a scenario whose series are lists or numbers; None where it is infeasible."""
    start, end = (datetime.fromisoformat(s["horizon"][k]) for k in ("start", "end"))
    step = timedelta(minutes=int(s["horizon"]["step"].removesuffix("min")))
    T = round((end - start) / step)
    h = step / timedelta(hours=1)
    moment = [start + k * step for k in range(T + 1)]

    def series(value, default=0.0):
        value = default if value is None else value
        return value if isinstance(value, list) else [value] * T

    site = s.get("site", {})
    buy, sell = series(s["tariff"]["import"]), series(s["tariff"].get("export"))
    load, pv = series(site.get("load_kw")), series(site.get("pv_kw"))
    most_in, most_out = series(site.get("import_limit_kw"), 1e3), series(site.get("export_limit_kw"), 1e3)

    outages = [tuple(datetime.fromisoformat(o[k]) for k in ("from", "to")) for o in site.get("outages", [])]
    island = [any(a < moment[t + 1] and z > moment[t] for a, z in outages) for t in range(T)]
    for t in range(T):
        if island[t]:
            most_in, most_out = list(most_in), list(most_out)
            most_in[t] = most_out[t] = 0

    p = Program()
    cost, short, owners = [], [], []
    net = [[] for _ in range(T)]
    services = s.get("services", {})
    products = services.get("reserve", [])
    fleet, immediate = [], [0.0] * T
    fuse = [{1: [], 2: [], 3: []} for _ in range(T)]

    # Stationary batteries are stores that are there throughout.
    always = [{"from": s["horizon"]["start"], "to": s["horizon"]["end"]}]
    stores = s.get("vehicles", []) + [dict(b, plugged=always, stationary=True) for b in site.get("batteries", [])]
    from_sun, into_site, apart, charging_of_all = ([[] for _ in range(T)] for _ in range(4))
    for v in stores:
        b, c = v["battery"], v["charger"]
        E = b["capacity_kwh"]
        e0 = b["soc_start"] * E
        emin, full = b.get("soc_min", 0) * E, b.get("soc_max", 1) * E
        Pc, Pd = c["charge_kw"], c.get("discharge_kw", 0)
        first_short = len(short)
        windows = [dict(w, a=datetime.fromisoformat(w["from"]), z=datetime.fromisoformat(w["to"])) for w in v["plugged"]]

        def overlap(t, a, z):
            return max(timedelta(0), min(z, moment[t + 1]) - max(a, moment[t])) / step

        share = [sum(overlap(t, w["a"], w["z"]) for w in windows) for t in range(T)]
        trip = [0.0] * T
        for i, w in enumerate(windows):
            until = min(windows[i + 1]["a"] if i + 1 < len(windows) else end, end)
            if w.get("trip_kwh") and w["z"] < until:
                for t in range(T):
                    trip[t] += w["trip_kwh"] * overlap(t, w["z"], until) * (step / (until - w["z"]))

        # The ceiling: a start above it stands for twelve hours from the arrival (for a car that only charges throughout); after
        # that what is above it is one excess, counted with the shortfalls.
        grace = max(start, windows[0]["a"] if windows else start) + timedelta(hours=12)
        above = e0 > full + 1e-9
        stands = [above and (Pd == 0 or moment[k] <= grace) for k in range(T + 1)]
        ceiling = [max(full, e0 - sum(trip[:k])) if stands[k] else full for k in range(T + 1)]
        excess = None
        if above and Pd > 0 and not all(stands):
            excess = p.column()
            short.append(excess)

        ch = [p.column(0, share[t] * Pc) for t in range(T)]
        dis = [p.column(0, share[t] * Pd) for t in range(T)]
        e = [p.column(e0, e0)]
        for k in range(1, T + 1):
            soft = excess is not None and not stands[k]
            e.append(p.column(0, max(E, e0) if soft else ceiling[k]))
            if soft:
                p.row([(e[k], 1), (excess, -1)], upper=ceiling[k])
        ageing = b["ageing"] if b["ageing"] != "none" else {}
        cycle = ageing.get("cycle_cost")
        cycle = [] if cycle is None else cycle if isinstance(cycle, list) else [[1, cycle]]
        widths = [(d - (cycle[j - 1][0] if j else 0)) * E for j, (d, _) in enumerate(cycle)]
        fill, left = [0.0] * len(widths), e0
        for j in reversed(range(len(widths))):
            fill[j] = min(left, widths[j])
            left -= fill[j]
        z = [[p.column(f, f) for f in fill]]

        nominal_in, nominal_out = (
            x[-1][1] if isinstance(x, list) else x for x in (c.get("charge_efficiency", 1), c.get("discharge_efficiency", 1))
        )
        whole = [share[t] > 1 - 1e-12 for t in range(T)]
        # r1 and r2 of each product and side, and what is called of them on its way through the cells (Scheduling.docc/Model.md section 5).
        parts, called_in, called_out = {}, [[] for _ in range(T)], [[] for _ in range(T)]
        for n, product in enumerate(products):
            alpha = product.get("activation", 0)
            for side in ("up", "down") if product["direction"] == "symmetric" else (product["direction"],):
                for t in range(T):
                    if whole[t]:
                        r1, r2 = parts[n, side, t] = p.column(), p.column()
                        if side == "up":
                            called_in[t].append((r1, -alpha * nominal_in))
                            called_out[t].append((r2, alpha / nominal_out))
                        else:
                            called_out[t].append((r1, -alpha / nominal_out))
                            called_in[t].append((r2, alpha * nominal_in))

        def cells(power, efficiency, t, charging, rated):
            if not isinstance(efficiency, list):
                return [(power, efficiency if charging else 1 / efficiency)]
            points = [(0.0, 0.0)] + [(x, x * n if charging else x / n) for x, n in efficiency]
            points = [(x * share[t], y * share[t]) for x, y in points]
            return piecewise(p, [(power, 1)], points) if share[t] > 0 and rated > 0 else []

        (choices, modes), before, running = charger_modes(c), None, []
        for t in range(T):
            inflow = cells(ch[t], c.get("charge_efficiency", 1), t, True, Pc)
            outflow = cells(dis[t], c.get("discharge_efficiency", 1), t, False, Pd)
            inflow, outflow = inflow + called_in[t], outflow + called_out[t]
            p.row([(e[t + 1], 1), (e[t], -1)] + [(k, -h * x) for k, x in inflow] + [(k, h * x) for k, x in outflow],
                  -trip[t], -trip[t])
            y = p.column(0, 1, True)
            p.row([(ch[t], 1), (y, -share[t] * Pc)], upper=0)
            p.row([(dis[t], 1), (y, share[t] * Pd)], upper=share[t] * Pd)
            # Modes: a direction and its phases; runs of a mode cost a start and last.
            on = []
            for sign, phases, low, high in modes:
                power, runs = p.column(0), p.column(0, 1 if share[t] > 0 else 0, True)
                p.row([(power, 1), (runs, -share[t] * high)], upper=0)
                p.row([(power, 1), (runs, -share[t] * low)], lower=0)
                for phase in phases:
                    fuse[t][phase].append((power, sign / len(phases)))
                on.append((runs, power, sign))
            if not modes:
                fuse[t] = {k: x + [(w, s / len(choices[-1])) for w, s in ((ch[t], 1), (dis[t], -1)) if k in choices[-1]]
                           for k, x in fuse[t].items()}
            for sign, total in ((1, ch[t]), (-1, dis[t])) if modes else ():
                p.row([(total, 1)] + [(power, -1) for _, power, way in on if way == sign], 0, 0)
            if modes:
                p.row([(runs, 1) for runs, _, _ in on], upper=1)
            starts = []
            for m, (runs, _, _) in enumerate(on):
                start_of = p.column(0, 1)
                cost.append((start_of, c.get("switch_cost", 0)))
                p.row([(start_of, 1), (runs, -1)] + ([(before[m][0], 1)] if before else []), lower=0)
                starts.append((runs, start_of))
            before = on
            running.append(starts)
            net[t] += [(ch[t], 1), (dis[t], -1)]
            charging_of_all[t].append(ch[t])
            for flows, power, bound in (
                (from_sun, ch, not c.get("from_grid", True)), (into_site, dis, not c.get("to_grid", True)),
                (apart, dis, not v.get("feeds_vehicles", True)),
            ):
                if bound:
                    flows[t].append(power[t])
            if widths:
                ins = [p.column() for _ in widths]
                outs = [p.column() for _ in widths]
                z.append([p.column(0, w) for w in widths])
                for j in range(len(widths)):
                    p.row([(z[t + 1][j], 1), (z[t][j], -1), (ins[j], -1), (outs[j], 1)], 0, 0)
                    cost.append((outs[j], cycle[j][1]))
                p.row([(k, 1) for k in ins] + [(k, -h * x) for k, x in inflow], 0, 0)
                p.row([(k, 1) for k in outs] + [(k, -h * x) for k, x in outflow], trip[t], trip[t])
        # The trapezoid rule: half a step at the two ends of the horizon, a whole one at every boundary between.
        for k in range(T + 1) if ageing.get("calendar_cost") else ():
            weight = h / 2 if k in (0, T) else h
            cost += piecewise(p, [(e[k], 1)], [(soc * E, weight * g) for soc, g in ageing["calendar_cost"]])

        nominal = c.get("charge_efficiency", 1)
        nominal = nominal[-1][1] if isinstance(nominal, list) else nominal
        departs_at_end = False
        floor_at, violation_at = [emin] * (T + 1), [None] * (T + 1)
        for i, w in enumerate(windows):
            if w.get("departure_soc") is not None and start < w["z"] <= end:
                t = math.ceil((w["z"] - start) / step) - 1
                short.append(p.column())
                p.row([(e[t + 1], 1), (short[-1], 1)], lower=w["departure_soc"] * E - trip[t])
                departs_at_end |= w["z"] == end
            inside = [k for k in range(T + 1) if w["a"] <= moment[k] <= w["z"]]
            if inside:
                short.append(p.column())
                for k in inside:
                    floor = emin
                    if i == 0 and e0 < emin:
                        floor = min(emin, e0 + sum(h * nominal * overlap(t, w["a"], w["z"]) * Pc for t in range(k)))
                    p.row([(e[k], 1), (short[-1], 1)], lower=floor)
                    floor_at[k], violation_at[k] = floor, short[-1]
        if any(w["a"] < end <= w["z"] for w in windows) and not departs_at_end:
            short.append(p.column())
            p.row([(e[T], 1), (short[-1], 1)], lower=b.get("soc_end", b["soc_start"]) * E)
        if "end_value_per_kwh" in b:
            cost.append((e[T], -b["end_value_per_kwh"]))

        for t in range(T):
            for side, less, more, rated in (("up", ch, dis, Pd), ("down", dis, ch, Pc)):
                mine = [(n, *parts[n, side, t]) for n in range(len(products)) if (n, side, t) in parts]
                if not mine:
                    continue
                p.row([(r1, 1) for _, r1, _ in mine] + [(less[t], -1)], upper=0)
                p.row([(r2, 1) for _, _, r2 in mine] + [(more[t], 1)], upper=rated)
                lasting = [(r2, hours(products[n]["duration"])) for n, _, r2 in mine]
                for k in (t, t + 1):
                    if side == "up":
                        terms = [(e[k], 1)] + [(r, -d / nominal_out) for r, d in lasting]
                        p.row(terms + ([(violation_at[k], 1)] if violation_at[k] is not None else []), lower=floor_at[k])
                    else:
                        over = [(excess, -1)] if excess is not None else []
                        p.row([(e[k], 1)] + over + [(r, d * nominal_in) for r, d in lasting], upper=ceiling[k])
        fleet.append({"parts": parts, "e": e, "emin": emin, "whole": whole, "out": nominal_out})
        charging, left = [], e0
        for t in range(T):
            room = max(0.0, (b.get("soc_max", 1) * E - left) / h)
            charging.append(full_power(c.get("charge_efficiency", 1), Pc, share[t], room))
            left += h * into_cells(c.get("charge_efficiency", 1), charging[t], share[t]) - trip[t]
        if not v.get("stationary"):
            immediate = [a + x for a, x in zip(immediate, charging)]

        # Habits: targets on the way, power that falls with the charge, a daily ration, a least gain, phases.
        for w in windows:
            for target in w.get("targets", []):
                at = datetime.fromisoformat(target["at"])
                if start < at <= end:
                    t = math.ceil((at - start) / step) - 1
                    short.append(p.column())
                    p.row([(e[t + 1], 1), (short[-1], 1)], lower=target["soc"] * E - trip[t])
        for t in range(T):
            knots = b.get("charge_limit_by_soc", [])
            for (s0, p0), (s1, p1) in zip([[-1, knots[0][1]]] + knots if knots else [], knots):
                slope = (p1 - p0) / (s1 - s0) / E
                p.row([(ch[t], 1), (e[t], -share[t] * slope / 2), (e[t + 1], -share[t] * slope / 2)],
                      upper=share[t] * (p0 - slope * E * s0))
            cost.append((dis[t], h * v.get("min_gain_per_kwh", 0)))
            # What starts runs for `min_run` steps, or to the horizon's end.
            for m, (_, start_of) in enumerate(running[t]):
                for later in range(t + 1, min(T, t + c.get("min_run", 1))):
                    p.row([(running[later][m][0], 1), (start_of, -1)], lower=0)
        owners.append(short[first_short:])
        if "max_cycles_per_day" in b:
            for day in {m.date() for m in moment[:T]}:
                p.row([(dis[t], h) for t in range(T) if moment[t].date() == day], upper=b["max_cycles_per_day"] * E)

    def overlapping(event):
        a = datetime.fromisoformat(event["from"]) if "from" in event else start
        z = datetime.fromisoformat(event["to"]) if "to" in event else end
        return [t for t in range(T) if moment[t] < z and moment[t + 1] > a]

    # Groups: net power at the chargers of a group and of all that are parts of it.
    groups = {g["id"]: g for g in s.get("groups", [])}
    def inside(v, group):
        at = v.get("group")
        while at is not None and at != group:
            at = groups[at].get("parent")
        return at == group
    for name, g in groups.items():
        most, least = series(g.get("import_limit_kw"), 1e3), series(g.get("export_limit_kw"), 1e3)
        for t in range(T):
            p.row([k for n, v in enumerate(s["vehicles"]) if inside(v, name) for k in net[t][2 * n: 2 * n + 2]], -least[t], most[t])

    flexible = flexible_loads(p, site.get("loads", []), short, start, end, step, moment, series)
    imports, exports = [], []
    for t in range(T):
        net[t] += flexible[t]
        i, x = p.column(0, most_in[t]), p.column(0, most_out[t])
        imports.append(i)
        exports.append(x)
        curtailed = p.column(0, pv[t] if site.get("pv_curtailable") or island[t] else 0)
        if island[t]:
            short.append(p.column(0, h * load[t]))
            net[t].append((short[-1], -1 / h))
        p.row(net[t] + [(curtailed, 1), (i, -1), (x, 1)], pv[t] - load[t], pv[t] - load[t])
        # Who feeds whom: of two rows one holds.
        surplus = pv[t] - load[t]
        need = flexible[t] + [(curtailed, 1)]
        if from_sun[t] and not island[t]:
            either(p, [(k, 1) for k in from_sun[t]] + [(curtailed, 1)], surplus, [(k, 1) for k in from_sun[t]], 0)
        if into_site[t] and not island[t]:
            given = [(k, 1) for k in into_site[t]]
            taken = need + [(k, 1) for k in charging_of_all[t]]
            either(p, given + [(k, -a) for k, a in taken], -surplus, given, 0)
        if apart[t]:
            given = [(k, 1) for k in apart[t]] + [(x, -1)]
            either(p, given + [(k, -a) for k, a in need], -surplus, given, 0)
        for phase in (1, 2, 3):
            fuse[t][phase] += [(k, a / 3) for k, a in flexible[t]]
        if "phase_limit_a" in site:
            limit = site["phase_limit_a"] * site.get("volts", 230) / 1000
            for phase in (1, 2, 3):
                p.row(fuse[t][phase] + [(curtailed, 1 / 3)], -limit - (load[t] - pv[t]) / 3, limit - (load[t] - pv[t]) / 3)
        y = p.column(0, 1, True)
        p.row([(i, 1), (y, -most_in[t])], upper=0)
        p.row([(x, 1), (y, most_out[t])], upper=most_out[t])
        cost += [(i, h * buy[t]), (x, -h * sell[t])]

    for charge in services.get("demand_charge", []):
        peak = p.column(charge.get("peak_so_far_kw", 0))
        cost.append((peak, charge["rate_per_kw"]))
        for t in overlapping(charge):
            p.row([(peak, 1), (imports[t], -1)], lower=0)
    if "network_deferral" in services:
        deferral = services["network_deferral"]
        peak = p.column(0, deferral.get("limit_kw", INF))
        cost.append((peak, deferral["rate_per_kw"]))
        for t, feeder in enumerate(series(deferral["feeder_load_kw"])):
            p.row([(peak, 1), (imports[t], -1), (exports[t], 1)], lower=feeder)
    if "resource_adequacy" in services:
        capacity = services["resource_adequacy"]
        q = p.column(0, capacity["max_kw"])
        cost.append((q, -capacity["payment_per_kw"]))
        baseline = capacity.get("baseline_kw", "immediate")
        baseline = [a - y + x for a, y, x in zip(load, pv, immediate)] if baseline == "immediate" else series(baseline)
        for t in sorted({t for event in capacity["events"] for t in overlapping(event)}):
            p.row([(imports[t], 1), (exports[t], -1), (q, 1)], upper=baseline[t])
    for n, product in enumerate(products):
        block = round(hours(product["block"]) / h) if "block" in product else 1
        sold = [p.column(0, product.get("max_kw", INF)) for _ in range(0, T, block)]
        called = {"up": -1, "down": 1, "symmetric": 0}[product["direction"]] * product.get("activation", 0)
        for t, price in enumerate(series(product["price"])):
            cost.append((sold[t // block], h * (called * series(product.get("activation_price"))[t] - price)))
            for side in ("up", "down") if product["direction"] == "symmetric" else (product["direction"],):
                held = [r for v in fleet if (n, side, t) in v["parts"] for r in v["parts"][n, side, t]]
                p.row([(r, 1) for r in held] + [(sold[t // block], -1)], 0, 0)
    if "backup" in services:
        critical, lasting = series(services["backup"]["critical_load_kw"]), hours(services["backup"]["duration"])
        for k in range(T + 1):
            there = [v for v in fleet if v["whole"][min(k, T - 1)]]
            if there:
                need = sum(critical[t] * h * min(1.0, max(0.0, (k - t) + lasting / h)) for t in range(k, T))
                short.append(p.column())
                p.row([(v["e"][k], v["out"]) for v in there] + [(short[-1], 1)],
                      lower=need + sum(v["out"] * v["emin"] for v in there))
    if "carbon" in services:
        carbon = services["carbon"]
        for t, intensity in enumerate(series(carbon["intensity_g_per_kwh"])):
            cost.append((imports[t], carbon["price_per_tonne"] * intensity * h / 1e6))

    missing, why = p.minimise([(f, 1) for f in short])
    if missing is None:
        return None
    # Among equal sums the largest shortfall of a vehicle is least.
    owners = [own for own in owners if own]
    largest = p.column()
    shares = [({largest: 1, **{f: -1 for f in own}}, 0, INF) for own in owners]
    # Held as tightly as HiGHS's own feasibility tolerance lets it find a point again.
    for slack in slacks:
        held = [({f: 1 for f in short}, -INF, missing + slack)] if short else []
        if len(owners) > 1 and missing > 1e-6:
            least, why = p.minimise([(largest, 1)], held + shares)
            if least is None:
                continue
            held += [({f: 1 for f in own}, -INF, least + slack) for own in owners]
        objective, why = p.minimise(cost, held)
        if objective is not None:
            return objective, missing, slack
    raise TimeoutError(f"HiGHS: {why}")


def household(s, r, T, moment):
    """Batteries, loads whose time can be chosen, and rules of who feeds whom, in two of five scenarios."""
    if r.random() < 0.6:
        return
    site = s.setdefault("site", {})
    for v in s["vehicles"]:
        if r.random() < 0.2:
            v["charger"]["from_grid"] = False
        if r.random() < 0.4:
            v["charger"]["to_grid"] = False
    for number in range(r.choice([0, 1, 1, 2])):
        store = {"id": f"wall{number}",
                 "battery": {"capacity_kwh": r.choice([5, 10]), "soc_start": round(r.uniform(0, 1), 2),
                             "ageing": r.choice(["none", {"cycle_cost": 0.03}])},
                 "charger": {"charge_kw": r.choice([3, 5]), "discharge_kw": r.choice([3, 5]), "charge_efficiency": 0.95,
                             "discharge_efficiency": 0.95}}
        if r.random() < 0.5:
            store["battery"]["soc_end"] = round(r.uniform(0, 0.5), 2)
        if r.random() < 0.3:
            store["charger"]["min_charge_kw"] = 0.5
        store["charger"]["from_grid"], store["charger"]["to_grid"] = r.random() < 0.6, r.random() < 0.5
        store["feeds_vehicles"] = r.random() < 0.5
        site.setdefault("batteries", []).append(store)
    span = lambda: dict(zip(("from", "to"), map(moment, sorted(r.sample(range(T + 1), 2)))))
    if r.random() < 0.5:
        energy = {"energy_kwh": round(r.uniform(0.2, 5), 2), "max_kw": r.choice([1, 2.2]), **span()}
        if r.random() < 0.5:
            energy["min_kw"] = r.choice([0.5, 1])
        site.setdefault("loads", []).append({"id": "pump", "energy": energy})
    if r.random() < 0.5:
        profile = [r.choice([0.1, 1.5, 2]) for _ in range(r.randint(1, 5))]
        site.setdefault("loads", []).append({"id": "washer", "run": {"profile_kw": profile, **span()}})
    if r.random() < 0.5:
        heat = {"capacity_kwh": 8, "start_kwh": round(r.uniform(0, 8), 2), "min_kwh": r.choice([0, 2]),
                "loss_per_hour": r.choice([0, 0.01, 0.1]), "demand_kw": [round(r.uniform(0, 2), 2) for _ in range(T)],
                "cop": r.choice([1, 3]), "max_kw": r.choice([1, 2])}
        if r.random() < 0.4:
            heat["min_kw"] = 0.6
        site.setdefault("loads", []).append({"id": "boiler", "heat": heat})


def scenario(r):
    """A random scenario that reaches into the corners of Scheduling.docc/Model.md."""
    minutes = r.choice([15, 30, 60])
    T = r.randint(6, 26)
    start = datetime(2024, 3, 4, r.randint(0, 23))
    moment = lambda k: (start + timedelta(minutes=minutes * k)).isoformat()
    kind = r.choice(["plain", "negative", "inverted", "flat"])
    base = [r.uniform(0.05, 0.4) for _ in range(T)] if kind != "flat" else [0.25] * T
    if kind == "negative":
        base = [x - 0.2 for x in base]
    spread = -0.05 if kind == "inverted" else r.choice([0, 0.03, 0.1])
    s = {
        "name": "random", "currency": "EUR",
        "horizon": {"start": moment(0), "end": moment(T), "step": f"{minutes}min", "timezone": "UTC"},
        "tariff": {"import": [round(x, 4) for x in base], "export": [round(x - spread, 4) for x in base]},
        "vehicles": [],
    }
    if r.random() < 0.2:
        del s["tariff"]["export"]
    if r.random() < 0.6:
        site = s["site"] = {}
        if r.random() < 0.6:
            site["load_kw"] = [round(r.uniform(0, 4), 2) for _ in range(T)]
        if r.random() < 0.5:
            site["pv_kw"] = [round(max(0, r.uniform(-3, 6)), 2) for _ in range(T)]
            site["pv_curtailable"] = r.random() < 0.5
        if r.random() < 0.5:
            site["import_limit_kw"] = round(r.uniform(4, 14), 1)
        if r.random() < 0.5:
            site["export_limit_kw"] = r.choice([0, 3.0, 8.0])
            if site["export_limit_kw"] < 7 and "pv_kw" in site:
                site["pv_curtailable"] = True
        if r.random() < 0.3:
            begin = datetime.fromisoformat(s["horizon"]["start"]) + timedelta(minutes=r.randrange(0, 900, 10))
            until = begin + timedelta(minutes=r.randrange(20, 200, 10))
            site["outages"] = [{"from": begin.strftime("%Y-%m-%dT%H:%M"), "to": until.strftime("%Y-%m-%dT%H:%M")}]
    for number in range(r.choice([1, 1, 1, 2, 3])):
        E = r.choice([40, 60, 77])
        battery = {"capacity_kwh": E, "soc_start": round(r.uniform(0.02, 1), 2)}
        if r.random() < 0.6:
            battery["soc_min"] = r.choice([0.1, 0.2])
        if r.random() < 0.4:
            battery["soc_max"] = r.choice([0.8, 0.9])
        if r.random() < 0.4:
            battery["soc_end"] = round(r.uniform(0.1, 0.8), 2)
        if r.random() < 0.2:
            battery["end_value_per_kwh"] = 0.1
        ageing = {}
        if r.random() < 0.7:
            g, points = 0.003, []
            for soc in [0, 0.25, 0.5, 0.75, 1]:
                points.append([soc, round(g, 5)])
                g += r.uniform(0, 0.01)
            if r.random() < 0.6:
                slopes = sorted(b[1] - a[1] for a, b in zip(points, points[1:]))
                for k, slope in enumerate(slopes):
                    points[k + 1][1] = round(points[k][1] + slope, 5)
            ageing["calendar_cost"] = points
        if r.random() < 0.8:
            count = r.choice([1, 2, 3, 5])
            prices = sorted(round(r.uniform(0.001, 0.08), 4) for _ in range(count))
            if r.random() < 0.15:
                r.shuffle(prices)
            ageing["cycle_cost"] = prices[0] if count == 1 else [[round((j + 1) / count, 6), x] for j, x in enumerate(prices)]
        battery["ageing"] = ageing or "none"
        charger = {"charge_kw": r.choice([3.7, 7.4, 11]), "discharge_kw": r.choice([0, 5, 10])}
        for way in ("charge", "discharge"):
            if r.random() < 0.25 and charger[f"{way}_kw"] > 0:
                charger[f"{way}_efficiency"] = [[1.5, 0.75], [4, 0.88], [11, r.choice([0.93, 0.86])]]
            else:
                charger[f"{way}_efficiency"] = r.choice([1, 0.95, 0.9])
            if r.random() < 0.3 and charger[f"{way}_kw"] > 0:
                charger[f"min_{way}_kw"] = 1.4
        plugged, at = [], start + timedelta(minutes=r.choice([-60, 0, 40, 130]))
        end = start + timedelta(minutes=minutes * T)
        while at < end and len(plugged) < 3:
            until = at + timedelta(minutes=r.randint(30, minutes * T))
            if until <= start:
                until = start + timedelta(minutes=45)
            window = {"from": at.isoformat(), "to": until.isoformat()}
            if r.random() < 0.6:
                window["departure_soc"] = round(r.uniform(0.3, 0.95), 2)
            if r.random() < 0.6:
                window["trip_kwh"] = round(r.uniform(0, 6), 1)
            # Habits are drawn apart, so that the scenarios of a seed stay what they were without them.
            habit = random.Random(repr(window))
            if habit.random() < 0.25:
                on_the_way = at + (until - at) * habit.uniform(0.2, 1)
                window["targets"] = [{"at": on_the_way.replace(microsecond=0, second=0).isoformat(),
                                      "soc": round(habit.uniform(0.2, 0.9), 2)}]
                if not window["from"] < window["targets"][0]["at"] <= window["to"]:
                    del window["targets"]
            plugged.append(window)
            at = until + timedelta(minutes=r.randint(20, 200))
        vehicle = {"id": f"ev{number}", "battery": battery, "charger": charger, "plugged": plugged}
        habit = random.Random(repr(vehicle))
        if habit.random() < 0.25:
            knee, top = habit.choice([0.5, 0.8]), habit.uniform(0, 3)
            battery["charge_limit_by_soc"] = [[knee, 9], [0.9, round(top + 1.5, 2)], [1, 0.5 * round(top, 2)]]
            slopes = [(q[1] - a[1]) / (q[0] - a[0]) for a, q in zip(battery["charge_limit_by_soc"], battery["charge_limit_by_soc"][1:])]
            if slopes[1] > slopes[0]:
                battery["charge_limit_by_soc"] = [[knee, 9], [1, round(top, 2)]]
        if habit.random() < 0.2:
            battery["max_cycles_per_day"] = round(habit.uniform(0, 0.6), 2)
        if habit.random() < 0.2:
            vehicle["min_gain_per_kwh"] = round(habit.uniform(0, 0.1), 3)
        if habit.random() < 0.3:
            charger["phases"] = habit.choice([[1], [2], [[1, 3]], 3, [1, 3], [[2], 3], [1, 2]])
        runs = random.Random(repr(vehicle) + "runs")
        if runs.random() < 0.15:
            charger["min_charge_kw"] = charger["charge_kw"]
            if charger["discharge_kw"] > 0 and runs.random() < 0.5:
                charger["min_discharge_kw"] = charger["discharge_kw"]
        if runs.random() < 0.15:
            charger["min_run"] = runs.choice([1, 2, 3])
            charger["switch_cost"] = runs.choice([0, 0.02, 0.2])
        s["vehicles"].append(vehicle)
    if r.random() < 0.6:
        s["services"] = streams(r, T, moment, minutes)
    habit = random.Random(repr(s))
    if habit.random() < 0.3:
        s.setdefault("site", {})["phase_limit_a"] = habit.choice([16, 25, 35])
    household(s, random.Random(repr(s) + "household"), T, moment)
    habit = random.Random(repr(s) + "groups")
    if len(s["vehicles"]) > 1 and habit.random() < 0.5:
        s["groups"] = [{"id": "hall", "import_limit_kw": habit.choice([6, 12]), "export_limit_kw": habit.choice([0, 4, 20])}]
        if habit.random() < 0.6:
            s["groups"].append({"id": "west", "parent": "hall", "import_limit_kw": [habit.choice([3, 8]) for _ in range(T)]})
        for v in s["vehicles"]:
            v["group"] = habit.choice([g["id"] for g in s["groups"]])
    habit = random.Random(repr(s["horizon"]) + "habits" if "groups" in s else repr(s))
    if habit.random() < 0.3:
        s["habits"] = {"prefer": habit.choice(["early", "late"]), "smooth": habit.random() < 0.5}
    return s


def streams(r, T, moment, minutes):
    """Value streams of any kind, alone and together."""
    services = {}
    some = lambda: {"from": moment(r.randint(0, T // 2)), "to": moment(T - r.randint(0, T // 3))}
    if r.random() < 0.4:
        services["demand_charge"] = [
            {"rate_per_kw": round(r.uniform(0, 0.5), 3), "peak_so_far_kw": r.choice([0, 2.5]), **(some() if r.random() < 0.5 else {})}
            for _ in range(r.choice([1, 2]))
        ]
    if r.random() < 0.3:
        services["network_deferral"] = {"feeder_load_kw": [round(r.uniform(20, 60), 1) for _ in range(T)], "rate_per_kw": round(r.uniform(0, 0.4), 3)}
        if r.random() < 0.3:
            services["network_deferral"]["limit_kw"] = r.choice([62, 66, 75])
    if r.random() < 0.3:
        services["resource_adequacy"] = {"payment_per_kw": round(r.uniform(0, 0.8), 3), "max_kw": r.choice([3, 20]), "events": [some()]}
        if r.random() < 0.3:
            services["resource_adequacy"]["baseline_kw"] = 18
    if r.random() < 0.5:
        services["reserve"] = []
        for _ in range(r.choice([1, 1, 2])):
            product = {"direction": r.choice(["up", "down", "symmetric"]), "price": [round(r.uniform(0, 0.03), 4) for _ in range(T)],
                       "duration": r.choice(["15min", "1h", "2h"]), "max_kw": r.choice([4, 9, 30])}
            if r.random() < 0.6:
                product["block"] = f"{minutes * r.choice([2, 4])}min"
            if r.random() < 0.4:
                product["activation"] = r.choice([0.05, 0.2])
                product["activation_price"] = round(r.uniform(0.05, 0.4), 3)
            services["reserve"].append(product)
    if r.random() < 0.3:
        services["backup"] = {"critical_load_kw": [round(r.uniform(0, 1.5), 2) for _ in range(T)], "duration": r.choice(["1h", "4h", "50min"])}
    if r.random() < 0.3:
        services["carbon"] = {"intensity_g_per_kwh": [round(r.uniform(50, 500)) for _ in range(T)], "price_per_tonne": 90}
    return services


def main():
    count, seed, binary = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    bad = infeasible = short = skipped = 0
    for number in range(seed, seed + count):
        s = scenario(random.Random(number))
        try:
            expected = solve(s)
        except TimeoutError as why:
            skipped += 1
            print(f"seed {number}: not judged: {why}")
            continue
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(s, file)
            file.flush()
            run = subprocess.run([binary, "schedule", file.name, "--format", "json"], capture_output=True, text=True)
            if expected is None:
                infeasible += 1
                if run.returncode != 1:
                    bad += 1
                    print(f"seed {number}: infeasible here, exit {run.returncode} there: {run.stderr.strip()[:300]}")
                continue
            if run.returncode:
                bad += 1
                print(f"seed {number}: exit {run.returncode}: {run.stderr.strip()[:300]} (here {expected})")
                continue
            result = json.loads(run.stdout)
            short += expected[1] > 1e-6
            cost = result["objective"] + result.get("hurdle", 0)
            if cost < expected[0] - 1e-6 * max(1, abs(expected[0])):
                # With the tightest tolerances HiGHS has called solutions optimal that were not: asked again with others.
                Program.tolerance = 1e-7
                again = solve(s)
                Program.tolerance = 1e-9
                expected = min(expected, again) if again else expected
            apart = abs(cost - expected[0]) / max(1, abs(expected[0]))
            if apart > 1e-6 and cost > expected[0] and expected[1] > 1e-6:
                # What the slack of the shortfalls is worth: where a start or a tier hangs on them, much.
                slack = expected[2]
                try:
                    worth = (expected[0] - solve(s, (4 * slack,))[0]) / (3 * slack)
                except TimeoutError:
                    worth = 0
                apart = max(0, cost - expected[0] - 2 * worth * slack) / max(1, abs(expected[0]))
            if apart > 1e-6 + expected[2] or abs(result["shortfall_kwh"] - expected[1]) > 1e-6 * max(1, expected[1]):
                bad += 1
                print(f"seed {number}: {result['status']} {result['objective']} short {result['shortfall_kwh']}, here {expected}")
            check = subprocess.run([binary, "verify", file.name, "-"], input=run.stdout, capture_output=True, text=True)
            if check.returncode:
                bad += 1
                print(f"seed {number}: verify: {check.stderr.strip()[:600]}")
    print(f"{count} random scenarios ({infeasible} infeasible, {short} with shortfalls, {skipped} not judged): {bad} disagree with the textbook model")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
