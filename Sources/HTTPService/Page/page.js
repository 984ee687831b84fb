// The page: it asks the service's own routes, and draws what they answer. Strings of scenarios are text, never markup.

import { Figure, dayTime, drawHeat, drawTimes, element, fixed, timeAxis, wall } from "./chart.js";

const find = id => document.getElementById(id);
const MODES = {
  v2x: { name: "V2X", words: "both ways (V2X)" }, v1x: { name: "V1X", words: "charging only (V1X)" },
  immediate: { name: "at once", words: "charging at once" }, deferred: { name: "late", words: "charging late" }
};
/** Beyond so many vehicles times steps an explanation is made only where it is asked for. */
const MOST_EXPLAINED = 3000;
/** After the last change, ms, before the plan is explained, compared and kept. */
const QUIET = 350;
const MOST_KEPT = 40;

const example = () => `name: one night at home
currency: EUR
horizon: { start: now, end: 24h, step: 15min, timezone: ${Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"} }
tariff:
  import: { hours: [{ from: "17:00", to: "21:00", value: 0.42 }, { from: "23:00", to: "06:00", value: 0.14 }, { value: 0.26 }] }
  export: 0.08
site:
  load_kw: { hours: [{ from: "17:00", to: "23:00", value: 1.5 }, { value: 0.4 }] }
vehicles:
  - id: ev1
    battery: { capacity_kwh: 60, soc_min: 0.2, soc_start: 0.5, ageing: { cell: nmc } }
    charger: { charge_kw: 7.4, discharge_kw: 7.4, charge_efficiency: 0.93, discharge_efficiency: 0.93 }
    plugged: [{ daily: ["17:30", "07:30"], departure_soc: 0.8, trip_kwh: 9 }]
`;

/** What is asked about: the scenario (null: the service's own), files that came with it, and changes by key. */
const asked = { scenario: null, name: "", text: "", files: {}, changes: new Map(), prices: null, mode: "v2x" };
/** What was answered last. */
const shown = { outline: null, result: null, explanation: null, modes: null, past: null, vehicle: 0, step: null, isNew: true };

// --- Asking

