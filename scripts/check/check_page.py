"""The page of `v2x serve` in headless Chromium, driven as a reader does.

  check_page.py BROWSER BINARY SCENARIOS [SCREENSHOTS]
"""

import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

# A night in quarter-hours, with a car whose name would run as markup, and a second one.
EVIL = "<img src=x onerror=\"document.title='markup'\">"
NIGHT = """\
name: %s
currency: EUR
horizon: { start: 2026-01-15T16:00, end: 2026-01-16T16:00, step: 15min, timezone: Europe/Amsterdam }
tariff:
  import: { hours: [{ from: "17:00", to: "21:00", value: 0.42 }, { from: "23:00", to: "06:00", value: 0.14 }, { value: 0.26 }] }
  export: 0.08
site:
  load_kw: { hours: [{ from: "17:00", to: "23:00", value: 1.5 }, { value: 0.4 }] }
  import_limit_kw: 17
%svehicles:
  - id: %s
    battery: { capacity_kwh: 60, soc_min: 0.2, soc_start: 0.5, ageing: { cell: nmc } }
    charger: { charge_kw: 11, discharge_kw: 7.4, charge_efficiency: 0.93, discharge_efficiency: 0.93 }
    plugged: [{ from: 2026-01-15T17:00, to: 2026-01-16T07:30, departure_soc: 0.8, trip_kwh: 9 }]
  - id: van
    battery: { capacity_kwh: 40, soc_start: 0.4, ageing: { cell: lfp } }
    charger: { charge_kw: 7.4, charge_efficiency: 0.93 }
    plugged: [{ from: 2026-01-15T18:30, to: 2026-01-16T06:30, departure_soc: 0.9 }]
"""
BATTERY = """\
  batteries:
    - { id: cellar, battery: { capacity_kwh: 10, soc_start: 0.5, ageing: none }, charger: { charge_kw: 5, discharge_kw: 5 } }
"""
NIGHT, CELLAR = NIGHT % (json.dumps(EVIL), "", json.dumps(EVIL)), NIGHT % ('"cellar"', BATTERY, "ev1")
AT = "2026-01-15T23:10:00+01:00"
MOST_MILLISECONDS = 200
problems = []


def expect(holds, what):
    if not holds:
        problems.append(what)


@contextlib.contextmanager
def service(binary, *arguments):
    process = subprocess.Popen([binary, "serve", "--port", "0", *arguments], stderr=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{process.stderr.readline().rsplit(':', 1)[1].strip()}/"
    finally:
        process.terminate()
        process.stderr.read()
        expect(process.wait(timeout=30) == 0, "the service did not end well")


def answer(base, question, body, mode="v2x"):
    request = urllib.request.Request(f"{base}v1/{question}?mode={mode}", data=json.dumps(body).encode())
    with urllib.request.urlopen(request) as reply:
        return json.loads(reply.read())


def opened(browser, base, name, width=1280, scheme="light", at=AT):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, timezone_id="UTC")
    page = context.new_page()
    page.on("console", lambda message: problems.append(f"{name}: console: {message.text}"))
    page.on("pageerror", lambda error: problems.append(f"{name}: error: {error}"))
    page.on("request", lambda request: expect(request.url.startswith(base), f"{name}: asks for {request.url}"))
    if at:
        page.add_init_script("""{ const at = Date.parse("%s"), Real = Date; Date = class extends Real {
            constructor(...given) { super(...(given.length ? given : [at])); } static now() { return at; } }; }""" % at)
    page.goto(base)
    return page


def wait(page, what, seconds=20):
    """Until the expression holds. The page's policy lets nothing be evaluated inside it, so it is asked again and again."""
    end = time.monotonic() + seconds
    while not page.evaluate(what):
        if time.monotonic() > end:
            raise TimeoutError(f"{what}; the page says: {page.text_content('#problem')}")
        time.sleep(0.002)


def settled(page, count):
    wait(page, f"+(document.body.dataset.settled ?? 0) >= {count}")


def drawn(page):
    return int(page.evaluate("document.body.dataset.drawn ?? 0"))


def drawn_after(page, before):
    wait(page, f"+document.body.dataset.drawn > {before}")


def judged_by_axe(page, name):
    for violation in Axe().run(page).response["violations"]:
        first = violation["nodes"][0]
        problems.append(f"{name}: axe: {violation['id']}: {violation['help']}: {first['html'][:160]}")


def total(page):
    return page.text_content("#cards dd").split("EUR")[0].strip()


def slide(page, name, value):
    """Moves a slider to a value and waits until its schedule is drawn; the milliseconds that the page measured."""
    before = drawn(page)
    page.evaluate("""([id, value]) => { const input = document.getElementById(id); input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true })); }""", [name, value])
    drawn_after(page, before)
    return float(page.evaluate("document.body.dataset.milliseconds"))


