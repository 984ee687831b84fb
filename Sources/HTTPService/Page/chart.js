// Pictures over the horizon: the same markup, axes and classes as the report's (Reports/Pictures/Plot.swift, Axes.swift).
// Every text becomes a text node: nothing here makes markup of a string.

const SVG = "http://www.w3.org/2000/svg";

const filled = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

/** An HTML element with attributes and children; a string is text. */
export const element = (name, attributes = {}, ...children) => filled(document.createElement(name), attributes, children);
const svg = (name, attributes = {}, ...children) => filled(document.createElementNS(SVG, name), attributes, children);

/** A number with so many decimals; a dash where there is none. */
export const fixed = (value, decimals) => {
  if (value === null || value === undefined || !Number.isFinite(value)) return "\u2013";
  const text = value.toFixed(decimals);
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
};

/** A range that begins and ends on round numbers, and the round numbers within. */
const valueAxis = values => {
  let [least, most] = [0, 0];
  for (const value of values) if (Number.isFinite(value)) [least, most] = [Math.min(least, value), Math.max(most, value)];
  if (most - least < 1e-9) most = least + 1;
  const count = 4;
  let step = 10 ** Math.floor(Math.log10((most - least) / count));
  const factor = [5, 2].find(f => step * f * count <= (most - least) * 1.25);
  if (factor) step *= factor;
  const low = Math.floor(least / step + 1e-9) * step, high = Math.ceil(most / step - 1e-9) * step;
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const ticks = [...Array(Math.round((high - low) / step) + 1).keys()].map(k => low + k * step);
  return { ticks, fromTop: value => (high - value) / (high - low), label: tick => fixed(tick, decimals) };
};

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The wall time that an ISO time with offset shows, whatever the reader's own zone is. */
export const wall = iso => ({
  date: iso.slice(0, 10), clock: iso.slice(11, 16), day: +iso.slice(8, 10), month: MONTHS[+iso.slice(5, 7) - 1],
  weekday: DAYS[new Date(iso.slice(0, 10) + "T00:00:00Z").getUTCDay()],
  seconds: +iso.slice(11, 13) * 3600 + +iso.slice(14, 16) * 60
});

/** `Thu 15 Jan 17:00` */
export const dayTime = iso => {
  const at = wall(iso);
  return `${at.weekday} ${at.day} ${at.month} ${at.clock}`;
};

/** Marks along the horizon at round wall times. */
export const timeAxis = (times, stepSeconds) => {
  const hours = times.length * stepSeconds / 3600, days = hours / 24;
  const every = hours <= 14 ? 1 : hours <= 30 ? 3 : hours <= 54 ? 6 : days <= 5 ? 12 : 24;
  const everyDays = Math.max(1, Math.ceil(days / 10));
  const ticks = [];
  let dayNumber = 0, last = "";
  times.forEach((time, step) => {
    const at = wall(time);
    if (at.date !== last) { last = at.date; dayNumber += 1; }
    if (at.seconds % (every * 3600) >= stepSeconds) return;
    const isDay = at.seconds < stepSeconds;
    if (every === 24 && !(isDay && dayNumber % everyDays === 0)) return;
    const label = !isDay ? at.clock : every === 24 ? `${at.day} ${at.month}` : `${at.weekday} ${at.day}`;
    const isMajor = every === 24 ? ticks.length % 2 === 0 : Math.floor(at.seconds / 3600) % (every * 2) === 0;
    ticks.push({ position: step / times.length, label, isMajor });
  });
  return ticks;
};

/** Puts the axis' marks into `box`. */
export const drawTimes = (box, ticks) => box.replaceChildren(...ticks.map(tick => {
  const mark = element("span", { class: tick.isMajor ? "" : "minor" }, tick.label);
  mark.style.left = `${tick.position * 100}%`;
  return mark;
}));

const WIDTH = 1000;

const pathOf = ({ shape, values, marks }, y) => {
  const x = (index, count) => (index / count * WIDTH).toFixed(2);
  let out = "";
  if (shape === "marks") return marks.map(([at, value]) => `M${(at * WIDTH).toFixed(2)},${y(value)}h0`).join("");
  if (shape === "path") return values.map((v, i) => `${i ? "L" : "M"}${x(i, values.length - 1)},${y(v)}`).join("");
  for (let index = 0; index < values.length;) {
    let end = index + 1;
    while (end < values.length && values[end] === values[index]) end += 1;
    const value = values[index];
    if (shape === "bars") {
      if (value) out += `M${x(index, values.length)},${y(0)}V${y(value)}H${x(end, values.length)}V${y(0)}Z`;
    } else if (value !== null) {
      const joins = index > 0 && values[index - 1] !== null;
      out += `${joins ? "V" : `M${x(index, values.length)},`}${y(value)}H${x(end, values.length)}`;
    }
    index = end;
  }
  return out;
};

