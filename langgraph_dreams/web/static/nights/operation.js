// One operation in words: what it is about, the state before and after, its evidence.

import { el, facts, figure } from "../base/dom.js";
import { OPERATION, plain } from "../base/words.js";

export function operationRow(operation, { texts, place, chosen, open, edit = null }) {
  const details = el("details", { open },
    el("summary", {}, about(operation, texts)),
    operation.reason ? el("p", { class: "words" }, operation.reason) : null,
    el("div", { class: "states" },
      state("Before", operation.before, texts, place),
      state("After", operation.after, texts, place)),
    edit);
  return el("tr", { id: operation.id, class: operation.undone ? "undone" : null },
    el("td", {}, chosen ?? null),
    el("td", {}, el("code", {}, operation.id.slice(0, 10))),
    el("td", {}, OPERATION[operation.kind] ?? plain(operation.kind), operation.undone ? " (undone)" : ""),
    el("td", {}, details));
}

export function about(operation, texts) {
  const state = operation.after ?? operation.before ?? {};
  if (state.a) return `${texts[state.a] ?? state.a} — ${texts[state.b] ?? state.b}`;
  return state.text ?? texts[operation.target] ?? (operation.target === "*" ? "all links" : operation.target);
}

function state(title, values, texts, place) {
  if (!values) return el("div", {}, el("h4", {}, title), el("p", {}, "nothing"));
  return el("div", {}, el("h4", {}, title), facts(Object.entries(values)
    .filter(([, value]) => !empty(value))
    .map(([name, value]) => [plain(name), told(value, texts, place)])));
}

function empty(value) {
  return value === "" || value === null || (typeof value === "object" && !Object.keys(value).length);
}

// A value of a state: items by their text, each a link to it; parts of a score by name.
function told(value, texts, place) {
  if (Array.isArray(value)) return el("ul", {}, value.map((one) => el("li", {}, told(one, texts, place))));
  if (value && typeof value === "object") {
    return facts(Object.entries(value).map(([name, one]) => [plain(name), told(one, texts, place)]));
  }
  if (typeof value === "string" && value in texts) {
    return el("a", { href: place.href("item", [["id", value]]) }, texts[value]);
  }
  return el("span", { class: "words" }, figure(value));
}
