// A question, and what is recalled for it: each item with its scores and the way that led to it.

import { ask } from "./api.js";
import { day, el, facts, field, figure, put } from "./dom.js";
import { go } from "./place.js";

export const title = "Recall";

export async function show(root, place) {
  put(root, el("h1", {}, "Recall"), form(place));
  if (!place.get("q").trim()) return;
  const pairs = ["q", "without", "at", "floor", "archived"].filter((name) => place.get(name))
    .map((name) => [name, place.get(name)]);
  const found = await ask("recall", place.asking(pairs));
  if (found.relevance < found.floor) {
    const all = place.href("recall", [...pairs.filter(([name]) => name !== "floor"), ["floor", "0"]]);
    put(root, el("p", {}, `Nothing relevant is remembered: relevance ${figure(found.relevance)}, `
      + `the floor is ${figure(found.floor)}. `, el("a", { href: all }, "Show whatever is nearest")));
    return;
  }
  put(root, answers("Turns", found.items, found, place), answers("Memories", found.memories, found, place));
}

function form(place) {
  const question = el("input", { type: "search", name: "q", value: place.get("q"), required: true });
  const without = el("input", { name: "without", value: place.get("without") });
  const at = el("input", { type: "date", name: "at", value: place.get("at") });
  const archived = el("input", { type: "checkbox", name: "archived", value: "1", checked: Boolean(place.get("archived")) });
  const made = el("form", { class: "filters", role: "search" },
    field("Question", question), field("As if this dream had not been (id)", without),
    field("As known on", at), field("The archive too", archived), el("button", {}, "Recall"));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    go(place.href("recall", [...new FormData(made)].filter(([, value]) => value)));
  });
  return made;
}

function answers(heading, rows, found, place) {
  return el("section", {}, el("h2", {}, `${heading} (${rows.length})`),
    el("ol", { class: "answers" }, rows.map((row) => el("li", {},
      el("p", {}, el("a", { href: place.href("item", [["id", row.id]]), class: "words" }, row.text)),
      el("p", { class: "note" }, `${row.kind}${row.status === "archived" ? ", in the archive" : ""}, ${day(row.time)}, score ${figure(row.score)}`,
        Object.keys(row.repeats).length
          ? ` · ${Object.keys(row.repeats).length + 1} times, also ${Object.values(row.repeats).map(day).join(", ")}` : null,
        row.note ? el("strong", {}, ` · ${row.note}`) : null,
        row.why.by_link ? el("strong", {}, " · brought by a link") : null),
      way(row.why.path, found.texts, place),
      el("details", {}, el("summary", {}, "Why"), reasons(row.why, found.texts))))));
}

function reasons(why, texts) {
  return facts([
    ["meaning (cosine)", figure(why.dense)], ["words (BM25)", figure(why.lexical)],
    ["both", figure(why.seed)], ["along links", figure(why.activation)],
    ["lift", why.lift ? figure(why.lift) : ""],
    ["cited by", why.memory ? texts[why.memory] ?? why.memory : ""],
    ["stands beside", why.neighbour_of ? texts[why.neighbour_of] ?? why.neighbour_of : ""],
  ]);
}

// The path, drawn: turn, link with its bridge, turn.
function way(path, texts, place) {
  if (!path.length) return null;
  const box = (id) => el("li", { class: "stop words" }, texts[id] ?? id);
  return el("ol", { class: "way", "aria-label": "The way along links" }, box(path[0].source),
    path.map((hop) => [
      el("li", { class: "hop" }, `${hop.bridge.join(", ") || hop.channel} · ${figure(hop.weight)} `,
        hop.dream ? el("a", { href: place.href("night", [["dream", hop.dream]]) }, "its dream") : null),
      box(hop.target)]));
}
