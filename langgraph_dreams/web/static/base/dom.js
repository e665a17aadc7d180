// Elements made without markup: every text becomes a text node, so hostile text stays text.

// Controls, and what changes the direction of text: shown by their code instead of obeyed.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function shown(text) {
  return String(text ?? "").replace(
    CONTROLS,
    (sign) => `⟨U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

// el("a", {href: "#/x", class: "y", onclick: f}, "text", child, [more])
export function el(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

export function svg(tag, properties = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
}

// Appends texts, elements, and lists of them; what is null is left out.
export function put(element, ...children) {
  element.append(...children.flat(Infinity)
    .filter((child) => child !== null && child !== undefined)
    .map((child) => (child instanceof Node ? child : document.createTextNode(shown(child)))));
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, shown(value));
    }
  }
  put(element, children);
  return element;
}

export function table(caption, heads, rows) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows.map((cells) =>
        (cells instanceof Node ? cells : el("tr", {}, cells.map((cell) => el("td", {}, cell))))))));
}

export function field(label, control) {
  return el("label", { class: "field" }, el("span", {}, label), control);
}

export function choice(name, options, value) {
  return el("select", { name }, options.map(([key, text]) =>
    el("option", { value: key, selected: key === value }, text)));
}

export function facts(pairs) {
  return el("dl", {}, pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined)
    .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

export function figure(value) {
  return typeof value === "number"
    ? (Math.round(value * 1000) / 1000).toLocaleString("en") : shown(value);
}

const DAY = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
const CLOCK = { hour: "2-digit", minute: "2-digit", timeZone: "UTC" };
const DATED_FROM = 2001; // earlier times are made up, for logs without any

export function date(time) {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return shown(time);
  return at.getUTCFullYear() < DATED_FROM ? "no date" : at.toLocaleDateString("en-GB", DAY);
}

export function day(time) {
  const told = date(time);
  return told === "no date" || !/T\d/.test(time)
    ? told : `${told}, ${new Date(time).toLocaleTimeString("en-GB", CLOCK)}`;
}

// A mark for each kind, so that colour is not needed: circle, square, diamond, triangle.
export function mark(kind, radius = 6, x = 0, y = 0) {
  const r = radius;
  const name = `mark ${kind}`;
  if (kind === "episode") return svg("circle", { cx: x, cy: y, r, class: name });
  if (kind === "page" || kind === "insight") {
    const d = r * 1.25;
    return svg("path", { d: `M${x},${y - d}L${x + d},${y}L${x},${y + d}L${x - d},${y}Z`, class: name });
  }
  if (kind === "rehearsal") {
    return svg("path", { d: `M${x},${y - r}L${x + r},${y + r}L${x - r},${y + r}Z`, class: name });
  }
  return svg("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, rx: r / 4, class: name });
}

export function icon(kind) {
  return svg("svg", { viewBox: "-8 -8 16 16", class: "icon", "aria-hidden": "true" }, mark(kind));
}

// A word in a small frame: a kind, or what became of something.
export function badge(text, name = "") {
  return text ? el("span", { class: `badge ${name}` }, text) : null;
}

// What to do where there is nothing yet.
export function empty(title, ...advice) {
  return el("section", { class: "empty" }, el("h2", {}, title), advice);
}

// One figure, and what it counts.
export function tile(value, text) {
  return el("li", { class: "tile" }, el("strong", {}, value), el("span", {}, text));
}

const SAID = 12_000; // milliseconds that a message stays
let saying = 0;

export function say(text) {
  const said = document.getElementById("said");
  said.textContent = shown(text);
  clearTimeout(saying);
  saying = setTimeout(() => { said.textContent = ""; }, SAID);
}
