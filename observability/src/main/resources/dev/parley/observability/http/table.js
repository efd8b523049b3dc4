// The routing table, drawn by distance: this node in the middle, and a ring for each number of
// leading bits that a contact shares with it. The nearer the middle, the nearer the contact.
import { count, millis, several } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 100;

function shape(name, attributes, text) {
  const e = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, String(value));
  if (text) e.textContent = text;
  return e;
}

function kind(contact) {
  return contact.linked ? "linked" : contact.live ? "live" : "stale";
}

const WORDS = { linked: "link open", live: "live", stale: "not verified lately" };

function median(values) {
  const sorted = values.filter((v) => v !== undefined).sort((a, b) => a - b);
  return sorted.length ? sorted[Math.floor(sorted.length / 2)] : null;
}

function draw(contacts) {
  const most = Math.max(3, ...contacts.map((c) => c.bits));
  const radius = (bits) => RADIUS * (1 - bits / (most + 1.6));
  const shapes = [];
  for (let bits = 0; bits <= most; bits++) {
    shapes.push(shape("circle", { class: "ring", r: radius(bits).toFixed(1) }));
  }
  shapes.push(shape("circle", { class: "self", r: 4 }));
  for (const c of contacts) {
    const turn = 2 * Math.PI * c.angle;
    const dot = shape("circle", {
      class: "dot " + kind(c),
      cx: (radius(c.bits) * Math.sin(turn)).toFixed(1),
      cy: (-radius(c.bits) * Math.cos(turn)).toFixed(1),
      r: 4,
    });
    const trip = c.rttMillis === undefined ? "" : ", " + millis(c.rttMillis) + " ms";
    dot.append(shape("title", {}, `${c.peer}: ${c.bits} bits shared, ${WORDS[kind(c)]}${trip}`));
    shapes.push(dot);
  }
  return shapes;
}

function row(cells) {
  const tr = document.createElement("tr");
  cells.forEach((text, i) => {
    const td = document.createElement("td");
    td.textContent = text;
    if (i > 0) td.className = "num";
    tr.append(td);
  });
  return tr;
}

function list(contacts) {
  const buckets = new Map();
  for (const c of contacts) buckets.set(c.bits, [...(buckets.get(c.bits) ?? []), c]);
  return [...buckets.keys()].sort((a, b) => a - b).map((bits) => {
    const all = buckets.get(bits);
    const trip = median(all.map((c) => c.rttMillis));
    return row([
      String(bits),
      count(all.length),
      count(all.filter((c) => c.live).length),
      count(all.filter((c) => c.linked).length),
      trip === null ? "–" : millis(trip) + " ms",
    ]);
  });
}

let drawn = "";

export function show(table) {
  const $ = (id) => document.getElementById(id);
  $("table-shown").hidden = !table;
  $("table-empty").hidden = Boolean(table);
  if (!table) {
    $("table-note").textContent = "";
    return;
  }
  const contacts = table.contacts;
  const size = Math.max(contacts.length + 1, Math.round(table.networkSize));
  $("table-note").textContent =
    `${several(contacts.length, "contact")}, about ${several(size, "node")}` + (table.server ? "" : ", client");
  const state = JSON.stringify(contacts);
  if (state === drawn) return;
  drawn = state;
  $("sky").replaceChildren(...draw(contacts));
  $("sky").setAttribute(
    "aria-label",
    `Contacts by distance: ${contacts.length} contacts, ${contacts.filter((c) => c.linked).length} with an open link`,
  );
  $("buckets").replaceChildren(...list(contacts));
}
