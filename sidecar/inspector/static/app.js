// The dev page: live rows, before | after | why. Values reach the document as text nodes only.
// It keeps nothing: a reload asks for everything again.

import { Comparison, parse } from "/compare.js";

const $ = (id) => document.getElementById(id);
const rows = new Map(); // id → row, oldest first
const MAX_ROWS = 2000; // as many as the sidecar keeps
const MAX_LINES = 3000;
let entities = []; // all names a finding can have
let mayExcept = false; // there is a file of exceptions
let held = []; // came while paused
let selected = 0;
let isPaused = false;
let lastId = 0;

// ---- small things

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.append(document.createTextNode(text));
  return element;
}

function clone(id) {
  return $(id).content.firstElementChild.cloneNode(true);
}

// The golden angle keeps the colours of all entities apart.
function tinted(element, entity) {
  element.style.setProperty("--hue", String(Math.round(entities.indexOf(entity) * 137.508 + 350) % 360));
  return element;
}

async function ask(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options });
  const text = await response.text();
  const body = text ? JSON.parse(text) : null;
  if (body && "before" in body) {
    const { before, after } = parse(text); // numbers as they were written
    Object.assign(body, { before, after });
  }
  if (!response.ok) throw new Error(body?.error ?? `the sidecar answered ${response.status}`);
  return body;
}

function failed(place, error) {
  place.replaceChildren(make("p", "withheld", error.message));
}

// ---- the list

function isWanted(row) {
  const { id, method, tool, direction, outcome, session, found } = row;
  const fields = { id: String(id), method, tool, direction, outcome, session: String(session), entity: Object.keys(found).join(" ") };
  const all = Object.values(fields).join(" ").toLowerCase();
  return $("filter").value.toLowerCase().split(/\s+/).filter(Boolean).every((term) => {
    const isExcluded = term.startsWith("-") && term.length > 1;
    const [, key, rest] = /^([a-z]+):(.*)$/.exec(isExcluded ? term.slice(1) : term) ?? [];
    const isThere = key in fields ? fields[key].toLowerCase().includes(rest) : all.includes(isExcluded ? term.slice(1) : term);
    return isThere !== isExcluded;
  });
}

function rowElement(row) {
  const element = clone("row-template");
  element.id = `row-${row.id}`;
  element.dataset.id = row.id;
  element.dataset.outcome = row.outcome;
  const [arrow, title] = row.direction === "to_server" ? ["→", "to the server"] : ["←", "to the client"];
  element.title = title;
  element.querySelector(".arrow").append(arrow);
  element.querySelector(".method").append(row.method || "response");
  element.querySelector(".tool").append(row.tool);
  element.querySelector("time").append(new Date(row.at * 1000).toLocaleTimeString([], { hour12: false }));
  if (row.duration_ms !== null) element.querySelector(".spent").append(`${row.duration_ms.toFixed(row.duration_ms < 10 ? 1 : 0)} ms`);
  const chips = element.querySelector(".chips");
  if (row.outcome === "withheld") chips.append(make("span", "chip bad", "withheld"));
  for (const [entity, count] of Object.entries(row.found)) {
    chips.append(tinted(make("span", "chip", count > 1 ? `${entity} ×${count}` : entity), entity));
  }
  if (row.restored) chips.append(make("span", "chip plain", `${row.restored} restored`));
  return element;
}

function take(row, isNew) {
  rows.set(row.id, row);
  const element = rowElement(row);
  element.hidden = !isWanted(row);
  element.classList.toggle("new", isNew);
  element.setAttribute("aria-selected", String(row.id === selected));
  $("rows").prepend(element);
  while (rows.size > MAX_ROWS) {
    const oldest = rows.keys().next().value;
    rows.delete(oldest);
    $(`row-${oldest}`)?.remove();
  }
}

function count() {
  const shown = $("rows").querySelectorAll(".row:not([hidden])").length;
  $("empty").hidden = rows.size > 0;
  const text = shown === rows.size ? `${rows.size} messages` : `${shown} of ${rows.size} messages`;
  $("count").textContent = isPaused ? `${text} · paused, ${held.length} waiting` : text;
}

function filter() {
  for (const [id, row] of rows) $(`row-${id}`).hidden = !isWanted(row);
  count();
}

function pause() {
  isPaused = !isPaused;
  $("pause").setAttribute("aria-pressed", String(isPaused));
  $("pause").textContent = isPaused ? "Resume" : "Pause";
  if (!isPaused) for (const row of held.splice(0)) take(row, true);
  count();
}

