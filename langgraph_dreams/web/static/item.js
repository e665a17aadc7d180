// One item, whole: its text, fields, what it cites, and what cites it.

import { ask } from "./api.js";
import { day, el, facts, figure, put } from "./dom.js";

const TOLD = new Set(["id", "text", "sources", "cites"]);

export async function show(root, place) {
  const found = await ask("item", place.asking([["id", place.get("id")]]));
  const { item } = found;
  put(root,
    el("h1", {}, found.kind === "episode" ? "Episode" : `Memory: ${found.kind}`),
    el("p", { class: "text words" }, item.text),
    found.cut ? el("p", { class: "note" }, "Only the beginning of the text is shown.") : null,
    el("p", {}, el("a", { href: place.href("associations", [["around", item.id]]) },
      `Its ${found.links} links`)),
    list("Cites", found.cites, place),
    list("Cited by", found.cited_by, place),
    el("h2", {}, "Fields"),
    facts([["id", el("code", {}, item.id)], ...Object.entries(item)
      .filter(([name, value]) => !TOLD.has(name) && value !== "" && value !== null)
      .map(([name, value]) => [name.replace("_", " "), told(name, value, place)])]),
  );
}

function told(name, value, place) {
  if (name === "dream" || name === "dreamt") {
    return el("a", { href: place.href("night", [["dream", value]]) }, value);
  }
  const text = typeof value === "object" ? JSON.stringify(value) : figure(value);
  return el("span", { class: "words" }, text);
}

function list(title, rows, place) {
  return rows.length ? [el("h2", {}, title), el("ul", {}, rows.map((row) => el("li", {},
    el("a", { href: place.href("item", [["id", row.id]]), class: "words" }, row.text),
    ` (${row.kind}, ${day(row.time)})`)))] : null;
}
