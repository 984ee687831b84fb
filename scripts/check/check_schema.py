"""The schema of `v2x schema` against every scenario, and against slips: check_schema.py BINARY FOLDER"""

import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml
from jsonschema import Draft202012Validator


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: times are texts, 18:00 is no number, no is no false."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", "-+0123456789."),
    ("null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
# PyYAML's own reading of an integer knows sexagesimals and octals.
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))

GOOD = """
horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 15min, timezone: Europe/Amsterdam }
tariff: { import: { values: [0.2, 0.3], step: 12h }, export: 0.1 }
site: { import_limit_kw: 17 }
vehicles:
  - id: ev1
    battery: { capacity_kwh: 60, soc_start: 0.6, ageing: { cell: nmc } }
    charger: { charge_kw: 11, charge_efficiency: [[1.4, 0.78], [11, 0.93]] }
    plugged: [{ from: 2024-01-15T17:40, to: 2024-01-16T07:25, departure_soc: 0.8 }]
services: { reserve: [{ direction: up, price: 0.01, duration: 30min }] }
"""

# Where, and what stands there instead (None: nothing).
SLIPS = [
    (["horizon", "step"], "quarter"), (["horizon", "start"], "tonight"), (["horizon", "end"], None), (["tariff"], None),
    (["tarif"], {"import": 1}), (["tariff", "import"], "cheap"), (["tariff", "import"], {"value": [1]}),
    (["tariff", "import", "fill"], "next"), (["site", "import_limit"], 3), (["site", "pv_curtailable"], "yes"),
    (["vehicles"], []), (["vehicles"], {"count": 0}), (["vehicles"], {"count": 3, "arival": "18:00"}),
    (["vehicles", 0, "battery", "capacity_kwh"], -40), (["vehicles", 0, "battery", "capacity_kwh"], "60"),
    (["vehicles", 0, "battery", "soc_start"], 60), (["vehicles", 0, "battery", "soc_start"], None),
    (["vehicles", 0, "battery", "ageing"], "no"), (["vehicles", 0, "battery", "ageing", "price"], 9),
    (["vehicles", 0, "charger", "charge_efficiency"], 95), (["vehicles", 0, "charger", "charge_kv"], 9),
    (["vehicles", 0, "plugged", 0, "departure_soc"], 80), (["vehicles", 0, "plugged", 0, "targets"], [{"at": "02:00"}]),
    (["vehicles", 0, "id"], None), (["services", "reserve", 0, "direction"], "sideways"),
    (["services", "reserve", 0, "duration"], None), (["services", "reserves"], []), (["groups"], [{"import_limit_kw": 9}]),
    (["habits"], {"prefer": "soon"}), (["habits"], {"smooth": {}}), (["solver"], {"mip_gap": -1}),
]


def main():
    binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    schema = json.loads(subprocess.run([binary, "schema"], check=True, capture_output=True, text=True).stdout)
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    bad = 0
    scenarios = sorted(folder.rglob("scenario.yaml"))
    for path in scenarios:
        for error in judge.iter_errors(yaml.load(path.read_text(), Core)):
            bad += 1
            print(f"{path}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    good = yaml.load(GOOD, Core)
    if not judge.is_valid(good):
        bad += 1
        print("the good scenario is refused")
    for place, value in SLIPS:
        slip = copy.deepcopy(good)
        node = slip
        for key in place[:-1]:
            node = node[key]
        if value is None:
            del node[place[-1]]
        else:
            node[place[-1]] = value
        where = f"{'.'.join(map(str, place))}: {value!r}"
        if judge.is_valid(slip):
            bad += 1
            print(f"{where} is accepted")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(slip, file)
            file.flush()
            if subprocess.run([binary, "check", file.name], capture_output=True).returncode != 65:
                bad += 1
                print(f"{where} is accepted by v2x check")
    print(f"{len(scenarios)} scenarios and {len(SLIPS)} slips against the schema: {bad} wrong")
    sys.exit(1 if bad or not scenarios else 0)


if __name__ == "__main__":
    main()
