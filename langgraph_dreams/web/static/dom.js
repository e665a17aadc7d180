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
  return typeof value === "number" ? String(Math.round(value * 1000) / 1000) : shown(value);
}

export function day(time) {
  return shown(time).slice(0, 16).replace("T", " ");
}

export function say(text) {
  document.getElementById("said").textContent = shown(text);
}
