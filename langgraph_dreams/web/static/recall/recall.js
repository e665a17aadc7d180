// A question, and what is recalled for it: each item with the way that led to it, as a picture.

import { ask } from "../base/api.js";
import { badge, date, day, el, empty, facts, field, figure, icon, put } from "../base/dom.js";
import { go } from "../base/place.js";
import { KIND, WAY, gist, plain } from "../base/words.js";
import { trail } from "./trail.js";

export const title = "Ask";
const ALIKE = 0.35; // cosine from which meaning is named as a reason beside shared words
const ASKED = ["q", "without", "at", "floor", "archived"];

export async function show(root, place) {
  put(root, el("h1", {}, "Ask"), form(place));
  if (!place.get("q").trim()) {
    put(root, empty("What would the agent remember?",
      el("p", {}, "Ask as a user would. You see what recall finds, and the way to each: by its words or meaning, through a memory, or along links that a dream made. Nothing is noted.")));
    return;
  }
  const pairs = ASKED.filter((name) => place.get(name)).map((name) => [name, place.get(name)]);
  const found = await ask("recall", place.asking(pairs));
  if (found.relevance < found.floor) {
    const all = place.href("recall", [...pairs.filter(([name]) => name !== "floor"), ["floor", "0"]]);
    put(root, empty("Nothing relevant is remembered",
      el("p", {}, `The nearest reaches ${figure(found.relevance)} where ${figure(found.floor)} is needed, so the agent is shown nothing. `,
        el("a", { href: all }, "Show whatever is nearest"))));
    return;
  }
  put(root, answers("Memories", found.memories, found, place), answers("Turns", found.items, found, place));
}

function form(place) {
  const question = el("input", { type: "search", name: "q", value: place.get("q"), required: true });
  const without = el("input", { name: "without", value: place.get("without") });
  const at = el("input", { type: "date", name: "at", value: place.get("at") });
  const archived = el("input", { type: "checkbox", name: "archived", value: "1", checked: Boolean(place.get("archived")) });
  const made = el("form", { class: "filters", role: "search" },
    field("Question", question), el("button", { class: "primary" }, "Recall"),
    el("details", { open: ["without", "at", "archived"].some((name) => place.get(name)) }, el("summary", {}, "More"),
      el("div", { class: "filters" }, field("As known on", at), field("As if this night had not been (its id)", without),
        el("label", { class: "check" }, archived, " The archive too"))));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    go(place.href("recall", [...new FormData(made)].filter(([, value]) => value)));
  });
  return made;
}

function answers(heading, rows, found, place) {
  if (!rows.length) return null;
  const linked = rows.filter((row) => row.why.by_link).length;
  return el("section", {}, el("h2", {}, `${heading} (${rows.length})`),
    linked ? el("p", { class: "note" }, `${linked} of them only because of links.`) : null,
    el("ol", { class: "answers" }, rows.map((row) => el("li", { class: "card" },
      el("p", { class: "answer" }, icon(row.kind), " ",
        el("a", { href: place.href("item", [["id", row.id]]), class: "words" }, row.text)),
      el("p", { class: "head note" }, el("span", {}, `${KIND[row.kind] ?? row.kind}, ${day(row.time)}`),
        row.status === "archived" ? badge("in the archive") : null,
        row.why.by_link ? badge("brought by a link", "active") : null,
        row.note ? badge(row.note, "alarm") : null,
        Object.keys(row.repeats).length
          ? el("span", {}, `said ${Object.keys(row.repeats).length + 1} times, also ${Object.values(row.repeats).map(date).join(", ")}`) : null),
      trail(steps(row, found, place), "How it was found"),
      el("details", {}, el("summary", {}, "In numbers"), numbers(row.why, found.texts))))));
}

// The way to an item: what the question hit, and what led on from there.
function steps(row, found, place) {
  const { why } = row;
  const stop = (id, more = {}) => ({
    text: gist(found.texts[id] ?? (id === row.id ? row.text : id)), href: place.href("item", [["id", id]]), ...more,
  });
  const last = { found: `score ${figure(row.score)}`, kind: row.kind };
  const begin = { kind: "question", text: found.query };
  if (why.path.length) {
    return [begin, stop(why.path[0].source, { way: "matches", strength: why.seed }),
      ...why.path.map((hop) => stop(hop.target, {
        way: hop.bridge.length ? `both: ${hop.bridge.join(", ")}` : WAY[hop.channel] ?? plain(hop.channel),
        strength: hop.weight,
        more: hop.dream ? el("a", { href: place.href("night", [["dream", hop.dream]]) }, "its night") : null,
        ...(hop.target === row.id ? last : {}),
      }))];
  }
  if (why.memory) {
    return [begin, stop(why.memory, { way: "finds the memory", kind: "fact" }),
      stop(row.id, { way: "which rests on", strength: why.lift, ...last })];
  }
  if (why.neighbour_of) {
    return [begin, stop(why.neighbour_of, { way: "finds" }), stop(row.id, { way: "said beside it", ...last })];
  }
  return [begin, stop(row.id, { way: match(why), strength: why.seed, ...last })];
}

function match({ lexical, dense }) {
  if (lexical > 0) return dense >= ALIKE ? "by words and meaning" : "by its words";
  return "by its meaning";
}

function numbers(why, texts) {
  return facts([
    ["meaning (cosine)", figure(why.dense)], ["words (BM25)", figure(why.lexical)],
    ["both", figure(why.seed)], ["along links", figure(why.activation)],
    ["through a memory", why.lift ? figure(why.lift) : ""],
    ["the memory", why.memory ? texts[why.memory] ?? why.memory : ""],
    ["stands beside", why.neighbour_of ? texts[why.neighbour_of] ?? why.neighbour_of : ""],
  ]);
}
