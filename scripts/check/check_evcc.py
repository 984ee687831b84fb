"""evcc's optimizer protocol beside an independent model.

Random requests are sent to `v2x serve`. Each plan is replayed from the request alone, and its worth with all penalties is
compared with the optimum of the same model on HiGHS, written here from the protocol's description.
"""
import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse

import highspy

INF = highspy.kHighsInf


def request(seed, steps=None, homes=None):
    """A random home: 1 to 3 batteries (or `homes`), 8 to 192 steps (or `steps`), the first shorter than the others."""
    r = random.Random(seed)
    count = r.choice([8, 24, 24, 48, 96, 96, 192])
    count = steps or count
    length = 3600 if count <= 48 else 900
    dt = [r.randint(31, length)] + [length] * (count - 1)
    hour = [(t * length / 3600) % 24 for t in range(count)]
    base = r.uniform(0.15, 0.35)
    p_n = [round(1e-3 * (base + r.choice([0.02, 0.1, 0.15]) * r.uniform(-1, 1)), 8) for _ in range(count)]
    if r.random() < 0.2:
        p_n = [round(x - 0.2e-3, 8) for x in p_n]
    sell = r.choice([0.0, 0.08, 0.5])
    p_e = [8e-5] * count if sell == 0.08 else [round(x * sell, 8) for x in p_n]
    sun = r.choice([0, 3000, 8000])
    ft = [round(max(0, sun * (1 - ((h - 13) / 6) ** 2)) * r.uniform(0.5, 1) * s / 3600, 3) for h, s in zip(hour, dt)]
    gt = [round(r.uniform(150, 900) * s / 3600, 3) for s in dt]
    batteries = []
    drawn = r.choice([1, 1, 2, 2, 3])
    for _ in range(homes or drawn):
        car = r.random() < 0.5
        top = r.choice([40000, 60000]) if car else r.choice([8000, 12000])
        battery = {
            "s_min": r.choice([0, 0.1 * top]), "s_max": r.choice([1, 0.9]) * top, "s_capacity": top,
            "s_initial": round(r.uniform(0.05, 0.95) * top), "c_min": r.choice([1380, 4140]) if car else r.choice([0, 0, 300]),
            "c_max": r.choice([7400, 11000]) if car else 5000, "d_max": r.choice([0, 0, 7400]) if car else 5000,
            "p_a": round(1e-3 * r.uniform(0.05, 0.3), 6), "charge_from_grid": r.random() < 0.7,
            "discharge_to_grid": r.random() < 0.3, "c_priority": 0,
        }
        if car and r.random() < 0.6:
            battery["s_goal"] = [0] * count
            battery["s_goal"][r.randrange(1, count)] = round(r.uniform(0.5, 0.9) * top)
        if car and r.random() < 0.2:
            start = r.randrange(count)
            battery["p_demand"] = [r.choice([1000, 3000]) * s / 3600 if start <= t < start + 6 else 0 for t, s in enumerate(dt)]
        batteries.append(battery)
    grid = {}
    if r.random() < 0.4:
        grid["p_max_imp"] = r.choice([4000, 9000])
        if r.random() < 0.5:
            grid["prc_p_exc_imp"] = r.choice([1e-3, 1e-2])
    if r.random() < 0.4:
        grid["p_max_exp"] = r.choice([1000, 4000])
    made = {"grid": grid, "batteries": batteries, "eta_c": r.choice([0.9, 0.95]), "eta_d": 0.95,
            "time_series": {"dt": dt, "gt": gt, "ft": ft, "p_N": p_n, "p_E": p_e}}
    if r.random() < 0.3:
        # They choose among plans of equal worth: the optimum is that without them.
        made["strategy"] = {"charging_strategy": r.choice(CHARGING), "discharging_strategy": r.choice(DISCHARGING)}
        for battery in batteries:
            battery["c_priority"] = r.choice([0, 1, 2])
    if r.random() < 0.2:
        batteries[0]["s_initial"] = round(0.99 * batteries[0]["s_capacity"])
    return made


CHARGING = ["none", "charge_before_export", "attenuate_demand_peaks", "attenuate_feedin_peaks", "attenuate_grid_peaks"]
DISCHARGING = ["none", "discharge_before_import"]


