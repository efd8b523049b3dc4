// The console: listens to /events and draws. A peer can influence texts here (failures, addresses):
// they reach the page by textContent and setAttribute only.
import { handling, latency, throughput } from "./charts.js";
import { byteParts, bytes, clock, count, millis, rate, several, span, spanParts } from "./format.js";
import { show as showTable } from "./table.js";

const MAX_FAILURES = 100;
const NAMES = {
  maxConcurrentSends: "Messages under way",
  maxConcurrentHandlers: "Messages with handlers",
  maxConnections: "Accepted connections",
  maxHandshakes: "Handshakes",
  handshakeQueue: "Waiting handshakes",
  outboundMaxBytes: "Fullest write queue",
  maxNodeOutboundBytes: "All write queues",
  maxNodeReassemblyBytes: "Partial messages",
  requestBytes: "Large requests",
  maxPeerBytes: "Held for peers",
  maxLinks: "Links of the DHT alone",
  maxListings: "Listings held",
  maxListingBytes: "Bytes of listings",
  maxLookups: "Lookups",
  maxPeers: "Peers with rates",
  stateMaxBytes: "State file",
  maxFilesSending: "Files being sent",
  maxTransfers: "Files being received",
};

const $ = (id) => document.getElementById(id);
const text = (id, value) => {
  if ($(id).textContent !== value) $(id).textContent = value;
};

function element(name, className, content) {
  const e = document.createElement(name);
  if (className) e.className = className;
  if (content !== undefined) e.textContent = content;
  return e;
}

const charts = [throughput(), latency(), handling()];
const known = new Set();
let last = null;
let heard = Date.now(); // when the node was heard last
let paused = false;

// ---- the parts of the page

function showNode(s) {
  text("node-id", s.node.shortId);
  const where = s.node.addresses.length ? s.node.addresses.join(", ") : "dials only";
  text("node-facts", `network ${s.node.network} · ${where}`);
  const [up, unit] = spanParts(s.node.upMillis);
  text("uptime", up);
  text("uptime-unit", unit);
  text("version", s.node.version);
  $("version").title = `version ${s.node.version}, commit ${s.node.commit}`;
  $("copy").hidden = !s.node.addresses.length || !navigator.clipboard;
  showState(s.health.state, s.health.state);
  text("reasons", s.health.reasons.join("; "));
  $("reasons").hidden = s.health.reasons.length === 0;
}

/** The state is on the page and in its title, so that a tab in the background tells it too. */
function showState(state, word) {
  text("state", word);
  $("state").dataset.state = state;
  const title = `${word} · Parley${last ? " " + last.node.shortId : ""}`;
  if (document.title !== title) document.title = title;
}

function showTiles(s) {
  const now = s.history[s.history.length - 1];
  if (now) {
    text("sent-rate", rate(now.sent));
    text("received-rate", rate(now.received));
    text("failed-rate", rate(now.failed));
    text("p50", millis(now.p50));
    text("p99", millis(now.p99));
    text("handled50", millis(now.handled50));
    text("handled99", millis(now.handled99));
    const [out, unit] = byteParts(now.bytesOut);
    text("out-rate", out);
    text("out-unit", unit + "/s");
    text("in-rate", bytes(now.bytesIn) + "/s");
    $("failed-rate").classList.toggle("bad", now.failed > 0);
  }
  text("sent-total", count(s.totals.sent));
  text("received-total", count(s.totals.received));
  text("failed-total", count(s.totals.failed));
  text("link-count", count(s.links.total));
  text("contact-count", s.table ? several(s.table.contacts.length, "contact") : "no DHT");
}

function showCharts(s) {
  if (s.full) charts.forEach((c) => c.clear());
  charts.forEach((c) => c.add(s.history));
  const now = s.history[s.history.length - 1];
  if (now) {
    charts[0].describe(`Throughput: ${rate(now.sent)} sent, ${rate(now.received)} received, ${rate(now.failed)} failed a second`);
    charts[1].describe(`Time to an answer: median ${millis(now.p50)}, 99th percentile ${millis(now.p99)} milliseconds`);
    charts[2].describe(`Time in handlers: median ${millis(now.handled50)}, 99th percentile ${millis(now.handled99)} milliseconds`);
  }
}

const KINDS = { REQUEST: "Requests", SIGNAL: "Signals", STREAM: "Streams", CHANNEL: "Channels" };

function kindRow(name, ...figures) {
  const tr = document.createElement("tr");
  const th = element("th", "", name);
  th.scope = "row";
  tr.append(th, ...figures.map((figure) => element("td", "num", figure)));
  return tr;
}

