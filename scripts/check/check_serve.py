"""Checks `v2x serve` from outside: its document, broken requests, and a load at a fixed rate."""
import argparse
import http.client
import pathlib
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time

NIGHT = """\
name: one night
horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 15min, timezone: Europe/Amsterdam }
tariff:
  import: { values: [%s], step: 1h }
  export: { values: [%s], step: 1h }
vehicles:
  - id: ev1
    battery: { capacity_kwh: 60, soc_start: 0.6, soc_end: 0.6, ageing: { cell: nmc } }
    charger: { charge_kw: 11, discharge_kw: 10, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
    plugged: [{ from: 2024-01-15T17:45, to: 2024-01-16T07:30, departure_soc: 0.8, trip_kwh: 9 }]
"""


def night(index):
    """A night whose prices no other night has."""
    prices = [0.2 + 0.15 * ((hour * 7 + index) % 11) / 11 for hour in range(24)]
    return (NIGHT % (", ".join(f"{p:.4f}" for p in prices), ", ".join(f"{p * 0.7:.4f}" for p in prices))).encode()


def memory_mb(process):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text() if pathlib.Path("/proc").exists() else ""
    found = re.search(r"VmRSS:\s+(\d+)", text)
    return int(found.group(1)) / 1024 if found else float("nan")


def load(port, process, rate, seconds):
    """Sends `rate` requests a second; a request's time begins when it is due, not when a connection is free."""
    due, times, failures = queue.Queue(), [], []

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (item := due.get()) is not None:
            at, index = item
            try:
                connection.request("POST", "/v1/schedule", night(index))
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    failures.append(answer.status)
            except OSError as error:
                failures.append(str(error))
                connection.close()
            times.append(time.perf_counter() - at)

    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()
    start, memory = time.perf_counter(), []
    for index in range(int(rate * seconds)):
        at = start + index / rate
        time.sleep(max(0, at - time.perf_counter()))
        due.put((at, index))
        if index % max(1, int(rate * seconds / 10)) == 0:
            memory.append(memory_mb(process))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    memory.append(memory_mb(process))
    times.sort()
    p50, p99 = times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000
    print(f"load: {rate:g}/s for {seconds:g} s: p50 {p50:.1f} ms, p99 {p99:.1f} ms, most {times[-1] * 1000:.1f} ms, "
          f"{len(failures)} failures; memory in MB: {', '.join(f'{m:.1f}' for m in memory)}")
    return not failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("v2x")
    parser.add_argument("root")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--examples", type=int, default=80)
    options = parser.parse_args()
    process = subprocess.Popen([options.v2x, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
    holds = True
    try:
        port = int(process.stderr.readline().rsplit(":", 1)[1])
        statuses = {}

        def listen():
            for line in process.stderr:
                found = re.search(r'"status":(\d+)', line)
                if found:
                    statuses[found.group(1)] = statuses.get(found.group(1), 0) + 1
        threading.Thread(target=listen, daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/v1/openapi.json")
        text = connection.getresponse().read()
        connection.close()
        with tempfile.TemporaryDirectory() as folder:
            document = pathlib.Path(folder) / "openapi.json"
            document.write_bytes(text)
            holds &= subprocess.run([sys.executable, "-m", "openapi_spec_validator", document]).returncode == 0
            fuzzer = pathlib.Path(sys.executable).with_name("schemathesis")
            run = subprocess.run(
                [fuzzer, "run", document, "--url", f"http://127.0.0.1:{port}", "--checks", "not_a_server_error",
                 "--max-examples", str(options.examples), "--seed", "1"], capture_output=True, text=True, cwd=folder)
            print("\n".join(line.strip() for line in run.stdout.splitlines() if "generated" in line))
            holds &= run.returncode == 0
        print("statuses:", ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
        if process.poll() is not None:
            print("the service ended", file=sys.stderr)
            return 1
        holds &= load(port, process, options.rate, options.seconds)
    finally:
        process.terminate()
        code = process.wait(timeout=30)
    if code != 0:
        print(f"the service ended with {code}", file=sys.stderr)
    return 0 if holds and code == 0 else 1


sys.exit(main())
