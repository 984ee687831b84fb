"""`v2x watch` against mosquitto, read by paho-mqtt.

  check_watch.py MOSQUITTO BINARY
"""

import http.server
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

import paho.mqtt.client as mqtt

NIGHT = """\
name: at home
currency: EUR
horizon: { start: now, end: 24h, step: 15min, timezone: Europe/Amsterdam }
tariff:
  import: { hours: [{ from: "23:00", to: "06:00", value: 0.1 }, { value: 0.3 }] }
  export: 0.05
site:
  load_kw: 0.5
  batteries:
    - { id: cellar, battery: { capacity_kwh: 10, soc_start: 0.5, ageing: none }, charger: { charge_kw: 5, discharge_kw: 5 } }
vehicles:
  - id: ev1
    battery: { capacity_kwh: 60, soc_start: 0.5 }
    charger: { charge_kw: CHARGE, discharge_kw: 11, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
    plugged: [{ daily: ["00:00", "23:45"], departure_soc: 0.8 }]
"""
USER, PASSWORD = "v2x", "a secret"
problems = []


def expect(holds, what):
    if not holds:
        problems.append(what)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """mosquitto with a user, whom it knows by a password."""

    def __init__(self, program, folder, port):
        self.program, self.port = program, port
        passwords = folder / "passwords"
        passwords.write_text(f"{USER}:{PASSWORD}\n")
        passwords.chmod(0o600)
        subprocess.run([str(pathlib.Path(program).with_name("mosquitto_passwd")) if
                        pathlib.Path(program).with_name("mosquitto_passwd").exists() else "mosquitto_passwd",
                        "-U", str(passwords)], check=True, capture_output=True)
        self.config = folder / "mosquitto.conf"
        self.config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n"
                               f"user root\npersistence false\n")
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.program, "-c", str(self.config)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        until(lambda: self.answers(), "the broker does not start")

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        self.process.kill()
        self.process.wait()


