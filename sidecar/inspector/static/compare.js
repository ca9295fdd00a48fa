// Two JSON values side by side, line by line, with each finding marked. Pure: it makes no element and knows no page.

// A number as it was written: 1.10 must not be shown as 1.1.
class Literal {
  constructor(text) {
    this.text = text;
  }
}

export function parse(text) {
  return JSON.parse(text, (_key, value, context) =>
    typeof value === "number" && context?.source && context.source !== String(value) ? new Literal(context.source) : value,
  );
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Literal);
const isBranch = (value) => Array.isArray(value) || isObject(value);
const SIDES = ["before", "after"];

// As the sidecar spells pointers: result.content[0].text
function pointer(path) {
  const text = path.reduce((made, step) => made + (typeof step === "number" ? `[${step}]` : made ? `.${step}` : step), "");
  return text.replace(/^params\./, "");
}

// Where `needle` may stand in a text that quotes it: as it is, JSON-escaped, percent-encoded.
function spellings(needle) {
  let encoded = needle;
  try {
    encoded = encodeURIComponent(needle);
  } catch { /* a lone surrogate has no such spelling */ }
  return [...new Set([needle, JSON.stringify(needle).slice(1, -1), encoded])].filter(Boolean);
}

function spans(text, side, findings) {
  const found = [];
  for (const why of findings) {
    for (const needle of spellings(why[side])) {
      let at = text.indexOf(needle);
      if (at < 0) continue;
      for (; at >= 0; at = text.indexOf(needle, at + needle.length)) found.push({ start: at, end: at + needle.length, why });
      break;
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return found.filter((span) => span.start >= end && ((end = span.end), true));
}

// What differs although no finding says so: tokens restored or hidden again, items withheld.
function difference(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [[start, before.length - tail], [start, after.length - tail]];
}

export class Comparison {
  constructor(detail) {
    this.lines = [];
    this.moved = [];
    this.isRewritten = detail.row.outcome === "passed"; // otherwise after is a reply of its own
    this.byPointer = new Map();
    for (const why of detail.why) {
      const known = this.byPointer.get(why.pointer);
      if (known) known.push(why);
      else this.byPointer.set(why.pointer, [why]);
    }
    this.keyed = detail.why.filter((why) => why.pointer.includes(`<${why.entity}>`));
    const names = [undefined, undefined];
    if (this.isRewritten) this.pair(detail.before, detail.after, [], names, 0, "");
    else this.columns([detail.before, detail.after ?? undefined], [], names, 0, "");
  }

  // A key that is personal data itself stands in pointers as its entity.
  step(path, key) {
    if (typeof key === "number") return [...path, key];
    const why = this.keyed.find(({ entity, before, pointer: at }) => key.includes(before) && at.startsWith(pointer([...path, `<${entity}>`])));
    return [...path, why ? `<${why.entity}>` : key];
  }

  line(depth, left, right, isChanged) {
    this.lines.push({ depths: [depth, depth], cells: [left, right], isChanged });
  }

  // Same shape: one line beside the other. Else all lines of one, then those of the other, side by side.
  pair(before, after, path, names, depth, tail) {
    const both = [before, after];
    const isSame = both.every(Array.isArray) ? before.length === after.length : both.every(isObject);
    if (both.every(isBranch) && isSame) return this.branches(before, after, path, names, depth, tail);
    if (!both.some(isBranch)) return this.leaves(both, path, names, depth, tail);
    this.columns(both, path, names, depth, tail);
  }

  columns(both, path, names, depth, tail) {
    const start = this.lines.length;
    const columns = both.map((value, side) => {
      if (value === undefined) return [];
      this.alone(value, side, path, names[side], depth, tail);
      return this.lines.splice(start);
    });
    for (let at = 0; at < Math.max(...columns.map((column) => column.length)); at += 1) {
      const [left, right] = columns.map((column) => column[at]);
      const depths = [left?.depths[0] ?? 0, right?.depths[1] ?? 0];
      this.lines.push({ depths, cells: [left?.cells[0] ?? [], right?.cells[1] ?? []], isChanged: true });
    }
  }

  branches(before, after, path, names, depth, tail) {
    const isList = Array.isArray(before);
    const keys = [before, after].map((value) => (isList ? [...value.keys()] : Object.keys(value)));
    const [open, close] = isList ? ["[", "]"] : ["{", "}"];
    const head = names.map((name, side) => this.name(name, path, side));
    const isChanged = names[0] !== names[1];
    if (!keys[0].length && !keys[1].length) {
      return this.line(depth, [...head[0], { text: open + close + tail, className: "punctuation" }], [...head[1], { text: open + close + tail, className: "punctuation" }], isChanged);
    }
    this.line(depth, [...head[0], { text: open, className: "punctuation" }], [...head[1], { text: open, className: "punctuation" }], isChanged);
    // A redacted key keeps its place; a key that only one side has stands alone.
    const isByPlace = keys[0].length === keys[1].length;
    const steps = isByPlace
      ? keys[0].map((key, at) => [key, keys[1][at]])
      : [...keys[0].map((key) => [key, key in after ? key : undefined]), ...keys[1].filter((key) => !(key in before)).map((key) => [undefined, key])];
    steps.forEach(([left, right], at) => {
      const pairOf = [left === undefined ? undefined : before[left], right === undefined ? undefined : after[right]];
      const labels = isList ? [undefined, undefined] : [left, right];
      this.pair(...pairOf, this.step(path, left ?? right), labels, depth + 1, at < steps.length - 1 ? "," : "");
    });
    this.line(depth, [{ text: close + tail, className: "punctuation" }], [{ text: close + tail, className: "punctuation" }], false);
  }

  leaves(values, path, names, depth, tail) {
    const texts = values.map((value) => (value === undefined ? undefined : value instanceof Literal ? value.text : typeof value === "string" ? value : JSON.stringify(value)));
    const findings = this.byPointer.get(pointer(path)) ?? [];
    const marked = texts.map((text, side) => (text === undefined ? [] : spans(text, SIDES[side], findings)));
    const isChanged = texts[0] !== texts[1] || names[0] !== names[1];
    if (this.isRewritten && texts[0] !== texts[1] && texts.every((text) => text !== undefined)) this.complete(texts, marked, findings, path);
    const cells = values.map((value, side) => {
      if (value === undefined) return [];
      const isText = typeof value === "string";
      const quote = isText ? [{ text: '"', className: "punctuation" }] : [];
      const body = cut(texts[side], marked[side], isText ? "" : "literal");
      return [...this.name(names[side], path, side), ...quote, ...body, ...quote, { text: tail, className: "punctuation" }];
    });
    this.line(depth, ...cells, isChanged);
  }

  // A side that changed and has no mark gets one where the texts differ.
  complete(texts, marked, findings, path) {
    const moved = { entity: "", pointer: pointer(path), before: "", after: "" };
    difference(...texts).forEach(([start, end], side) => {
      moved[SIDES[side]] = texts[side].slice(start, end);
      if (!marked[side].length && start < end) marked[side].push({ start, end, why: findings[0] ?? moved });
    });
    if (!findings.length) this.moved.push(moved);
  }

  alone(value, side, path, name, depth, tail) {
    const values = side ? [undefined, value] : [value, undefined];
    const names = side ? [undefined, name] : [name, undefined];
    if (!isBranch(value)) return this.leaves(values, path, names, depth, tail);
    const put = (cells) => this.line(depth, side ? [] : cells, side ? cells : [], true);
    const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
    const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
    if (!keys.length) return put([...this.name(name, path, side), { text: open + close + tail, className: "punctuation" }]);
    put([...this.name(name, path, side), { text: open, className: "punctuation" }]);
    keys.forEach((key, at) => {
      this.alone(value[key], side, this.step(path, key), typeof key === "number" ? undefined : key, depth + 1, at < keys.length - 1 ? "," : "");
    });
    put([{ text: close + tail, className: "punctuation" }]);
  }

  name(name, path, side) {
    if (name === undefined) return [];
    const findings = this.byPointer.get(pointer(path)) ?? [];
    return [...cut(name, spans(name, SIDES[side], findings), "name"), { text: ": ", className: "punctuation" }];
  }
}

function cut(text, marked, className) {
  const parts = [];
  let at = 0;
  for (const { start, end, why } of marked) {
    if (start > at) parts.push({ text: text.slice(at, start), className });
    parts.push({ text: text.slice(start, end), why });
    at = end;
  }
  if (at < text.length || !parts.length) parts.push({ text: text.slice(at), className });
  return parts;
}