def holds_plan(page, base, name):
    """What is shown is what the routes answer."""
    result, explained = answer(base, "schedule", {}), answer(base, "explain", {})
    expect(total(page) == f"{result['objective']:.2f}", f"{name}: total {total(page)}, is {result['objective']}")
    expect(page.title().startswith(EVIL), f"{name}: the title is {page.title()}")
    expect(page.query_selector("main img") is None, f"{name}: a vehicle's name became markup")
    expect(page.text_content("#vehicle option") == EVIL, f"{name}: the vehicle is called otherwise")
    step = 28  # 23:00 to 23:15
    expect(page.locator("#sentences h3").all_text_contents() == [EVIL, "van"], f"{name}: sentences of other vehicles")
    sentences = page.locator("#sentences p").all_text_contents()
    for index, vehicle in enumerate(result["vehicles"]):
        mine = [a for a in explained["actions"] if a["vehicle"] == vehicle["id"]]
        now = next(a for a in mine if a["step"] <= step < a["step"] + a["steps"])
        shown = sentences[2 * index]
        expect("Now" in shown and now["what"] in shown and now["because"] in shown,
               f"{name}: now is {shown!r}, should be {now['what']}")
        following = [a for a in mine if a["step"] > step and a["action"] in ("charge", "discharge")]
        if following:
            expect("Next" in sentences[2 * index + 1] and following[0]["what"] in sentences[2 * index + 1],
                   f"{name}: next is {sentences[2 * index + 1]!r}, should be {following[0]['what']}")
    expect(len(sentences) == 4, f"{name}: {len(sentences)} sentences of two vehicles")
    # The keyboard moves the cursor; the legend shows the result's number.
    page.focus("#step")
    page.keyboard.press("Home")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    first = result["vehicles"][0]
    power = float(page.text_content("#power output"))
    expect(abs(power - first["charge_kw"][40] + first["discharge_kw"][40]) < 0.006, f"{name}: step 40 shows {power} kW")
    expect("02:00" in page.text_content("#clock"), f"{name}: step 40 is at {page.text_content('#clock')}")
    expect(page.evaluate("""() => { const c = document.querySelector("#heat canvas"); return c.width + "x" + c.height; }""")
           == "96x2", f"{name}: the heat map has another size")


def holds_changes(page, base, name):
    """Sliders, V1X, reset and history; how long a redraw takes."""
    times = []
    page.uncheck("#all")
    for value in list(range(60, 100, 2)):
        times.append(slide(page, "target", value))
    changed = {"set": ["vehicles[0].plugged[*].departure_soc=0.98"]}
    expect(total(page) == f"{answer(base, 'schedule', changed)['objective']:.2f}", f"{name}: a target of 98 % costs {total(page)}")
    times += [slide(page, "floor", value) for value in range(0, 40, 4)]
    times += [slide(page, "wear", value) for value in range(0, 300, 25)]
    before = drawn(page)
    page.check("input[value=v1x]")
    drawn_after(page, before)
    changed["set"] += ["vehicles[0].battery.soc_min=0.36", "vehicles[0].battery.ageing.price_per_kwh=275"]
    expect(total(page) == f"{answer(base, 'schedule', changed, 'v1x')['objective']:.2f}", f"{name}: V1X costs {total(page)}")
    before = int(page.evaluate("document.body.dataset.settled"))
    settled(page, before + 1)
    plans = page.locator("#history li").count()
    expect(plans >= 2, f"{name}: {plans} earlier plans")
    page.locator("#history button").last.click()
    expect("earlier plan" in page.text_content("#power"), f"{name}: the earlier plan is not drawn")
    before = drawn(page)
    page.click("#reset")
    drawn_after(page, before)
    expect(total(page) == f"{answer(base, 'schedule', {})['objective']:.2f}", f"{name}: after reset it costs {total(page)}")
    rows = page.locator("#compare tbody tr").count()
    expect(rows == 4, f"{name}: {rows} modes are compared")
    times.sort()
    median, most = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"redraw after a slider, {len(times)} times: median {median:.0f} ms, 95 % within {most:.0f} ms, most {times[-1]:.0f} ms")
    expect(median < MOST_MILLISECONDS, f"{name}: a redraw takes {median:.0f} ms")


def holds_findings(page, base, name):
    """A change that the scenario refuses: its finding is shown, as text; the plan stays."""
    before = page.text_content("#cards dd")
    page.set_input_files("#files", files=[{
        "name": "wrong.yaml", "mimeType": "text/yaml",
        "buffer": NIGHT.replace("capacity_kwh: 60", "capacity_kwh: -60").encode()}])
    page.wait_for_selector("#problem:not([hidden])")
    words = page.text_content("#problem")
    expect("capacity_kwh" in words and "line 12" in words, f"{name}: the finding is {words!r}")
    expect(page.text_content("#cards dd") == before, f"{name}: the plan is gone")


