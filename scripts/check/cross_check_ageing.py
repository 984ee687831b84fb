"""v2x's lives beside BLAST-Lite's, and its rainflow beside PyPI rainflow. Called by cross-check-ageing."""
import contextlib
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import rainflow

from study_day import STRATEGIES, write_csv

with contextlib.redirect_stdout(io.StringIO()):
    from blast import models
    from blast.models.degradation_model import BatteryDegradationModel


class Naumann(BatteryDegradationModel):
    """The `lfp` of Ageing.docc/Cells.md section 1: Naumann's own laws (the package fits the same cell with others), in BLAST-Lite's machinery."""

    def __init__(self):
        super().__init__()
        self.states = {"calendar": np.array([0.0]), "cycle": np.array([0.0])}
        self.outputs = {"q": np.array([1.0])}
        self.rates = {"calendar": np.array([np.nan]), "cycle": np.array([np.nan])}

    def update_rates(self, stressors):
        t, kelvin, soc = stressors["t_secs"], stressors["TdegK"], stressors["soc"]
        calendar = (
            1.2571e-5 * np.exp(-(17126 / 8.314) * (1 / kelvin - 1 / 298.15)) * (2.8575 * (soc - 0.5) ** 3 + 0.60225)
        ) * 86400**0.5
        cycle = (0.0630 * stressors["Crate"] + 0.0971) * (4.0253 * (stressors["dod"] - 0.6) ** 3 + 1.0923) / 100
        self.rates["calendar"] = np.append(self.rates["calendar"], np.trapz(calendar, x=t) / (t[-1] - t[0]))
        self.rates["cycle"] = np.append(self.rates["cycle"], cycle)

    def update_states(self, stressors):
        for key, dx in (("calendar", stressors["delta_t_days"]), ("cycle", stressors["delta_efc"])):
            grown = self._update_power_state(self.states[key][-1], dx, self.rates[key][-1], 0.5)
            self.states[key] = np.append(self.states[key], self.states[key][-1] + grown)

    def update_outputs(self, stressors):
        left = 1 - self.states["calendar"][-1] - self.states["cycle"][-1]
        self.outputs["q"] = np.append(self.outputs["q"], left)


CELLS = {
    "nca": models.Nca_Gr_Panasonic3Ah_Battery,
    "nmc": models.NMC_Gr_50Ah_B1,
    "nmc111": models.Nmc111_Gr_Sanyo2Ah_Battery,
    "lfp": Naumann,
    "lmo": models.Lmo_Gr_NissanLeaf66Ah_2ndLife_Battery,
    "lfp-prismatic": models.Lfp_Gr_250AhPrismatic,
    "nmc-a": models.NMC_Gr_75Ah_A,
    "nmc111-kokam": models.Nmc111_Gr_Kokam75Ah_Battery,
}
TOLERANCE = 0.02  # percentage points


def reference(cell, soc, temperature, step_hours, years, constant):
    model = CELLS[cell]()
    series = {
        "Time_s": np.arange(len(soc)) * step_hours * 3600.0,
        "SOC": np.array(soc, dtype=float),
        "Temperature_C": np.array(temperature, dtype=float),
    }
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        model.simulate_battery_life(
            series, threshold_time=years, is_constant_input=constant, is_conserve_energy_throughput=False
        )
    return 100 * (1 - model.outputs["q"][-1])


def ours(binary, path, years, convention):
    run = subprocess.run(
        [binary, "cells", "--trace", path, "--repeat-years", str(years), "--convention", convention, "--format", "json"],
        capture_output=True, text=True, check=True,
    )
    return {entry["cell"]: 100 * entry["loss"] for entry in json.loads(run.stdout)}


def random_year(rng):
    """A year of quarters of an hour: trips, rest, and charging (or V2X) of a random kind; temperature with seasons."""
    steps = 365 * 96
    soc = np.empty(steps + 1)
    soc[0] = rng.uniform(0.1, 1)
    kind = rng.integers(4)  # rest, commuting, V2X every evening, several cycles a day
    power = rng.uniform(0.02, 0.6)
    top, low = rng.uniform(0.6, 1), rng.uniform(0, 0.4)
    goal = top
    for step in range(steps):
        hour = (step % 96) / 4
        now = soc[step]
        if kind == 0:
            move = rng.normal(0, 0.002)
        elif kind == 1:
            move = -rng.uniform(0, 0.1) if hour in (8.0, 17.5) else (power / 4 if hour >= 18 or hour < 6 else 0)
        elif kind == 2:
            move = -power / 4 if 18 <= hour < 22 else power / 4 if hour < 7 else -0.05 if hour in (8.0, 17.5) else 0
        else:
            if now >= top - 1e-9:
                goal = low
            elif now <= low + 1e-9:
                goal = top
            move = np.clip(goal - now, -power / 4, power / 4)
        soc[step + 1] = min(top if kind else 1, max(low if kind else 0, now + move))
        if soc[step + 1] == (top if kind else 1) and now > soc[step + 1]:
            soc[step + 1] = now  # above its ceiling it only rests or discharges
    hours = np.arange(steps + 1) / 4
    mean, season, daily = rng.uniform(5, 25), rng.uniform(0, 12), rng.uniform(0, 6)
    temperature = mean - season * np.cos(2 * np.pi * hours / 8760) - daily * np.cos(2 * np.pi * hours / 24)
    return soc, temperature


def main():
    binary, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    worst, failures, compared = 0.0, [], 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace.csv")

        def compare(what, soc, temperature, step_hours, years, constant):
            nonlocal worst, compared
            found = ours(binary, path, years, "blast-lite-constant" if constant else "blast-lite")
            for cell in CELLS:
                expected = reference(cell, soc, temperature, step_hours, years, constant)
                distance = abs(found[cell] - expected)
                worst, compared = max(worst, distance), compared + 1
                if not distance <= TOLERANCE:
                    failures.append(f"{what}, {cell}: v2x {found[cell]:.4f} %, BLAST-Lite {expected:.4f} %")

        for name, soc in STRATEGIES.items():
            write_csv(path, soc, temperature=[25.0] * len(soc))
            compare(name, soc, [25.0] * len(soc), 0.25, 10, True)
        for index in range(count):
            soc, temperature = random_year(np.random.default_rng([seed, index]))
            write_csv(path, soc, temperature=temperature)
            compare(f"random year {index}", soc, temperature, 0.25, 1, False)
            run = subprocess.run([binary, "cells", "--trace", path, "--cycles"], capture_output=True, text=True, check=True)
            mine = [tuple(map(float, row)) for row in list(csv.reader(io.StringIO(run.stdout)))[1:]]
            theirs = [cycle for cycle in rainflow.extract_cycles(soc) if cycle[0] > 0]
            same = len(mine) == len(theirs) and all(
                abs(a[0] - b[0]) < 1e-9 and abs(a[1] - b[1]) < 1e-9 and a[2:] == tuple(map(float, b[2:]))
                for a, b in zip(sorted(mine), sorted(theirs))
            )
            if not same:
                failures.append(f"random year {index}: rainflow has {len(mine)} cycles, PyPI {len(theirs)}, or others")
    print(f"ageing: {compared} lives beside BLAST-Lite, worst distance {worst:.5f} percentage points; {count} rainflow counts")
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


main()