function listen() {
  const events = new EventSource("/events");
  const say = (state, text) => {
    $("status").dataset.state = state;
    $("status").textContent = text;
  };
  events.addEventListener("open", () => say("live", "live"));
  events.addEventListener("error", () => say("gone", events.readyState === EventSource.CLOSED ? "ended" : "reconnecting"));
  events.addEventListener("reset", (event) => {
    const all = JSON.parse(event.data);
    $("policy").textContent = all.policy;
    entities = all.entities;
    mayExcept = all.may_except;
    $("entities").replaceChildren(...entities.map((name) => Object.assign(make("option"), { value: name })));
    rows.clear();
    held = [];
    $("rows").replaceChildren();
    for (const row of all.rows) take(row, false);
    lastId = all.rows.at(-1)?.id ?? lastId;
    count();
  });
  events.addEventListener("row", (event) => {
    const row = JSON.parse(event.data);
    if (row.id <= lastId) return;
    lastId = row.id;
    if (isPaused) {
      held.push(row);
      if (held.length > MAX_ROWS) held.shift();
    } else {
      take(row, true);
    }
    count();
  });
}

async function select(id) {
  $(`row-${selected}`)?.setAttribute("aria-selected", "false");
  selected = id;
  const element = $(`row-${id}`);
  element?.setAttribute("aria-selected", "true");
  element?.scrollIntoView({ block: "nearest" });
  $("rows").setAttribute("aria-activedescendant", `row-${id}`);
  open("message");
  try {
    const detail = await ask(`/messages/${id}`);
    if (id === selected) $("message").replaceChildren(detailElement(detail));
  } catch (error) {
    if (id === selected) failed($("message"), error);
  }
}

function move(step) {
  const shown = [...$("rows").querySelectorAll(".row:not([hidden])")];
  if (!shown.length) return;
  const at = shown.findIndex((element) => Number(element.dataset.id) === selected);
  const next = shown[Math.min(Math.max(at < 0 ? 0 : at + step, 0), shown.length - 1)];
  select(Number(next.dataset.id));
}

// ---- one message: before and after, and why

// Invisible characters are named: they must neither hide a value nor turn a line around.
const INVISIBLE = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff])/;

function addText(element, text) {
  text.split(INVISIBLE).forEach((part, at) => {
    if (at % 2) element.append(make("span", "control", `\\u${part.charCodeAt(0).toString(16).padStart(4, "0")}`));
    else if (part) element.append(document.createTextNode(part));
  });
}

function cellElement(pre, cells, link) {
  for (const { text, className, why } of cells) {
    const element = make(why ? "mark" : "span", className);
    if (why) {
      element.tabIndex = 0;
      element.title = why.entity ? `${why.entity} · ${why.score.toFixed(2)} · ${why.recognizer} · ${why.rule} → ${why.operator}` : "changed without a finding: a token restored or hidden again, or something withheld";
      if (why.entity) tinted(element, why.entity);
      else element.classList.add("moved");
      link(why, element);
    }
    addText(element, text);
    pre.append(element);
  }
}

function lineElements(comparison, link) {
  const made = comparison.lines.slice(0, MAX_LINES).map(({ depths, cells, isChanged }) => {
    const element = clone("line-template");
    element.classList.toggle("changed", isChanged);
    [...element.children].forEach((pre, side) => {
      pre.style.setProperty("--depth", depths[side]);
      cellElement(pre, cells[side], link);
    });
    return element;
  });
  const more = comparison.lines.length - MAX_LINES;
  const rest = more > 0 ? [make("div", "cut", `${more} more lines are not shown`)] : [];
  return [...(comparison.isRewritten ? made : [apart(made)]), ...rest];
}

// A reply of its own does not line up with what it replies to: two columns without common rows.
function apart(lines) {
  const element = make("div", "line changed");
  const columns = [0, 1].map((side) => lines.map((line) => line.children[side]).filter((pre) => pre.hasChildNodes()));
  for (const pres of columns) {
    const column = make("div", "");
    column.append(...pres);
    element.append(column);
  }
  return element;
}

function detailElement(detail) {
  const article = clone("detail-template");
  const { row } = detail;
  const facts = [make("strong", "", detail.method || "response")];
  if (detail.tool) facts.push(make("span", "mono", detail.tool));
  facts.push(make("span", "", row.direction === "to_server" ? "client → server" : "server → client"));
  facts.push(make("span", `outcome ${row.outcome}`, row.outcome));
  if (row.duration_ms !== null) facts.push(make("span", "", `${row.duration_ms.toFixed(1)} ms`));
  if (row.id) facts.push(make("span", "", `session ${row.session} · #${row.id}`));
  article.querySelector(".facts").append(...facts);
  const notice = article.querySelector("p.withheld");
  if (detail.withheld) {
    const { reason, rule, pointer: at } = detail.withheld;
    article.querySelector(".heads").lastElementChild.textContent = "Instead";
    notice.append(`Withheld (${reason})${rule ? `, rule ${rule}` : ""}${at ? `, at ${at}` : ""}.`);
    notice.hidden = false;
  }
  if (detail.omitted_bytes) {
    notice.append(`Too large to keep: ${detail.omitted_bytes} bytes.`);
    notice.hidden = false;
    article.querySelectorAll(".compare, .why-head, .nothing, .scroll").forEach((element) => element.remove());
    return article;
  }

  const marks = new Map();
  const tableRows = new Map();
  const light = (why) => {
    article.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
    for (const element of [...(marks.get(why) ?? []), tableRows.get(why)]) element?.classList.add("lit");
  };
  const link = (why, element) => {
    marks.set(why, [...(marks.get(why) ?? []), element]);
    const act = () => {
      light(why);
      tableRows.get(why)?.scrollIntoView({ block: "nearest" });
    };
    element.addEventListener("click", act);
    element.addEventListener("focus", () => light(why));
  };
  const comparison = new Comparison(detail);
  article.querySelector(".lines").append(...lineElements(comparison, link));
  const all = [...detail.why, ...comparison.moved];
  article.querySelector(".nothing").hidden = all.length > 0;
  article.querySelector(".scroll").hidden = all.length === 0;
  for (const why of all) {
    const element = whyElement(why, row, detail);
    tableRows.set(why, element);
    element.addEventListener("focus", () => light(why));
    element.addEventListener("click", () => {
      light(why);
      marks.get(why)?.[0].scrollIntoView({ block: "nearest" });
    });
    article.querySelector("tbody").append(element);
  }
  return article;
}