def penalty_base(q):
    s = q["time_series"]
    worths = s["p_N"] + s["p_E"] + [b["p_a"] for b in q["batteries"]] + [1e-4]
    if "prc_p_exc_imp" in q["grid"] and "p_max_imp" in q["grid"]:
        worths.append(q["grid"]["prc_p_exc_imp"] * 3600 / min(s["dt"]))
    return max(worths)


class Model:
    """A mixed-integer program for HiGHS, in kWh."""

    def __init__(self):
        self.h = highspy.Highs()
        self.h.setOptionValue("output_flag", False)
        self.h.setOptionValue("mip_rel_gap", 1e-9)
        self.h.setOptionValue("mip_abs_gap", 1e-9)
        self.h.setOptionValue("time_limit", 60.0)
        self.count = 0

    def column(self, upper=INF, cost=0.0, binary=False):
        self.h.addVar(0, 1 if binary else upper)
        if cost:
            self.h.changeColCost(self.count, cost)
        if binary:
            self.h.changeColIntegrality(self.count, highspy.HighsVarType.kInteger)
        self.count += 1
        return self.count - 1

    def row(self, terms, lower=-INF, upper=INF):
        self.h.addRow(lower, upper, len(terms), [c for c, _ in terms], [float(v) for _, v in terms])


def optimum(q, mps=None):
    """The least cost with penalties, and its bound."""
    m, s, g = Model(), q["time_series"], q["grid"]
    base, steps = penalty_base(q) * 1e3, range(len(s["dt"]))
    hours = [x / 3600 for x in s["dt"]]
    big = sum(s["gt"]) + sum(s["ft"]) + sum((b["c_max"] + b["d_max"]) * max(hours) for b in q["batteries"])
    big /= 1e3
    rate = g.get("prc_p_exc_imp") if "p_max_imp" in g else None
    n = [m.column(cost=s["p_N"][t] * 1e3) for t in steps]
    e = [m.column(cost=-s["p_E"][t] * 1e3) for t in steps]
    y = [m.column(binary=True) for t in steps]
    x = w = None
    if "p_max_imp" in g:
        x = [m.column(cost=s["p_N"][t] * 1e3 + (0 if rate is not None else 100 * base)) for t in steps]
    if "p_max_exp" in g:
        w = [m.column(cost=100 * base * (1 - t * 1e-5)) for t in steps]
    for t in steps:
        m.row([(e[t], 1), (y[t], -big)], upper=0)
        m.row([(n[t], 1), (y[t], big)], upper=big)
        for limit, regular, beyond in [("p_max_imp", n, x), ("p_max_exp", e, w)]:
            if beyond is not None:
                most = g[limit] / 1e3 * hours[t]
                z = m.column(binary=True)
                m.row([(regular[t], 1)], upper=most)
                m.row([(regular[t], 1), (z, most)], lower=most)
                m.row([(beyond[t], 1), (z, big)], upper=big)
    if rate is not None:
        peak = m.column(cost=rate * 1e3)
        for t in steps:
            m.row([(x[t], 1), (peak, -hours[t])], upper=0)
    balance = [[(n[t], 1), (e[t], -1)] + ([(x[t], 1)] if x else []) + ([(w[t], -1)] if w else []) for t in steps]
    for b in q["batteries"]:
        last, T = None, len(hours)
        for t in steps:
            most_c, most_d = b["c_max"] / 1e3 * hours[t], b["d_max"] / 1e3 * hours[t]
            least = b["c_min"] / 1e3 * hours[t]
            c, d = m.column(most_c), m.column(most_d)
            level = m.column(b["s_capacity"] / 1e3, cost=-b["p_a"] * 1e3 if t == T - 1 else 0)
            terms = [(level, 1), (c, -q["eta_c"]), (d, 1 / q["eta_d"])] + ([(last, -1)] if t else [])
            start = 0 if t else b["s_initial"] / 1e3
            m.row(terms, start, start)
            last = level
            m.row([(level, 1), (m.column(cost=1000 * base), -1)], upper=b["s_max"] / 1e3)
            m.row([(level, 1), (m.column(cost=1000 * base), 1)], lower=b["s_min"] / 1e3)
            balance[t] += [(d, 1), (c, -1)]
            z = m.column(binary=True)
            m.row([(c, 1), (z, most_c)], upper=most_c)
            m.row([(d, 1), (z, -most_d)], upper=0)
            if not b["charge_from_grid"]:
                m.row([(c, 1), (y[t], -most_c)], upper=0)
            if not b["discharge_to_grid"]:
                m.row([(d, 1), (y[t], most_d)], upper=most_d)
            if b.get("s_goal") and t and b["s_goal"][t] > 0:
                m.row([(level, 1), (m.column(cost=100 * base), 1)], lower=b["s_goal"][t] / 1e3)
            near = None
            if b.get("p_demand") and b["p_demand"][t] > 0:
                need = min(most_c, b["p_demand"][t] / 1e3)
                full, near = m.column(binary=True), m.column(binary=True)
                m.row([(level, 1), (full, -b["s_max"] / 1e3)], lower=0)
                m.row([(level, 1), (near, -b["s_max"] / 1e3)], lower=-least)
                lack = m.column(cost=100 * base * (1 + (T - t) / T))
                m.row([(c, 1), (lack, 1), (full, need)], lower=need)
            if least > 0:
                on = m.column(binary=True)
                m.row([(c, 1), (on, -least)] + ([(near, least)] if near is not None else []), lower=0)
                m.row([(c, 1), (on, -most_c)], upper=0)
    for t in steps:
        need = (s["gt"][t] - s["ft"][t]) / 1e3
        m.row(balance[t], need, need)
    if mps:
        m.h.writeModel(mps)
    m.h.run()
    info = m.h.getInfo()
    return info.objective_function_value, info.mip_dual_bound, m.h.getModelStatus() == highspy.HighsModelStatus.kOptimal


