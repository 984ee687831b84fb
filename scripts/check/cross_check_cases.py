"""Solves every case's exported MPS by HiGHS and compares objectives: cross_check_cases.py BINARY CASES"""

import json
import pathlib
import subprocess
import sys
import tempfile

import highspy

binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
bad = 0
cases = sorted(folder.glob("*/scenario.yaml"))
for case in cases:
    with tempfile.NamedTemporaryFile(suffix=".mps") as file:
        subprocess.run([binary, "export", case, "--output", file.name], check=True)
        h = highspy.Highs()
        h.setOptionValue("output_flag", False)
        h.setOptionValue("mip_rel_gap", 1e-8)
        h.readModel(file.name)
        h.run()
        theirs = h.getInfo().objective_function_value
    run = subprocess.run([binary, "schedule", case, "--format", "json"], check=True, capture_output=True, text=True)
    result = json.loads(run.stdout)
    # Where money was given for smoothness the objective lies above the least cost, which is the bound.
    least = result["objective"] + result.get("hurdle", 0) if result["status"] == "optimal" else result["bound"]
    apart = abs(least - theirs) / max(1, abs(theirs))
    # HiGHS's own feasibility tolerance is 1e-6 to 1e-7.
    is_equal = apart <= 1e-6 and h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    bad += not is_equal
    print(f"{case.parent.name:42} {least:14.8f} {theirs:14.8f} {'' if is_equal else '  DIFFERENT'}")
print(f"{len(cases)} cases: {bad} differ from HiGHS")
sys.exit(1 if bad or not cases else 0)
