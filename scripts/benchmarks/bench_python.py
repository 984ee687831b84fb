"""What the Python package adds to the solver's own time: bench_python.py BINARY SCENARIO"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import v2x

NIGHTS = 1000
ROUNDS = 3
KEYS = {
    "vehicles[0].battery.capacity_kwh": (30.0, 100.0),
    "vehicles[0].battery.soc_start": (0.2, 0.7),
    "vehicles[0].battery.ageing.price_per_kwh": (60.0, 140.0),
}


def seconds(work):
    """How long it takes, and what it gives."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def one_night(scenario: v2x.Scenario, path: str) -> None:
    """Medians over many nights, in milliseconds: solving by the library's own clock, and what comes on top of it."""
    nights = [scenario.changed({"vehicles[0].battery.soc_start": 0.2 + 0.004 * k}) for k in range(100)]
    rows = {"a scenario that was read": lambda k: nights[k], "the same as a file": lambda k: path}
    for name, source in rows.items():
        beyond, solving, tables = [], [], []
        for k in range(100):
            whole, plan = seconds(lambda: v2x.schedule(source(k), shows_seconds=True))
            solving.append(plan.seconds or 0.0)
            beyond.append(whole - solving[-1])
            tables.append(seconds(lambda: (plan.power, plan.soc, plan.costs))[0])
        middle = [1000 * statistics.median(times) for times in (solving, beyond, tables)]
        print(f"{name}: solving {middle[0]:.2f} ms, beyond it {middle[1]:.2f} ms, three tables {middle[2]:.2f} ms")


def thousand_nights(scenario: v2x.Scenario, binary: str, path: str) -> None:
    """The same nights by `v2x sweep`, by `v2x.sweep` and by `v2x.schedules`, in turn; the medians of the rounds.

    The time of the processors is what other programs on the machine disturb least.
    """
    draw = random.Random(1)
    values = {key: [round(draw.uniform(*span), 6) for _ in range(NIGHTS)] for key, span in KEYS.items()}
    axes = [{"path": key, "values": drawn} for key, drawn in values.items()]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sweep.yaml"
        file.write_text(json.dumps({"base": path, "combine": "zip", "axes": axes}))

        def command() -> None:
            arguments = [binary, "sweep", str(file), "--database", f"{folder}/runs.sqlite", "--restart"]
            subprocess.run(arguments, check=True, capture_output=True)

        def sweep() -> list[float]:
            return v2x.sweep(str(file)).frame()["objective"].tolist()

        def schedules() -> list[float]:
            nights = (scenario.changed({key: drawn[k] for key, drawn in values.items()}) for k in range(NIGHTS))
            return [plan.objective for plan in v2x.schedules(nights)]

        times: dict[str, list[tuple[float, float]]] = {"v2x sweep": [], "v2x.sweep": [], "v2x.schedules": []}
        found: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for name, work in (("v2x sweep", command), ("v2x.sweep", sweep), ("v2x.schedules", schedules)):
                before = sum(os.times()[:4])
                took, found[name] = seconds(work)
                times[name].append((took, sum(os.times()[:4]) - before))
    if any(abs(a - b) > 1e-8 for a, b in zip(found["v2x.sweep"], found["v2x.schedules"])):
        sys.exit("the two ways from Python differ")
    middles = {name: [statistics.median(column) for column in zip(*rounds)] for name, rounds in times.items()}
    base = middles["v2x sweep"]
    for name, (wall, busy) in middles.items():
        ratios = f"{wall / base[0]:.2f} and {busy / base[1]:.2f} times v2x sweep"
        print(f"{NIGHTS} nights by {name}: {wall:.2f} s, {busy:.2f} s of the processors: {ratios}")


def main() -> None:
    binary, path = sys.argv[1:]
    scenario = v2x.Scenario(path)
    one_night(scenario, path)
    thousand_nights(scenario, binary, path)


if __name__ == "__main__":
    main()