def replayed(q, a):
    """The cost with penalties of a plan, and what does not hold in it."""
    s, g, wrong = q["time_series"], q["grid"], []
    base = penalty_base(q)
    rate = g.get("prc_p_exc_imp") if "p_max_imp" in g else None
    cost, peak, T = 0.0, 0.0, len(s["dt"])

    def check(holds, words):
        if not holds:
            wrong.append(words)

    for t in range(T):
        hours = s["dt"][t] / 3600
        over = a["grid_import_overshoot"][t] if "p_max_imp" in g else 0
        lost = a["grid_export_overshoot"][t] if "p_max_exp" in g else 0
        imported = a["grid_import"][t] + (0 if rate is not None else over)
        exported = a["grid_export"][t]
        cost += imported * s["p_N"][t] - exported * s["p_E"][t] + lost * 100 * base * (1 - t * 1e-5)
        if rate is None:
            cost += over * 100 * base
        peak = max(peak, over / hours)
        net = sum(b["charging_power"][t] - b["discharging_power"][t] for b in a["batteries"])
        check(abs(net + s["gt"][t] - s["ft"][t] - imported + exported + lost) < 1e-3, f"balance at {t}")
        check(min(imported, exported) < 1e-3, f"both directions at {t}")
        check("p_max_imp" not in g or imported - over <= g["p_max_imp"] * hours + 1e-3, f"import limit at {t}")
        check("p_max_exp" not in g or exported <= g["p_max_exp"] * hours + 1e-3, f"export limit at {t}")
        for b, p in zip(q["batteries"], a["batteries"]):
            c, d = p["charging_power"][t], p["discharging_power"][t]
            check(min(c, d) < 1e-3, f"charges and discharges at {t}")
            check(b["charge_from_grid"] or min(c, imported) < 1e-3, f"charges from the grid at {t}")
            check(b["discharge_to_grid"] or min(d, exported) < 1e-3, f"discharges to the grid at {t}")
            check(c <= b["c_max"] * hours + 1e-3 and d <= b["d_max"] * hours + 1e-3, f"power at {t}")
            demand = (b.get("p_demand") or [0] * T)[t]
            level = p["state_of_charge"][t]
            near = demand > 0 and b["s_max"] - level <= b["c_min"] * hours + 1e-3
            check(near or c < 1e-3 or c >= b["c_min"] * hours - 1e-3, f"least power at {t}")
            before = p["state_of_charge"][t - 1] if t else b["s_initial"]
            check(abs(level - before - q["eta_c"] * c + d / q["eta_d"]) < 1e-3, f"energy at {t}")
            check(-1e-3 <= level <= b["s_capacity"] + 1e-3, f"capacity at {t}")
            cost += 1000 * base * (max(0, level - b["s_max"]) + max(0, b["s_min"] - level))
            if b.get("s_goal") and t and b["s_goal"][t] > 0:
                cost += 100 * base * max(0, b["s_goal"][t] - level)
            if demand > 0 and level < b["s_max"] - 1e-6:
                cost += 100 * base * (1 + (T - t) / T) * max(0, min(b["c_max"] * hours, demand) - c)
    cost += (rate or 0) * peak
    cost -= sum(b["p_a"] * p["state_of_charge"][-1] for b, p in zip(q["batteries"], a["batteries"]))
    return cost, wrong


