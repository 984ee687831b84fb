"""HiGHS on the MPS files of v2x-bench, and whole processes: bench_highs.py FOLDER BINARY SCENARIO"""

import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import highspy

folder, binary, scenario = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
ours = json.loads((folder / "times.json").read_text())
print(f"\n{'program':32}{'GLPK':>9}{'HiGHS':>9}{'no presolve':>13}   ratio to the better")
for name, milliseconds in ours.items():
    medians = []
    for options in ({}, {"presolve": "off"}):
        times = []
        for file in sorted(folder.glob(name.replace(", ", "-").replace(" ", "-") + "-*.mps")):
            h = highspy.Highs()
            h.setOptionValue("output_flag", False)
            h.setOptionValue("threads", 1)
            for key, value in options.items():
                h.setOptionValue(key, value)
            h.readModel(str(file))
            start = time.perf_counter()
            h.run()
            times.append((time.perf_counter() - start) * 1e3)
        medians.append(statistics.median(times))
    print(f"{name:32}{milliseconds:9.2f}{medians[0]:9.2f}{medians[1]:13.2f}   {milliseconds / min(medians):.2f}")

times = []
for _ in range(21):
    start = time.perf_counter()
    subprocess.run([binary, "schedule", scenario], stdout=subprocess.DEVNULL, check=True)
    times.append((time.perf_counter() - start) * 1e3)
print(f"\nwhole process, one night: {statistics.median(times):.1f} ms median", end="")
if shutil.which("time"):  # GNU time; a child of this process would be charged with Python's own memory
    run = subprocess.run([shutil.which("time"), "-f", "%M", binary, "schedule", scenario], capture_output=True, text=True)
    print(f", {int(run.stderr.split()[-1]) / 1024:.0f} MB at most")