function whyElement(why, row, detail) {
  const element = clone("why-template");
  const [entity, place, score, recognizer, rule, operator, before, after, action] = element.children;
  place.append(why.pointer);
  addText(before, why.before);
  addText(after, why.after);
  if (!why.entity) {
    entity.replaceChildren(make("span", "chip plain", "no finding"));
    score.replaceChildren();
    operator.append("restored, hidden again or withheld");
    action.replaceChildren();
    return element;
  }
  tinted(entity.firstElementChild, why.entity).append(why.entity);
  score.querySelector("meter").value = why.score;
  score.querySelector(".score").append(why.score.toFixed(2));
  recognizer.append(why.recognizer);
  rule.append(why.rule);
  operator.append(why.operator);
  action.firstElementChild.addEventListener("click", () => {
    const form = $("explain-form");
    const fields = { direction: row.direction, method: detail.method, tool: detail.tool, path: why.pointer, entity: why.entity };
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
    open("explain");
    form.requestSubmit();
  });
  if (mayExcept && why.operator !== "keep") offerException(action.lastElementChild, why);
  return element;
}

// Only a keyed digest of the value is written down; it holds from the next reload of the file, a second or so.
function offerException(button, why) {
  button.hidden = false;
  button.title = "say that this value is nobody's data";
  button.addEventListener("click", async (event) => {
    event.stopPropagation();
    button.disabled = true;
    const body = JSON.stringify({ value: why.before, entity: why.entity });
    try {
      const { digest } = await ask("/except", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      button.textContent = `excepted ${digest.slice(0, 8)}`;
    } catch (error) {
      button.textContent = error.message;
    }
  });
}

// ---- tabs and forms

function open(name) {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const isOpen = tab.getAttribute("aria-controls") === name;
    tab.setAttribute("aria-selected", String(isOpen));
    tab.tabIndex = isOpen ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = !isOpen;
  }
}

function whenSubmitted(form, place, answer) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      place.replaceChildren(await answer(Object.fromEntries(new FormData(form))));
    } catch (error) {
      failed(place, error);
    }
  });
}

function explainedElement(answer) {
  const article = clone("explained-template");
  const verdict = article.querySelector(".verdict");
  verdict.append("Rule ", make("strong", "mono", answer.rule), " decides: ", make("strong", "", answer.operator), ".");
  if (answer.is_refused) verdict.append(" This call may write, so a call that would carry the stand-in is refused.");
  if (answer.restores) verdict.append(" Own tokens here become values again.");
  for (const rule of answer.rules) {
    const item = make("li");
    item.dataset.state = rule.state;
    const match = Object.entries(rule.match).map(([key, globs]) => `${key}: ${globs.join(", ")}`).join(" · ") || "everything";
    item.append(make("span", "mono", rule.name), make("span", "", `${match} → ${rule.do}`), make("span", "", rule.state));
    article.querySelector(".rules").append(item);
  }
  return article;
}

whenSubmitted($("test-form"), $("test-answer"), async (fields) =>
  detailElement(await ask("/test", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields) })),
);
whenSubmitted($("explain-form"), $("explain-answer"), async (fields) => explainedElement(await ask(`/explain?${new URLSearchParams(fields)}`)));

$("filter").addEventListener("input", filter);
$("pause").addEventListener("click", pause);
$("clear").addEventListener("click", () => ask("/clear", { method: "POST" }).catch((error) => failed($("message"), error)));
$("rows").addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (row) select(Number(row.dataset.id));
});
$("rows").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10, End: MAX_ROWS, Home: -MAX_ROWS }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  move(step);
});
for (const tab of document.querySelectorAll("[role=tab]")) {
  tab.addEventListener("click", () => open(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", (event) => {
    const tabs = [...document.querySelectorAll("[role=tab]")];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs.at((tabs.indexOf(tab) + step) % tabs.length);
    open(next.getAttribute("aria-controls"));
    next.focus();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Escape") $("rows").focus();
    return;
  }
  if (event.key === "p") pause();
  if (event.key !== "/") return;
  event.preventDefault();
  $("filter").focus();
});

listen();
count();
