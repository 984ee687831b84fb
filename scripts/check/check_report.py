"""The HTML report against the JSON result of the same case, in headless Chromium.

  check_report.py BROWSER BINARY CASES [SCREENSHOTS]
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

# A plain night, both ways at negative prices, a house with sun, a fleet, a target that gives way, and a rule.
CASES = [("001", "v2x"), ("002", "v2x"), ("006", "v2x"), ("011", "v2x"), ("013", "v2x"), ("001", "immediate")]
problems = []


def expect(holds, what):
    if not holds:
        problems.append(what)


def at(result, key):
    """The value at costs.energy or degradation.ev1.true_cost; ids may hold dots."""
    if key in result:
        return result[key]
    for head in sorted((k for k in result if key.startswith(k + ".")), key=len, reverse=True):
        return at(result[head], key[len(head) + 1:])
    raise KeyError(key)


def holds_numbers(page, name, result):
    shown = page.eval_on_selector_all("data", "all => all.map(d => [d.dataset.key, d.value, d.textContent])")
    expect(len(shown) >= len(result["costs"]) + 2, f"{name}: only {len(shown)} numbers on the page")
    for key, value, text in shown:
        expected = at(result, key)
        expect(abs(float(value) - expected) < 1e-12, f"{name}: {key} is {value} on the page, {expected} in the JSON")
        scale = 1e6 if key.endswith("_loss") else 1
        expect(abs(float(text) - scale * expected) <= 0.006, f"{name}: {key} reads {text}, is {scale * expected}")
    total = sum(float(v) for k, v, _ in shown if k.startswith("costs."))
    expect(abs(total - result["objective"]) < 1e-6, f"{name}: cost lines sum to {total}, not to {result['objective']}")
    island = page.evaluate("JSON.parse(document.getElementById('data').textContent)")
    expect(island["result"] == result, f"{name}: the page's data is not the JSON result")


def holds_cursor(page, name, result):
    """Pointer over a picture, and arrow keys on the slider: the legends show the result's values of that step."""
    count = len(result["steps"])
    for step in (0, count // 3, count - 1):
        box = page.locator("#site .area").bounding_box()
        page.locator("#site .area").scroll_into_view_if_needed()
        box = page.locator("#site .area").bounding_box()
        page.mouse.move(box["x"] + box["width"] * (step + 0.5) / count, box["y"] + 20)
        for index, vehicle in enumerate(result["vehicles"][:8]):
            power = page.text_content(f"#power-{index} output")
            net = vehicle["charge_kw"][step] - vehicle["discharge_kw"][step]
            expect(abs(float(power) - net) < 0.006, f"{name}: step {step} shows {power} kW, is {net}")
            soc = page.text_content(f"#soc-{index} output")
            expect(abs(float(soc) - 100 * vehicle["soc"][step]) < 0.06, f"{name}: step {step} shows {soc} %")
    page.focus("#step")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    shown = page.get_attribute("#step", "aria-valuetext")
    expect(shown and result["steps"][1][11:16] in shown, f"{name}: after Home and Right the slider says {shown}")


def judged_by_axe(page, name):
    for violation in Axe().run(page).response["violations"]:
        first = violation["nodes"][0]
        problems.append(f"{name}: axe: {violation['id']}: {violation['help']}: {first['html'][:160]}")


def main():
    browser_path, binary, cases = sys.argv[1:4]
    shots = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 and sys.argv[4] else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for number, mode in CASES:
            scenario = next(pathlib.Path(cases).glob(f"{number}-*")) / "scenario.yaml"
            run = [binary, "schedule", str(scenario), "--mode", mode, "--format"]
            html = subprocess.run(run + ["html"], capture_output=True, text=True, check=True).stdout
            result = json.loads(subprocess.run(run + ["json"], capture_output=True, text=True, check=True).stdout)
            file = pathlib.Path(folder) / f"{number}-{mode}.html"
            file.write_text(html)
            for width in (1280, 390):
                for scheme in ("light", "dark"):
                    name = f"{file.stem}-{width}-{scheme}"
                    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
                    page.on("console", lambda message: problems.append(f"{name}: console: {message.text}"))
                    page.on("pageerror", lambda error: problems.append(f"{name}: error: {error}"))
                    page.on("request", lambda request: expect(
                        request.url.startswith(("file:", "data:")), f"{name}: asks for {request.url}"))
                    page.goto(file.as_uri())
                    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    expect(wide <= 0, f"{name}: {wide} pixels wider than the screen")
                    holds_numbers(page, name, result)
                    holds_cursor(page, name, result)
                    judged_by_axe(page, name)
                    if shots:
                        page.screenshot(path=shots / f"{name}.png", full_page=True)
                    page.close()
        browser.close()
    for problem in problems:
        print(problem)
    print(f"HTML report: {len(CASES)} results at 1280 and 390 pixels, light and dark: {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