function showKinds(s) {
  $("kinds").replaceChildren(
    ...s.models.map((m) => kindRow(KINDS[m.model] ?? m.model, count(m.sent), count(m.received), count(m.failed + m.receiveFailed))),
    kindRow("Files, now", count(s.files.sending), count(s.files.receiving), "–"),
  );
}

function showTalkers(talkers) {
  const all = [...talkers.networks, ...talkers.agents];
  $("talkers").replaceChildren(
    ...all.map((t) => kindRow(t.name, bytes(t.bytes), count(t.messages), count(t.connections), count(t.refusals))),
  );
  $("talkers-shown").hidden = all.length === 0;
  $("talkers-empty").hidden = all.length > 0;
}

const LABELS = ["Peer", "Path", "Suite", "Round trip", "Out", "In", "Waiting", "Open for"];

function linkRow() {
  const tr = document.createElement("tr");
  LABELS.forEach((label, i) => {
    const td = element("td", i > 2 ? "num" : i === 0 ? "mono" : "");
    td.dataset.label = label;
    tr.append(td);
  });
  tr.children[1].append(element("span"), element("small"));
  tr.children[2].append(element("span"), element("span", "tag"));
  [4, 5].forEach((i) => tr.children[i].append(element("span"), element("small")));
  return tr;
}

/** The cipher in the name of a Noise protocol; the whole name is the title. */
function cipher(suite) {
  const found = suite.match(/AESGCM|ChaChaPoly/);
  return found ? { AESGCM: "AES-256-GCM", ChaChaPoly: "ChaCha20-Poly1305" }[found[0]] : suite;
}

function fill(td, ...texts) {
  texts.forEach((t, i) => {
    if (td.children[i].textContent !== t) td.children[i].textContent = t;
  });
}

function fillLink(tr, l) {
  const td = tr.children;
  td[0].textContent = l.peer;
  fill(td[1], l.path.remote, ` ${l.path.kind}, ${l.path.dialled ? "dialled" : "accepted"}`);
  fill(td[2], cipher(l.path.suite), l.path.postQuantum ? "post-quantum" : "classical");
  td[2].title = l.path.suite;
  td[2].children[1].className = l.path.postQuantum ? "tag pq" : "tag warn";
  td[3].textContent = l.rttMillis === undefined ? "–" : millis(l.rttMillis) + " ms";
  fill(td[4], bytes(l.bytesOut), ` ${bytes(l.outPerSecond)}/s`);
  fill(td[5], bytes(l.bytesIn), ` ${bytes(l.inPerSecond)}/s`);
  td[6].textContent = bytes(l.pendingBytes);
  td[7].textContent = span(l.ageMillis);
}

function showLinks(links) {
  const body = $("links").tBodies[0];
  while (body.rows.length > links.shown.length) body.deleteRow(-1);
  links.shown.forEach((l, i) => {
    if (!body.rows[i]) body.append(linkRow());
    fillLink(body.rows[i], l);
  });
  $("links").hidden = links.shown.length === 0;
  $("links-empty").hidden = links.shown.length > 0;
  const more = links.total - links.shown.length;
  text("links-note", more > 0 ? `the ${links.shown.length} busiest of ${count(links.total)}` : links.total ? "busiest first" : "");
}

function showBounds(bounds) {
  const list = $("bounds");
  while (list.children.length < bounds.length) {
    const li = document.createElement("li");
    const row = element("div", "row");
    row.append(element("span"), element("span"));
    const meter = document.createElement("meter");
    meter.min = 0;
    meter.max = 1;
    meter.low = 0.6;
    meter.high = 0.9;
    meter.optimum = 0;
    li.append(row, meter);
    list.append(li);
  }
  while (list.children.length > bounds.length) list.lastChild.remove();
  bounds.forEach((b, i) => {
    const [row, meter] = list.children[i].children;
    const figure = b.option.endsWith("Bytes") ? bytes : count;
    const name = NAMES[b.option] ?? b.option;
    fill(row, name, `${figure(b.used)} of ${figure(b.limit)}`);
    row.title = b.option;
    meter.value = Math.min(1, b.used / Math.max(1, b.limit));
    meter.setAttribute("aria-label", name);
  });
}

function trailStep(step) {
  const li = document.createElement("li");
  li.append(
    element("span", "phase", step.phase),
    element("span", "what", `${step.subject}: ${step.outcome}`),
    element("span", "after", millis(step.atMillis) + " ms"),
  );
  return li;
}

