// Figures for people. Everything returns text, and text goes to the page by textContent only.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A count: in full below 100,000, then shortened. */
export function count(n) {
  return n < 1e5 ? whole.format(n) : short.format(n);
}

/** A count of things. */
export function several(n, thing) {
  return count(n) + " " + thing + (n === 1 ? "" : "s");
}

/** A rate: with one decimal where it is small. */
export function rate(n) {
  return n === 0 ? "0" : n < 10 ? n.toFixed(1) : count(Math.round(n));
}

/** Milliseconds, with as many decimals as matter. */
export function millis(ms) {
  if (ms === null || ms === undefined) return "–";
  return ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : whole.format(ms);
}

/** Bytes, as a number and its unit. */
export function byteParts(n) {
  let unit = 0;
  let value = n;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return [unit === 0 || value >= 100 ? whole.format(value) : value.toFixed(1), UNITS[unit]];
}

export function bytes(n) {
  return byteParts(n).join(" ");
}

/** A time span in one unit, as a number and the unit. */
export function spanParts(ms) {
  const s = Math.floor(ms / 1000);
  if (s < 60) return [String(s), "s"];
  if (s < 3600) return [String(Math.floor(s / 60)), "min"];
  return s < 2 * 86400 ? [(s / 3600).toFixed(1), "h"] : [(s / 86400).toFixed(1), "d"];
}

/** A time span in its two largest units. */
export function span(ms) {
  const s = Math.floor(ms / 1000);
  if (s < 60) return s + " s";
  if (s < 3600) return Math.floor(s / 60) + " min " + (s % 60) + " s";
  if (s < 86400) return Math.floor(s / 3600) + " h " + (Math.floor(s / 60) % 60) + " min";
  return Math.floor(s / 86400) + " d " + (Math.floor(s / 3600) % 24) + " h";
}

export function clock(epochMillis) {
  return new Date(epochMillis).toLocaleTimeString([], { hour12: false });
}
