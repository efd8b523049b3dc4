// The charts. uPlot draws on a canvas, so colours are read from the style sheet when it draws.
import { millis, rate } from "./format.js";

const HEIGHT = 196;
const KEPT = 300;

/** Pixels from one label to the next; a time with seconds is up to 60 wide, in any font. */
const FIGURE_SPACE = 30;
const SECONDS_SPACE = 84;
const MINUTES_SPACE = 52;

/** From so many seconds on, times are told in whole minutes. */
const LONG = 150;
const isLong = (min, max) => max - min > LONG;

/** Seconds without an answer leave gaps, in which a line of one point would not be seen. */
const ALONE = { points: { show: true, size: 3, filter: (u, i) => alone(u.data[i]) } };

function alone(values) {
  const found = [];
  values.forEach((v, i) => {
    if (v !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null) found.push(i);
  });
  return found;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A colour that lets what is behind it shine through. */
function pale(name) {
  return `color-mix(in srgb, ${colour(name)} 12%, transparent)`;
}

function series(label, variable, text, extra) {
  return {
    label,
    stroke: () => colour(variable),
    width: 1.75,
    points: { size: 4, fill: () => colour(variable) },
    value: (u, v) => (v === null || v === undefined ? "–" : text(v)),
    ...extra,
  };
}

function axis(size, space, values) {
  return {
    space,
    stroke: () => colour("--muted"),
    grid: { stroke: () => colour("--line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
    size,
    gap: 6,
    values,
  };
}

function time(u, splits) {
  const scale = u.scales.x;
  const seconds = isLong(scale.min, scale.max) ? {} : { second: "2-digit" };
  return splits.map((s) =>
    new Date(s * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", ...seconds, hour12: false }));
}

function timeAxis() {
  return {
    ...axis(28, (u, i, min, max) => (isLong(min, max) ? MINUTES_SPACE : SECONDS_SPACE), time),
    incrs: (u, i, min, max) => (isLong(min, max) ? [60, 120, 300] : [1, 5, 10, 15, 30, 60]),
  };
}

/** The legend tells the newest figures while nobody points at others. */
function latest(plot) {
  const newest = plot.data[0].length - 1;
  if (newest >= 0 && plot.cursor.left < 0) plot.setLegend({ idx: newest });
}

/** A chart in an element, with the fields of a sample that it draws. */
function chart(id, fields, lines, y, scale) {
  const place = document.getElementById(id);
  const width = () => Math.max(200, place.clientWidth);
  const data = [[], ...fields.map(() => [])];
  const plot = new uPlot(
    {
      width: width(),
      height: HEIGHT,
      padding: [10, 30, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: true }, y: scale },
      axes: [timeAxis(), y],
      hooks: { setCursor: [latest], setData: [latest] },
      series: [{ label: "at", value: (u, v) => (v ? new Date(v * 1000).toLocaleTimeString([], { hour12: false }) : "–") }, ...lines],
    },
    data,
    place,
  );
  new ResizeObserver(() => plot.setSize({ width: width(), height: HEIGHT })).observe(place);
  return {
    add(samples) {
      for (const s of samples) {
        const at = s.at / 1000;
        if (data[0].length && at <= data[0][data[0].length - 1]) continue;
        data[0].push(at);
        fields.forEach((f, i) => data[i + 1].push(s[f] ?? null));
      }
      const surplus = data[0].length - KEPT;
      if (surplus > 0) data.forEach((column) => column.splice(0, surplus));
      plot.setData(data, true);
    },
    clear() {
      data.forEach((column) => column.splice(0));
    },
    redraw() {
      const markers = [...place.querySelectorAll(".u-marker")].slice(-lines.length);
      markers.forEach((marker, i) => (marker.style.borderColor = lines[i].stroke()));
      plot.redraw(false, true);
    },
    describe(text) {
      place.setAttribute("aria-label", text);
    },
  };
}

export function throughput() {
  return chart(
    "throughput",
    ["sent", "received", "failed"],
    [
      series("sent", "--blue", rate, { fill: () => pale("--blue") }),
      series("received", "--teal", rate),
      series("failed", "--red", rate),
    ],
    axis(48, FIGURE_SPACE, (u, splits) => splits.map((v) => (v < 1e4 ? String(v) : rate(v)))),
    { range: (u, min, max) => [0, Math.max(5, (max ?? 0) * 1.1)] },
  );
}

/** Times, on a logarithmic scale of whole decades. */
function times(id, fields) {
  return chart(
    id,
    fields,
    [
      series("median", "--blue", millis, ALONE),
      series("p99", "--amber", millis, ALONE),
    ],
    axis(48, FIGURE_SPACE, (u, splits) => splits.map((v) => (v === null ? "" : v >= 1 ? String(v) : v.toPrecision(1)))),
    { distr: 3, range: decades },
  );
}

function decades(u, min, max) {
  const low = Math.floor(Math.log10(min || 0.1));
  const high = Math.ceil(Math.log10((max || 10) * 1.01));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

export function latency() {
  return times("latency", ["p50", "p99"]);
}

export function handling() {
  return times("handling", ["handled50", "handled99"]);
}