function failure(f) {
  const li = element("li", f.retryable ? "again" : "");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const time = element("time", "", clock(f.at));
  time.dateTime = new Date(f.at).toISOString();
  summary.append(
    time,
    element("span", "code", f.code),
    element("span", "peer mono", f.peer ?? ""),
    element("span", "after", `${f.model}, ${millis(f.millis)} ms`),
  );
  const story = element("div", "story");
  story.append(element("p", "", f.text));
  const again = f.retryable ? "Sending it again is safe." : f.executed === "NO" ? "Sending it again does not help." : "It may have been processed.";
  story.append(element("p", "said", again));
  if (f.peerText) story.append(element("p", "said", `The peer says: ${f.peerText}`));
  if (f.trail.length) {
    const trail = element("ol", "trail");
    trail.append(...f.trail.map(trailStep));
    story.append(trail);
  }
  details.append(summary, story);
  li.append(details);
  return li;
}

function showFailures(s) {
  const list = $("failures");
  if (s.full && s.failures.every((f) => !known.has(f.id))) {
    known.clear();
    list.replaceChildren();
  }
  for (const f of [...s.failures].reverse()) {
    if (known.has(f.id)) continue;
    known.add(f.id);
    list.prepend(failure(f));
  }
  while (list.children.length > MAX_FAILURES) list.lastChild.remove();
  $("failures-empty").hidden = list.children.length > 0;
  text("failures-note", s.failureCount ? `the last ${list.children.length} of ${count(s.failureCount)}` : "");
  $("refused").hidden = s.refusals.length === 0;
  $("refusals").replaceChildren(
    ...s.refusals.map((r) => {
      const li = element("li", "", r.reason.replaceAll("_", " "));
      li.append(element("b", "", count(r.count)));
      return li;
    }),
  );
}

function show(s) {
  last = s;
  heard = Date.now();
  if (document.body.dataset.stale) fresh();
  showNode(s);
  showTiles(s);
  showKinds(s);
  showCharts(s);
  showLinks(s.links);
  showTalkers(s.talkers);
  showBounds(s.bounds);
  showTable(s.table);
  showFailures(s);
}

// ---- what a person can do

$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", String(paused));
  text("pause", paused ? "Go on" : "Pause");
  if (paused) {
    disconnect();
  } else {
    heard = Date.now();
    connect();
  }
});

$("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(`${last.node.id}@${last.node.addresses[0]}`);
  text("copy", "Copied");
  setTimeout(() => text("copy", "Copy address"), 1500);
});

const THEMES = ["auto", "light", "dark"];

function stored() {
  try {
    return localStorage.getItem("parley-theme");
  } catch {
    return null; // storage is switched off
  }
}

function theme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  text("theme", "Theme: " + name);
  charts.forEach((c) => c.redraw());
}

$("theme").addEventListener("click", () => {
  const now = document.documentElement.dataset.theme ?? "auto";
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
  theme(next);
  try {
    localStorage.setItem("parley-theme", next);
  } catch {
    // It holds until the page is closed.
  }
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((c) => c.redraw()));

// ---- the connection

// The node tells something every second. Of one that is killed the connection is lost; of one that
// hangs, or is cut off, nothing comes at all. In both cases what is shown is of the past.
const PATIENCE_MS = 3500;
const LOOK_EVERY_MS = 500;
const NEXT_TRY_MS = 5000;

let events = null;

function connect() {
  events = new EventSource("/events");
  events.onmessage = (e) => show(JSON.parse(e.data));
  events.onerror = () => {
    if (events && events.readyState === EventSource.CLOSED) {
      disconnect(); // refused, as when there are too many listeners: the browser gives up
      setTimeout(() => paused || events || connect(), NEXT_TRY_MS);
    }
  };
}

function disconnect() {
  if (events) events.close();
  events = null;
  if (paused) {
    fresh();
    showState("", "paused");
  }
}

function fresh() {
  delete document.body.dataset.stale;
  $("stale").hidden = true;
}

function look() {
  const silence = Date.now() - heard;
  if (paused || silence < PATIENCE_MS) return;
  document.body.dataset.stale = "true";
  showState("lost", "no answer");
  // Said once and then left alone: a screen reader would read out each second.
  const since = last
    ? `No answer since ${clock(heard)}: the node is gone, or cannot be reached. What is shown is from then.`
    : "The node does not answer. This page goes on trying.";
  text("stale", since);
  $("stale").hidden = false;
  $("reasons").hidden = true;
}

theme(THEMES.includes(stored()) ? stored() : "auto");
connect();
setInterval(look, LOOK_EVERY_MS);