def drops_files(browser, binary, name):
    """Without a scenario: the example, a price file, a scenario with its prices, and the token."""
    prices = "start,price\n" + "".join(f"2026-01-15T{h:02}:00+01:00,{100 + 10 * h}\n" for h in range(24)) \
        + "".join(f"2026-01-16T{h:02}:00+01:00,{50 + 5 * h}\n" for h in range(24))
    with service(binary, "--token", "secret word") as base:
        page = opened(browser, base, name, at=None)
        page.wait_for_selector("#login:not([hidden])")
        judged_by_axe(page, f"{name}-login")
        page.fill("#token", "secret word")
        page.keyboard.press("Enter")
        page.wait_for_selector("#welcome:not([hidden])")
        judged_by_axe(page, f"{name}-welcome")
        page.click("#example")
        settled(page, 1)
        expect("one night at home" in page.title(), f"{name}: the example is not open")
        expect("Now" in page.text_content("#sentences"), f"{name}: the example has no sentence of now")
        # A stationary battery is planned beside the cars.
        before = drawn(page)
        page.set_input_files("#files", files=[{"name": "cellar.yaml", "mimeType": "text/yaml", "buffer": CELLAR.encode()}])
        drawn_after(page, before)
        page.select_option("#vehicle", label="cellar")
        expect("cellar" in page.text_content("#power h3"), f"{name}: the battery is not drawn")
        # A scenario that reads a file, and the file.
        text = NIGHT.replace("""  import: { hours: [{ from: "17:00", to: "21:00", value: 0.42 }, { from: "23:00", to: "06:00", """
                             """value: 0.14 }, { value: 0.26 }] }""", "  import: { file: day/prices.csv, unit: EUR/MWh }")
        expect("prices.csv" in text, f"{name}: the check's own scenario has no file")
        before = drawn(page)
        files = [{"name": "night.yaml", "mimeType": "text/yaml", "buffer": text.encode()},
                 {"name": "prices.csv", "mimeType": "text/csv", "buffer": prices.encode()}]
        page.set_input_files("#files", files=files)
        drawn_after(page, before)
        expect(page.text_content("#cards dd").strip() != "", f"{name}: no plan of dropped files")
        # Another price file alone, whose unit must be said.
        page.set_input_files("#files", files=[{"name": "other.csv", "mimeType": "text/csv",
                                               "buffer": prices.replace(",1", ",2").encode()}])
        page.wait_for_selector("#problem:not([hidden])")
        expect("unit" in page.text_content("#problem"), f"{name}: the missing unit is not said")
        before = drawn(page)
        page.select_option("#unit", "EUR/MWh")
        drawn_after(page, before)
        expect(page.is_hidden("#problem"), f"{name}: the problem stays: {page.text_content('#problem')}")
        problems[:] = [p for p in problems if not (p.startswith(f"{name}: console") and ("401" in p or "404" in p or "422" in p))]
        page.context.close()


def main():
    browser_path, binary, scenarios = sys.argv[1:4]
    shots = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 and sys.argv[4] else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        night = pathlib.Path(folder) / "night.yaml"
        night.write_text(NIGHT)
        with service(binary, str(night)) as base:
            with urllib.request.urlopen(base) as reply:
                policy = reply.headers["Content-Security-Policy"]
                expect("default-src 'none'" in policy and "unsafe" not in policy, f"the policy is {policy}")
            size = sum(len(urllib.request.urlopen(base + part).read()) for part in ["", "page.css", "page.js", "chart.js"])
            print(f"page: {size / 1024:.1f} kB in 4 files")
            for width in (1280, 390):
                for scheme in ("light", "dark"):
                    name = f"night-{width}-{scheme}"
                    page = opened(browser, base, name, width, scheme)
                    settled(page, 1)
                    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    expect(wide <= 0, f"{name}: {wide} pixels wider than the screen")
                    holds_plan(page, base, name)
                    judged_by_axe(page, name)
                    if shots:
                        page.evaluate("scrollTo(0, 0)")
                        page.screenshot(path=shots / f"{name}.png", full_page=True)
                    if (width, scheme) == (1280, "light"):
                        holds_changes(page, base, name)
                        holds_findings(page, base, name)
                        problems[:] = [p for p in problems if not (p.startswith(f"{name}: console") and "422" in p)]
                        judged_by_axe(page, f"{name}-problem")
                    page.context.close()
        drops_files(browser, binary, "files")
        fleet = pathlib.Path(scenarios) / "cases" / "060-car-park" / "scenario.yaml"
        with service(binary, str(fleet)) as base:
            for width in (1280, 390):
                name = f"fleet-{width}"
                page = opened(browser, base, name, width)
                settled(page, 1)
                expect("away" in page.text_content("#fleet-words"), f"{name}: nothing is said of the fleet")
                canvas = page.locator("#heat canvas")
                box = canvas.bounding_box()
                canvas.click(position={"x": 20, "y": box["height"] - 2})
                last = page.evaluate("document.getElementById('vehicle').options.length - 1")
                expect(page.input_value("#vehicle") == str(last) and last > 0, f"{name}: the last row is not the last vehicle")
                judged_by_axe(page, name)
                if shots:
                    page.screenshot(path=shots / f"{name}.png", full_page=True)
                page.context.close()
        browser.close()
    for problem in problems:
        print(problem)
    print(f"the page at 1280 and 390 pixels, light and dark: {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
