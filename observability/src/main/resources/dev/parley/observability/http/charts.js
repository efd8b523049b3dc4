// The two charts. uPlot draws on a canvas, so colours are read from the style sheet when it draws.
import { millis, rate } from "./format.js";

const HEIGHT = 196;
const KEPT = 300;

/** Seconds without an answer leave gaps, in which a line of one point would not be seen. */
const ALONE = { points: { show: true, size: 3 } };

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
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

function axis(size, values) {
  return {
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
  return splits.map((s) =>
    new Date(s * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }));
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
      padding: [8, 8, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: true }, y: scale },
      axes: [axis(28, time), y],
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
    [series("sent", "--blue", rate), series("received", "--teal", rate), series("failed", "--red", rate)],
    axis(46, (u, splits) => splits.map((v) => (v < 1e4 ? String(v) : rate(v)))),
    { range: (u, min, max) => [0, Math.max(5, (max ?? 0) * 1.1)] },
  );
}

export function latency() {
  return chart(
    "latency",
    ["p50", "p99"],
    [series("median", "--blue", millis, ALONE), series("p99", "--amber", millis, ALONE)],
    axis(52, (u, splits) => splits.map((v) => (v === null ? "" : v >= 1 ? String(v) : v.toPrecision(1)))),
    {
      distr: 3,
      range: (u, min, max) => [10 ** Math.floor(Math.log10(min || 0.1)), 10 ** Math.ceil(Math.log10(Math.max(max || 10, (min || 0.1) * 1.01)))],
    },
  );
}