def cbc_seconds(mps):
    """The seconds that PuLP with CBC takes for a model in a file, reading and writing left out."""
    import pulp

    _, problem = pulp.LpProblem.fromMPS(mps)
    start = time.perf_counter()
    problem.solve(pulp.PULP_CBC_CMD(msg=0, timeLimit=60))
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("v2x")
    parser.add_argument("count", type=int, nargs="?", default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--steps", type=int, help="of every request")
    parser.add_argument("--batteries", type=int, help="of every request")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--cbc", action="store_true", help="times PuLP with CBC too")
    options = parser.parse_args()
    service = subprocess.Popen([options.v2x, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
    failures, unproven, ours, theirs, cbc = 0, 0, [], [], []
    mps = os.path.join(tempfile.gettempdir(), f"evcc-{os.getpid()}.mps")
    try:
        line = service.stderr.readline()
        # Open before a request is sent, as evcc's client keeps it.
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(line.split()[-1]).netloc, timeout=60)
        import threading
        threading.Thread(target=lambda: [None for _ in service.stderr], daemon=True).start()
        for seed in range(options.first, options.first + options.count):
            q = request(seed, options.steps, options.batteries)
            body = json.dumps(q).encode()
            connection.close()  # The service has closed it where the last model took long.
            connection.connect()
            start = time.perf_counter()
            connection.request("POST", "/optimize/charge-schedule", body, {"Content-Type": "application/json"})
            text = connection.getresponse().read()
            ours.append(time.perf_counter() - start)
            a = json.loads(text)
            start = time.perf_counter()
            best, bound, is_proven = optimum(q, mps if options.cbc else None)
            theirs.append(time.perf_counter() - start)
            if options.cbc:
                cbc.append(cbc_seconds(mps))
            if options.verbose:
                print(f"seed {seed}: {ours[-1]:.4f} s, HiGHS {theirs[-1]:.3f} s"
                      + (f", CBC {cbc[-1]:.3f} s" if cbc else "") + f" {a['status']}", file=sys.stderr)
            where = f"seed {seed} ({len(q['batteries'])} batteries, {len(q['time_series']['dt'])} steps)"
            if a["status"] not in ("Optimal", "Feasible"):
                print(f"{where}: {a['status']}", file=sys.stderr)
                failures += 1
                continue
            cost, wrong = replayed(q, a)
            room = 1e-6 * max(1, abs(best))
            if a["status"] == "Optimal" and is_proven and abs(cost - best) > room or cost < bound - room:
                wrong.append(f"cost {cost:.8f}, HiGHS {best:.8f}")
            if a["status"] != "Optimal":
                unproven += 1
                print(f"{where}: not proven within the time limit; cost {cost:.6f}, HiGHS {best:.6f}", file=sys.stderr)
            if wrong:
                print(f"{where}: " + "; ".join(wrong[:4]), file=sys.stderr)
                failures += 1
    finally:
        service.terminate()
        service.wait()
    unsorted = list(ours)
    ours.sort()
    theirs.sort()
    print(f"evcc's protocol: {options.count - failures} of {options.count} requests agree with HiGHS "
          f"({unproven} not proven); seconds for an answer: "
          f"median {ours[len(ours) // 2]:.4f}, most {ours[-1]:.3f}; HiGHS {theirs[len(theirs) // 2]:.4f}, {theirs[-1]:.3f}")
    if cbc:
        os.remove(mps)
        shares = sorted(x / y for x, y in zip(unsorted, cbc))
        print(f"PuLP with CBC: median {sorted(cbc)[len(cbc) // 2]:.4f}, most {max(cbc):.3f}, sum {sum(cbc):.1f} (here "
              f"{sum(ours):.1f}); time here over theirs: median {shares[len(shares) // 2]:.3f}, most {shares[-1]:.2f}")
    return 1 if failures else 0


sys.exit(main())