def until(holds, what, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


class Reader:
    """Whoever listens to the broker, with the last payload of each topic."""

    def __init__(self, port):
        self.topics = {}
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.username_pw_set(USER, PASSWORD)
        self.client.on_message = lambda _, __, message: self.topics.__setitem__(message.topic, message.payload)
        self.client.on_connect = lambda client, *_: client.subscribe("#")
        self.client.reconnect_delay_set(min_delay=1, max_delay=1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def json(self, topic):
        return json.loads(self.topics[topic]) if self.topics.get(topic) else None

    def say(self, topic, text, retain=True):
        self.client.publish(topic, text, retain=retain).wait_for_publish(10)


class Hub(http.server.BaseHTTPRequestHandler):
    """A hub of its own: a state by GET, and evcc's modes by POST."""
    state, posts = "62", []

    def do_GET(self):
        body = json.dumps({"battery": [{"soc": Hub.state}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        Hub.posts.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def check(program, binary, folder):
    scenario, plan = folder / "night.yaml", folder / "plan.json"
    scenario.write_text(NIGHT.replace("CHARGE", "11"))
    hub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=hub.serve_forever, daemon=True).start()
    port = free_port()
    broker = Broker(program, folder, port)
    reader = Reader(port)
    reader.say("car/soc", "41")
    address = f"http://127.0.0.1:{hub.server_port}"
    watch = subprocess.Popen(
        [binary, "watch", str(scenario), "-o", str(plan), "-o", f"homeassistant={folder / 'ha.json'}",
         "--mqtt", f"127.0.0.1:{port}", "--mqtt-user", USER, "--state", "ev1=mqtt:car/soc",
         "--state", f"cellar={address}/api#battery.0.soc", "--poll", "1",
         "--evcc", address, "--loadpoint", "ev1=1"],
        env={"V2X_MQTT_PASSWORD": PASSWORD, "PATH": "/usr/bin"}, stderr=subprocess.PIPE, text=True)
    lines = []
    threading.Thread(target=lambda: lines.extend(iter(watch.stderr.readline, "")), daemon=True).start()
    broken, isDone = [], threading.Event()

    def read_plans():
        while not isDone.is_set():
            if plan.exists():
                try:
                    json.loads(plan.read_text())
                except ValueError as error:
                    broken.append(str(error))
    threading.Thread(target=read_plans, daemon=True).start()
    try:
        until(lambda: reader.json("v2x/home/ev1/state"), f"no state of ev1 comes; the log: {lines}")
        until(lambda: plan.exists() and (folder / "ha.json").exists(), "no plan file is written")

        def entities():
            return {t: json.loads(p) for t, p in list(reader.topics.items()) if t.startswith("homeassistant/")}

        # Messages arrive one by one: the state of one vehicle may come before the rest.
        until(lambda: len(entities()) >= 10
              and all(c["state_topic"] in reader.topics for c in entities().values())
              and "v2x/home/availability" in reader.topics, f"not all entities come with a state: {sorted(reader.topics)}")
        begin = {v["id"]: v["soc"][0] for v in json.loads(plan.read_text())["vehicles"]}
        expect(begin["ev1"] == 0.41, f"ev1 begins at {begin['ev1']}, the broker says 41 %")
        batteries = json.loads(plan.read_text())["batteries"]
        expect(batteries[0]["soc"][0] == 0.62, f"the battery begins at {batteries[0]['soc'][0]}, the hub says 62 %")
        configs = entities()
        expect(len(configs) == 10, f"{len(configs)} entities: {sorted(configs)}")
        for topic, config in configs.items():
            expect(config["state_topic"] in reader.topics, f"{topic}: no state on {config['state_topic']}")
        expect(reader.topics["v2x/home/availability"] == b"online", "it does not say that it is online")
        size = max(len(p) for p in reader.topics.values())
        expect(size < 16_384, f"a payload has {size} bytes")
        until(lambda: Hub.posts, "evcc is not told")
        expect(Hub.posts[0] in ("/api/loadpoints/1/mode/now", "/api/loadpoints/1/mode/off"), f"evcc is told {Hub.posts}")

        until(lambda: reader.json("v2x/home/cellar/state")["because"], "no reasons come")
        # How soon a state's change is a new setpoint's plan.
        began = time.monotonic()
        reader.say("car/soc", "55.5")
        until(lambda: reader.json("v2x/home/ev1/state")["soc_percent"] == 55.5, "a changed state is not planned")
        print(f"from a state on the broker to its plan there: {(time.monotonic() - began) * 1000:.0f} ms")
        reader.say("car/soc", "unavailable")
        scenario.write_text(NIGHT.replace("CHARGE", "7.4"))
        until(lambda: max(json.loads(plan.read_text())["vehicles"][0]["charge_kw"]) < 7.5, "a changed scenario is not planned")
        expect(reader.json("v2x/home/ev1/state")["soc_percent"] == 55.5, "what is unavailable changed the charge")
        scenario.write_text(NIGHT.replace("CHARGE", "-1"))
        until(lambda: reader.json("v2x/home/problem")["state"] == "ON", "a broken scenario is no problem")
        expect("charge_kw" in reader.json("v2x/home/problem")["message"], "the problem does not name the key")
        scenario.write_text(NIGHT.replace("CHARGE", "11"))
        until(lambda: reader.json("v2x/home/problem")["state"] == "OFF", "the problem stays")

        # A broker without a memory: all is published again.
        broker.kill()
        reader.topics.clear()
        time.sleep(1)
        broker.start()
        until(lambda: reader.json("v2x/home/ev1/state"), "after the broker's end nothing comes again")
        until(lambda: reader.topics.get("v2x/home/availability") == b"online", "it is not online again")
        until(lambda: len([t for t in reader.topics if t.startswith("homeassistant/")]) == 10, "entities are missing")

        watch.kill()
        watch.wait()
        until(lambda: reader.topics["v2x/home/availability"] == b"offline", "its will is not published")
        isDone.set()
        expect(not broken, f"a plan file was half written: {broken[:1]}")
        once = subprocess.run(
            [binary, "watch", str(scenario), "--once", "--mqtt", f"127.0.0.1:{port}", "--mqtt-user", USER, "--node", "twice"],
            env={"V2X_MQTT_PASSWORD": PASSWORD}, capture_output=True, text=True, timeout=60)
        expect(once.returncode == 0, f"--once ends with {once.returncode}: {once.stderr}")
        until(lambda: reader.json("v2x/twice/ev1/state"), "--once publishes nothing")
        refused = subprocess.run(
            [binary, "watch", str(scenario), "--once", "--mqtt", f"127.0.0.1:{port}", "--mqtt-user", USER],
            env={"V2X_MQTT_PASSWORD": "wrong"}, capture_output=True, text=True, timeout=60)
        expect("refuses user or password" in refused.stderr or "does not let this user in" in refused.stderr,
               f"a wrong password: {refused.stderr}")
        expect(refused.returncode == 1, f"a plan that nobody is told of ends with {refused.returncode}")
    finally:
        isDone.set()
        watch.kill()
        reader.client.loop_stop()
        broker.kill()


def main():
    with tempfile.TemporaryDirectory() as folder:
        try:
            check(sys.argv[1], sys.argv[2], pathlib.Path(folder))
        except TimeoutError as error:
            problems.append(str(error))
    for problem in problems:
        print(problem)
    print(f"watch against mosquitto: {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