class Refusal extends Error {
  constructor(status, problem) {
    super(problem.title ?? `the service answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

const token = () => sessionStorage.getItem("v2x.token");

const call = async (path, options = {}) => {
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  const reply = await fetch(path, { ...options, headers });
  if (reply.ok) return reply;
  throw new Refusal(reply.status, await reply.json().catch(() => ({})));
};

const ask = async question => {
  const set = [...asked.changes].map(([key, value]) => `${key}=${value}`);
  if (asked.prices) {
    const { file, unit } = asked.prices;
    set.push(`tariff.import={file: ${JSON.stringify(file)}${unit ? `, unit: ${JSON.stringify(unit)}` : ""}}`);
    if (/(^|[\s{,"])start"?\s*:\s*"?now/.test(asked.text)) set.push("horizon.end=prices");
  }
  const body = { set, files: asked.files };
  if (asked.scenario !== null) body.scenario = asked.scenario;
  const isModed = question === "schedule" || question === "explain";
  const reply = await call(`v1/${question}${isModed ? `?mode=${asked.mode}` : ""}`, {
    method: "POST", body: JSON.stringify(body) });
  return reply.json();
};

// --- The loop: the newest change is planned; what lies between is skipped

let isPlanning = false, isAskedAgain = false, changedAt = 0, quiet = 0, generation = 0;

const replan = () => {
  generation += 1;
  changedAt = performance.now();
  clearTimeout(quiet);
  if (isPlanning) { isAskedAgain = true; return; }
  isPlanning = true;
  plan().finally(() => { isPlanning = false; });
};

const plan = async () => {
  do {
    isAskedAgain = false;
    const began = changedAt;
    try {
      const [check, result] = await Promise.all([ask("check"), ask("schedule")]);
      find("problem").hidden = true;
      show(check, result);
      // For the test that measures it.
      document.body.dataset.milliseconds = (performance.now() - began).toFixed(1);
      document.body.dataset.drawn = +(document.body.dataset.drawn ?? 0) + 1;
    } catch (problem) { refuse(problem); }
  } while (isAskedAgain);
  if (find("problem").hidden) quiet = setTimeout(settle, QUIET);
};

/** What takes longer: why, and beside the other ways; of a large fleet only where it is asked for. */
const settle = async () => {
  const mine = generation;
  const isCurrent = () => mine === generation;
  const isSmall = shown.outline.vehicles.length * shown.outline.steps <= MOST_EXPLAINED;
  find("ask-why").hidden = isSmall;
  if (isSmall) await explain(isCurrent);
  if (!isCurrent()) return;
  keep();
  document.body.dataset.settled = +(document.body.dataset.settled ?? 0) + 1;
};

const explain = async isCurrent => {
  try {
    const explanation = await ask("explain");
    if (!isCurrent()) return;
    showWhy(explanation);
    const compared = await ask("compare");
    if (isCurrent()) showModes(compared);
  } catch (problem) { if (isCurrent()) refuse(problem); }
};

const refuse = problem => {
  if (problem.status === 401) {
    find("login").hidden = false;
    find("token").focus();
    return;
  }
  const box = find("problem"), { title, detail, findings } = problem.problem ?? {};
  box.querySelector("p").textContent = [title ?? `${problem.message || problem}`, detail].filter(Boolean).join(": ");
  box.querySelector("ul").replaceChildren(...(findings ?? []).map(sentence));
  box.hidden = false;
  find("welcome").hidden = shown.result !== null || asked.text !== "";
};

const sentence = ({ line, key, message }) =>
  element("li", {}, [line ? `line ${line}` : "", key, message].filter(Boolean).join(": "));

// --- Opening

/** Begins with a scenario: its text, or null for the service's own. */
const open = (text, { scenario, files }) => {
  Object.assign(asked, { scenario, text, files, prices: null });
  asked.changes.clear();
  Object.assign(shown, { past: null, isNew: true });
  find("welcome").hidden = true;
  find("unit-line").hidden = true;
  replan();
};

const isScenario = text => /(^|[\s{,"])horizon"?\s*:/.test(text) && /(^|[\s{,"])tariff"?\s*:/.test(text);

const take = async list => {
  const read = await Promise.all([...list].map(async file => ({ name: file.name, text: await file.text() })));
  const scenario = read.find(one => isScenario(one.text));
  const files = Object.fromEntries(read.filter(one => one !== scenario).map(one => [one.name, one.text]));
  if (scenario) return open(scenario.text, { scenario: scenario.text, files });
  if (!asked.text) {
    const text = example();
    Object.assign(asked, { scenario: text, text });
    find("welcome").hidden = true;
  }
  Object.assign(asked.files, files);
  // A file that the scenario does not name is its price of energy.
  const price = Object.keys(files).find(name => !asked.text.includes(name));
  if (price) {
    asked.prices = { file: price, unit: find("unit").value };
    find("unit-line").hidden = false;
  }
  replan();
};

const start = async () => {
  find("login").hidden = true;
  try {
    const reply = await call("v1/scenario");
    open(await reply.text(), { scenario: null, files: {} });
  } catch (problem) {
    if (problem.status === 404) find("welcome").hidden = false; else refuse(problem);
  }
};

// --- Showing

const money = amount => `${fixed(amount, 2)} ${shown.outline.currency}`;
const percent = share => `${fixed(share * 100, 0)} %`;
const net = vehicle => vehicle.charge_kw.map((kw, step) => kw - vehicle.discharge_kw[step]);
const sum = values => values.reduce((total, value) => total + value, 0);

/** The step that is running; -1 before the horizon, and the number of steps after it. */
const nowStep = () => {
  const position = nowPosition();
  return position < 0 ? -1 : Math.min(shown.result.steps.length, Math.floor(position));
};
const nowPosition = () =>
  (Date.now() - Date.parse(shown.result.steps[0])) / 1000 / shown.outline.step_seconds;

const figures = {};
const figure = (id, box, options) => {
  if (!figures[id]) {
    figures[id] = new Figure(id, { ...options, onStep: point });
    find(box).append(figures[id].node);
  }
  figures[id].node.hidden = false;
  return figures[id];
};

const show = (check, result) => {
  // The scenario's file may have changed since the last answer.
  const isNew = shown.isNew || shown.outline?.vehicles.length !== check.scenario.vehicles.length;
  // Stationary batteries have a list of their own; here they come after the vehicles, as in the outline.
  result.vehicles = [...result.vehicles, ...(result.batteries ?? [])];
  Object.assign(shown, { outline: check.scenario, result, isNew: false, isChanged: true });
  const { outline } = shown;
  find("plan").hidden = false;
  document.title = `${outline.name} - v2x`;
  find("title").textContent = outline.name;
  find("subtitle").textContent = `${dayTime(outline.start)} to ${dayTime(outline.end)} (${outline.timezone}), steps of `
    + `${outline.step_seconds / 60} min`;
  if (isNew) forgetOld();
  showWarnings(check.findings);
  showSliders();
  showCards();
  showFleet();
  showPlan();
  find("sentences").setAttribute("aria-busy", "true");
  find("why").setAttribute("aria-busy", "true");
  find("compare").setAttribute("aria-busy", "true");
};

/** Another scenario: what was said of the one before is gone. */
const forgetOld = () => {
  for (const id of ["sentences", "why", "compare"]) find(id).replaceChildren();
  if (figures.costs) figures.costs.node.hidden = true;
  find("compared").hidden = true;
  Object.assign(shown, { explanation: null, modes: null });
  find("vehicle").replaceChildren(...shown.outline.vehicles.map((vehicle, index) =>
    element("option", { value: index }, vehicle.id)));
  find("chooser").hidden = shown.outline.vehicles.length < 2;
  find("scope").hidden = shown.outline.vehicles.length < 2;
  Object.assign(shown, { vehicle: 0, step: null });
};

const showWarnings = findings => {
  const box = find("warnings");
  box.hidden = findings.length === 0;
  box.querySelector("summary").textContent = `${findings.length} ${findings.length === 1 ? "warning" : "warnings"}`;
  box.querySelector("ul").replaceChildren(...findings.map(sentence));
};

const card = (title, value, more = "") =>
  element("div", {}, element("dt", {}, title), element("dd", {}, value, more ? element("small", {}, more) : ""));

const showCards = () => {
  const { result, modes } = shown, hours = result.step_hours;
  const wear = (result.costs.calendar ?? 0) + (result.costs.cycle ?? 0);
  const charged = sum(result.vehicles.map(vehicle => sum(vehicle.charge_kw))) * hours;
  const discharged = sum(result.vehicles.map(vehicle => sum(vehicle.discharge_kw))) * hours;
  const cards = [card("Total cost", money(result.objective), result.status === "optimal" ? "proven optimal" : "best found")];
  const usual = modes?.immediate;
  // Of a plan that has changed since, the comparison is on its way.
  const saved = usual && !shown.isChanged ? money(usual.objective - result.objective) : "\u2026";
  if (usual) cards.push(card("Saved", saved, `against ${MODES.immediate.words}`));
  cards.push(card("Wear", money(wear)));
  cards.push(card("Charged", `${fixed(charged, 1)} kWh`, `${fixed(discharged, 1)} kWh discharged`));
  if (result.shortfall_kwh > 0) cards.push(card("Short of its targets", `${fixed(result.shortfall_kwh, 2)} kWh`));
  find("cards").replaceChildren(...cards);
};

const isPlugged = vehicle => {
  const plugged = new Array(shown.outline.steps).fill(false);
  for (const [from, to] of vehicle.plugged) plugged.fill(true, Math.floor(from), Math.ceil(to));
  return plugged;
};

const showFleet = () => {
  const { outline, result } = shown, count = outline.vehicles.length;
  find("fleet").hidden = count < 2;
  if (count < 2) return;
  const rows = result.vehicles.map((vehicle, index) => (
    { net: net(vehicle), isPlugged: isPlugged(outline.vehicles[index]) }));
  const canvas = document.querySelector("#heat canvas");
  const height = Math.min(480, Math.max(6, Math.round(160 / count), count < 30 ? 20 : 0) * count);
  canvas.parentElement.style.setProperty("--rows", height);
  drawHeat(canvas, rows, outline.steps);
  const total = outline.steps ? rows[0].net.map((_, step) => sum(rows.map(row => row.net[step]))) : [];
  const most = total.reduce((best, kw, step) => kw > total[best] ? step : best, 0);
  const words = `${count} vehicles; together they charge most at ${dayTime(result.steps[most])}: ${fixed(total[most], 1)} kW.`;
  find("fleet-words").textContent = `${fleetNow(rows)} ${words} A row is a vehicle: choose one.`;
  canvas.setAttribute("aria-label", `Charging and discharging of each vehicle over time. ${words}`);
  drawTimes(document.querySelector("#heat .xs"), timeAxis(result.steps, outline.step_seconds));
  document.querySelector("#heat .ys").replaceChildren(...(count > 24 ? [] : outline.vehicles.map((vehicle, index) => {
    const mark = element("span", {}, vehicle.id);
    mark.style.top = `${(index + 0.5) / count * 100}%`;
    return mark;
  })));
};

/** What all do now; of a plan of another time, as it begins. */
const fleetNow = rows => {
  const { result } = shown, now = nowStep();
  const isLive = now >= 0 && now < result.steps.length, step = isLive ? now : 0;
  const of = holds => rows.filter(holds).map(row => Math.abs(row.net[step]));
  const [charging, discharging] = [of(row => row.net[step] > 0), of(row => row.net[step] < 0)];
  const away = rows.filter(row => !row.isPlugged[step]).length;
  const waiting = rows.length - charging.length - discharging.length - away;
  const counted = (all, what) => `${all.length} ${what}${all.length ? ` (${fixed(sum(all), 1)} kW)` : ""}`;
  return `${isLive ? "Now" : dayTime(result.steps[step])}: ${counted(charging, "charging")}, `
    + `${counted(discharging, "discharging")}, ${waiting} waiting, ${away} away.`;
};

const showPlan = () => {
  const { outline, result, past } = shown, index = shown.vehicle;
  const count = outline.steps, ticks = timeAxis(result.steps, outline.step_seconds);
  const asks = outline.vehicles[index], does = result.vehicles[index];
  const position = nowPosition();
  const common = { ticks, count, now: position >= 0 && position <= count ? position / count : null };
  const away = [];
  let at = 0;
  for (const [from, to] of [...asks.plugged, [count, count]]) {
    if (from > at) away.push([at / count, from / count]);
    at = Math.max(at, to);
  }
  const factor = outline.price_factor;
  const bought = result.prices.import.map(price => price * factor);
  const sold = result.prices.export.map(price => price * factor);
  const prices = [{ name: "bought", style: "price", shape: "steps", values: bought, cursor: bought }];
  if (sold.some(price => price !== 0)) {
    prices.push({ name: "sold", style: "sell", shape: "steps", values: sold, cursor: sold });
  }
  const price = figure("price", "figures", { title: "Price", unit: outline.price_unit });
  price.name("Price", outline.price_unit);
  price.update({ ...common, series: prices,
    summary: `Price of a kWh, ${fixed(Math.min(...bought), 2)} to ${fixed(Math.max(...bought), 2)} ${outline.price_unit}.` });

  const power = net(does);
  const powers = [{ name: "charging", style: "charge", shape: "bars", values: does.charge_kw, cursor: power }];
  if (does.discharge_kw.some(kw => kw > 0)) {
    powers[0].name = "charging, discharging below zero";
    powers.push({ name: "discharging", style: "discharge", shape: "bars", values: does.discharge_kw.map(kw => -kw) });
  }
  const before = past && aligned(past, asks.id);
  if (before) powers.push({ name: "earlier plan", style: "past", shape: "steps", values: before, cursor: before });
  const charge = figure("power", "figures", { title: "Power", unit: "kW", isTall: true });
  charge.name(`Power of ${asks.id}`, "kW");
  charge.update({ ...common, away, series: powers,
    summary: `${asks.id} charges ${fixed(sum(does.charge_kw) * result.step_hours, 2)} kWh and discharges `
      + `${fixed(sum(does.discharge_kw) * result.step_hours, 2)} kWh.` });

  const soc = does.soc.map(share => share * 100);
  const states = [{ name: "state of charge", style: "soc", shape: "path", values: soc, cursor: soc }];
  const floor = isPlugged(asks).map(plugged => plugged && asks.soc_min > 0 ? asks.soc_min * 100 : null);
  if (floor.some(value => value !== null)) {
    states.push({ name: "floor", style: "floor", shape: "steps", values: floor });
  }
  if (asks.targets.length) {
    states.push({ name: "target", style: "target", shape: "marks",
      marks: asks.targets.map(target => [target.position / count, target.soc * 100]) });
  }
  const state = figure("soc", "figures", { title: "State of charge", unit: "%", decimals: 1 });
  state.name(`State of charge of ${asks.id}`, "%");
  state.update({ ...common, away, series: states, fullScale: 100,
    summary: `${asks.id} begins at ${fixed(soc[0], 1)} %, and ends at ${fixed(soc[count], 1)} %.` });

  const meter = result.site.import_kw.map((kw, step) => kw - result.site.export_kw[step]);
  const site = [{ name: "bought", style: "import", shape: "bars", values: result.site.import_kw, cursor: meter }];
  if (result.site.export_kw.some(kw => kw > 0)) {
    site[0].name = "bought, sold below zero";
    site.push({ name: "sold", style: "export", shape: "bars", values: result.site.export_kw.map(kw => -kw) });
  }
  for (const [name, style, values] of [["load", "load", outline.site.load_kw], ["sun", "pv", outline.site.pv_kw]]) {
    if (values.some(kw => kw !== 0)) site.push({ name, style, shape: "steps", values, cursor: values });
  }
  const limit = outline.site.import_limit_kw;
  if (limit.some(kw => kw !== null)) site.push({ name: "import limit", style: "limit", shape: "steps", values: limit });
  figure("site", "figures", { title: "The connection", unit: "kW" }).update({ ...common, series: site,
    summary: `At the meter: at most ${fixed(Math.max(...result.site.import_kw), 2)} kW bought, `
      + `${fixed(Math.max(...result.site.export_kw), 2)} kW sold.` });
  find("step").max = count - 1;
  if (shown.step !== null) point(Math.min(shown.step, count - 1));
};

/** Moves the cursor of every picture. */
const point = step => {
  shown.step = step;
  const label = dayTime(shown.result.steps[step]);
  find("step").value = step;
  find("step").setAttribute("aria-valuetext", label);
  find("clock").textContent = label;
  document.body.classList.add("live");
  for (const one of Object.values(figures)) one.show(step);
};

const showWhy = explanation => {
  shown.explanation = explanation;
  const { outline } = shown, id = outline.vehicles[shown.vehicle].id;
  const mine = explanation.actions.filter(action => action.vehicle === id);
  const said = action => action.because ? `${action.what}, because ${action.because}.` : `${action.what}.`;
  find("why").replaceChildren(...mine.map(action => element("li", {}, said(action))));
  find("why").removeAttribute("aria-busy");
  showNow(explanation, said);
  const steps = explanation.steps.filter(step => step.vehicle === id);
  const scaled = key => steps.map(step => step[key] === undefined ? null : step[key] * outline.price_factor);
  const [gives, takes] = [scaled("gives_more_above"), scaled("takes_more_below")];
  const chart = figure("costs", "marginal", { title: "Marginal cost", unit: outline.price_unit });
  chart.node.hidden = !steps.length || !gives.some(value => value !== null);
  if (chart.node.hidden) return;
  const bought = shown.result.prices.import.map(price => price * outline.price_factor);
  chart.name(`Marginal cost of ${id}`, outline.price_unit);
  chart.update({
    ticks: timeAxis(shown.result.steps, outline.step_seconds), count: outline.steps,
    summary: `Above one price in each step ${id} would discharge more, below another charge more.`,
    series: [
      { name: "price", style: "price", shape: "steps", values: bought, cursor: bought },
      { name: "discharges above", style: "deliver", shape: "steps", values: gives, cursor: gives },
      { name: "charges below", style: "absorb", shape: "steps", values: takes, cursor: takes }
    ] });
  if (shown.step !== null) point(shown.step);
};

/** What each vehicle does now and next; of a plan of another time, first and then. */
const showNow = (explanation, said) => {
  const step = nowStep(), isLive = step >= 0 && step < shown.result.steps.length;
  find("now-title").textContent = isLive ? "Now and next" : step < 0 ? "How it begins" : "How it was";
  const vehicles = shown.outline.vehicles.slice(0, 4);
  const rows = [];
  for (const { id } of vehicles) {
    const mine = explanation.actions.filter(action => action.vehicle === id);
    const doing = ({ action }) => action === "charge" || action === "discharge";
    const first = isLive ? mine.findIndex(action => step < action.step + action.steps) : mine.findIndex(doing);
    const current = mine[first];
    if (!current) continue;
    const next = mine.slice(first + 1).find(doing) ?? mine[first + 1];
    const line = (name, action) => element("p", {}, element("b", {}, name), said(action));
    const lines = [line(isLive ? "Now" : "First", current)];
    if (next) lines.push(line(isLive ? "Next" : "Then", next));
    rows.push(element("div", {}, ...(vehicles.length > 1 ? [element("h3", {}, id)] : []), ...lines));
  }
  const rest = shown.outline.vehicles.length - vehicles.length;
  if (rest > 0) rows.push(element("p", { class: "soft" }, `${rest} more: choose one below.`));
  find("sentences").replaceChildren(...rows);
  find("sentences").removeAttribute("aria-busy");
};

const showModes = ({ modes }) => {
  Object.assign(shown, { modes, isChanged: false });
  find("compared").hidden = false;
  const names = Object.keys(MODES).filter(name => modes[name]);
  const head = element("thead", {}, element("tr", {}, ...[shown.outline.currency, "total", "energy", "wear", "kWh in", "kWh out"]
    .map(name => element("th", { scope: "col" }, name))));
  const rows = names.map(name => {
    const mode = modes[name], wear = (mode.costs.calendar ?? 0) + (mode.costs.cycle ?? 0);
    const cells = [fixed(mode.objective, 2), fixed(mode.costs.energy ?? 0, 2), fixed(wear, 2), fixed(mode.charged_kwh, 1),
      fixed(mode.discharged_kwh, 1)];
    return element("tr", {}, element("th", { scope: "row", title: MODES[name].words }, MODES[name].name), ...cells.map(text => element("td", {}, text)));
  });
  find("compare").replaceChildren(head, element("tbody", {}, ...rows));
  find("compare").removeAttribute("aria-busy");
  showCards();
};

// --- What if

const SLIDERS = {
  target: { scale: 100, words: value => `${fixed(value, 0)} %`, of: vehicle => vehicle.targets[0]?.soc ?? 0 },
  floor: { scale: 100, words: value => `${fixed(value, 0)} %`, of: vehicle => vehicle.soc_min },
  wear: { scale: 1, words: value => `${fixed(value, 0)} ${shown.outline.currency}`, of: vehicle => vehicle.wear_price_per_kwh ?? 0 }
};

const output = name => document.querySelector(`output[for=${name}]`);

const showSliders = () => {
  const vehicle = shown.outline.vehicles[shown.vehicle];
  for (const [name, { scale, words, of }] of Object.entries(SLIDERS)) {
    const input = find(name), value = of(vehicle) * scale;
    input.disabled = !vehicle.keys[name];
    if (name === "wear") input.max = Math.max(+input.max, 300, Math.ceil(value / 50) * 50);
    // The one under the finger is ahead of the answer.
    if (document.activeElement !== input || !isAskedAgain) input.value = value;
    output(name).textContent = input.disabled ? "not in this scenario" : words(+input.value);
  }
};

const change = name => {
  const { scale, words } = SLIDERS[name], value = +find(name).value / scale;
  output(name).textContent = words(+find(name).value);
  const { vehicles } = shown.outline;
  const isOfAll = vehicles.length > 1 && find("all").checked;
  for (const vehicle of isOfAll ? vehicles : [vehicles[shown.vehicle]]) {
    if (vehicle.keys[name]) asked.changes.set(vehicle.keys[name], +value.toFixed(4));
  }
  replan();
};

// --- Earlier plans, in this browser

const kept = () => {
  try { return JSON.parse(localStorage.getItem("v2x.plans") ?? "[]"); } catch { return []; }
};

const keep = () => {
  const { outline, result } = shown, plans = kept();
  const changes = [...asked.changes].map(([key, value]) => `${key}=${value}`);
  if (asked.prices) changes.push(`prices of ${asked.prices.file}`);
  const isSmall = outline.vehicles.length * outline.steps <= MOST_EXPLAINED;
  const entry = {
    at: new Date().toISOString(), name: outline.name, mode: asked.mode, changes, total: result.objective, currency: outline.currency,
    start: result.steps[0], seconds: outline.step_seconds,
    vehicles: isSmall ? result.vehicles.map(vehicle => ({ id: vehicle.id, net: net(vehicle).map(kw => +kw.toFixed(3)) })) : []
  };
  const isSame = one => one && ["name", "mode", "total", "start"].every(key => one[key] === entry[key])
    && String(one.changes) === String(changes);
  if (!isSame(plans[0])) {
    plans.unshift(entry);
    // Where the browser's store is full, the oldest go.
    for (let count = MOST_KEPT; count > 0; count = Math.floor(count / 2)) {
      try { localStorage.setItem("v2x.plans", JSON.stringify(plans.slice(0, count))); break; } catch { continue; }
    }
  }
  showHistory();
};

const showHistory = () => {
  const plans = kept();
  find("forget").hidden = plans.length === 0;
  find("history").replaceChildren(...plans.map(plan => {
    const button = element("button", { type: "button", class: "plain", "aria-pressed": shown.past?.at === plan.at },
      `${fixed(plan.total, 2)} ${plan.currency}, ${new Date(plan.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}`);
    button.addEventListener("click", () => {
      shown.past = shown.past?.at === plan.at ? null : plan;
      if (shown.result) showPlan();
      showHistory();
    });
    const what = [plan.name, MODES[plan.mode]?.words, ...plan.changes].join("; ");
    return element("li", {}, button, element("small", {}, what));
  }));
};

/** An earlier plan's power in today's steps; null where it has none. */
const aligned = (past, id) => {
  const values = past.vehicles.find(vehicle => vehicle.id === id)?.net;
  if (!values) return null;
  return shown.result.steps.map(time => {
    const step = Math.floor((Date.parse(time) - Date.parse(past.start)) / 1000 / past.seconds);
    return values[step] ?? null;
  });
};

// --- Hands

find("files").addEventListener("change", event => {
  take(event.target.files);
  event.target.value = "";
});
document.addEventListener("dragover", event => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", event => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", event => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  if (event.dataTransfer.files.length) take(event.dataTransfer.files);
});
find("example").addEventListener("click", () => {
  const text = example();
  open(text, { scenario: text, files: {} });
});
find("login").addEventListener("submit", event => {
  event.preventDefault();
  sessionStorage.setItem("v2x.token", find("token").value);
  start();
});
find("step").addEventListener("input", event => point(+event.target.value));
find("vehicle").addEventListener("change", event => select(+event.target.value));
const select = index => {
  shown.vehicle = index;
  find("vehicle").value = index;
  showSliders();
  showPlan();
  if (shown.explanation && !find("why").hasAttribute("aria-busy")) showWhy(shown.explanation);
};
document.querySelector("#heat canvas").addEventListener("click", event => {
  const box = event.currentTarget.getBoundingClientRect(), count = shown.outline.vehicles.length;
  select(Math.min(count - 1, Math.max(0, Math.floor((event.clientY - box.top) / box.height * count))));
});
for (const name of Object.keys(SLIDERS)) find(name).addEventListener("input", () => change(name));
find("whatif").addEventListener("change", event => {
  if (event.target.name !== "mode") return;
  asked.mode = event.target.value;
  replan();
});
find("whatif").addEventListener("submit", event => event.preventDefault());
find("unit").addEventListener("change", event => {
  if (asked.prices) asked.prices.unit = event.target.value;
  replan();
});
find("reset").addEventListener("click", () => {
  asked.changes.clear();
  Object.assign(asked, { prices: null, mode: "v2x" });
  find("unit-line").hidden = true;
  document.querySelector("input[name=mode][value=v2x]").checked = true;
  replan();
});
find("ask-why").querySelector("button").addEventListener("click", async () => {
  const mine = generation;
  find("status").textContent = "Explaining ...";
  await explain(() => mine === generation);
  find("status").textContent = "";
});
find("forget").addEventListener("click", () => {
  localStorage.removeItem("v2x.plans");
  shown.past = null;
  if (shown.result) showPlan();
  showHistory();
});
// A plan that starts now is made anew with each step; the line of the time moves.
let lastStep = 0;
setInterval(() => {
  if (!shown.result || document.hidden || isPlanning) return;
  const step = Math.floor(Date.now() / 1000 / shown.outline.step_seconds);
  if (shown.outline.starts_now && lastStep && step !== lastStep) replan();
  lastStep = step;
}, 5000);

for (const unit of ["EUR/MWh", "EUR/kWh", "ct/kWh", "GBP/kWh", "p/kWh", "SEK/kWh", "\u00f6re/kWh", "DKK/kWh", "NOK/kWh"]) {
  find("unit").append(element("option", { value: unit }, unit));
}
showHistory();
start();