const SAMPLES = { bars: "M0,1H20V9H0Z", marks: "M10,5h0", steps: "M0,5H20", path: "M0,5H20" };
const sample = one => svg("svg", { class: "sample", viewBox: "0 0 20 10", "aria-hidden": "true" },
  svg("path", { class: `s ${one.style}`, d: SAMPLES[one.shape] }));

/** One picture, drawn again with each `update`; `show` moves its cursor. */
export class Figure {
  constructor(id, { title, unit, isTall = false, decimals = 2, onStep }) {
    this.decimals = decimals;
    this.count = 1;
    this.heading = element("h3");
    this.legend = element("ul", { class: "legend" });
    this.ys = element("div", { class: "ys", "aria-hidden": "true" });
    this.xs = element("div", { class: "xs", "aria-hidden": "true" });
    this.picture = svg("svg", { viewBox: "0 0 1000 100", preserveAspectRatio: "none", role: "img", "aria-label": title });
    this.area = element("div", { class: "area" }, this.picture, element("i", { class: "cursor" }));
    this.node = element("figure", { class: "plot", id },
      element("figcaption", {}, this.heading, this.legend),
      element("div", { class: `frame${isTall ? " tall" : ""}` }, this.ys, this.area, this.xs));
    this.name(title, unit);
    const follow = event => {
      const box = this.area.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      onStep(Math.min(this.count - 1, Math.max(0, Math.floor(share * this.count))));
    };
    for (const kind of ["pointermove", "pointerdown"]) this.area.addEventListener(kind, follow);
  }

  name(title, unit) { this.heading.replaceChildren(`${title} `, element("small", {}, unit)); }

  /**
   * Series are { name, style, shape: steps | bars | path | marks, values | marks, cursor: the values shown under it }; spans of
   * `away` and `now` are shares of the horizon.
   */
  update({ series, ticks, count, summary, away = [], now = null, fullScale = 0 }) {
    this.count = count;
    this.series = series;
    const axis = valueAxis([fullScale, ...series.flatMap(one => one.values ?? one.marks.map(mark => mark[1]))]);
    const y = value => (axis.fromTop(value) * 100).toFixed(2);
    const line = (kind, d) => svg("path", { class: kind, d });
    const drawn = away.map(([from, to]) => svg("rect", {
      class: "away", x: from * WIDTH, y: 0, width: (to - from) * WIDTH, height: 100 }));
    for (const tick of axis.ticks) drawn.push(line(Math.abs(tick) < 1e-12 ? "zero" : "grid", `M0,${y(tick)}H1000`));
    for (const tick of ticks) drawn.push(line("grid", `M${tick.position * WIDTH},0V100`));
    for (const one of series) drawn.push(line(`s ${one.style}`, pathOf(one, y)));
    if (now !== null) drawn.push(line("now", `M${now * WIDTH},0V100`));
    this.picture.replaceChildren(...drawn);
    this.picture.setAttribute("aria-label", summary);
    this.outputs = series.map(() => element("output"));
    this.legend.replaceChildren(...series.map((one, index) =>
      element("li", {}, sample(one), element("span", {}, one.name), " ", this.outputs[index])));
    this.ys.replaceChildren(...axis.ticks.map(tick => {
      const mark = element("span", {}, axis.label(tick));
      mark.style.top = `${axis.fromTop(tick) * 100}%`;
      return mark;
    }));
    drawTimes(this.xs, ticks);
  }

  show(step) {
    this.area.style.setProperty("--x", `${(step + 0.5) / this.count * 100}%`);
    this.series?.forEach((one, index) => {
      if (one.cursor) this.outputs[index].textContent = fixed(one.cursor[step], this.decimals);
    });
  }
}

/** The colour of a custom property, as red, green, blue. */
const colour = name => {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const digits = text.length === 4 ? [...text.slice(1)].map(d => d + d).join("") : text.slice(1);
  return [0, 2, 4].map(at => parseInt(digits.slice(at, at + 2), 16));
};

/** Heat map of vehicles by time: one row per vehicle; the colour shows charging and discharging power. */
export const drawHeat = (canvas, rows, count) => {
  const [charge, discharge, rest, away] = ["--charge", "--discharge", "--card", "--away"].map(colour);
  canvas.width = count;
  canvas.height = rows.length;
  const context = canvas.getContext("2d"), image = context.createImageData(count, rows.length);
  const largest = Math.max(1e-9, ...rows.map(row => row.net.reduce((most, kw) => Math.max(most, Math.abs(kw)), 0)));
  rows.forEach(({ net, isPlugged }, row) => net.forEach((kw, step) => {
    const tone = kw > 0 ? charge : discharge, share = kw === 0 ? 0 : 0.25 + 0.75 * Math.abs(kw) / largest;
    const base = isPlugged[step] ? rest : away;
    const at = (row * count + step) * 4;
    for (let part = 0; part < 3; part++) image.data[at + part] = base[part] + (tone[part] - base[part]) * share;
    image.data[at + 3] = 255;
  }));
  context.putImageData(image, 0, 0);
};
