// What is remembered: how much there is, the core, and the memories themselves.

import { ask } from "../base/api.js";
import { badge, choice, date, el, empty, field, icon, put, tile } from "../base/dom.js";
import { go } from "../base/place.js";
import { KIND, MEMORY_KINDS, STATUS, many } from "../base/words.js";

export const title = "Memories";
const STATUSES = ["tentative", "active", "superseded", "retired", "archived"];

export async function show(root, place) {
  const [levels, list] = await Promise.all([
    ask("levels", place.asking()),
    ask("memories", place.asking(["status", "kind", "offset"].filter((name) => place.get(name))
      .map((name) => [name, place.get(name)]))),
  ]);
  put(root, el("h1", {}, "Memories"), amounts(levels), core(levels.core, place),
    el("section", {}, el("h2", {}, "All memories"), filters(levels.statuses, place), rows(list, place)));
}

function amounts({ counts, archive, pages }) {
  const number = (value) => value.toLocaleString("en");
  return el("ul", { class: "tiles" },
    tile(number(counts.episodes), `turns${counts.undreamt ? `, ${number(counts.undreamt)} not read yet` : ""}`),
    tile(number(counts.memories), "memories that hold"), tile(number(counts.links), "links"),
    tile(number(pages), "pages"), tile(number(archive), "turns in the archive"));
}

function core(kept, place) {
  return el("section", {}, el("h2", {}, "Always in mind"), kept.lines.length
    ? [el("p", { class: "note" }, `The core: ${many(kept.lines.length, "line")}, about ${many(kept.tokens, "token")}, which the agent sees with every question.`),
      el("ul", { class: "rows" }, kept.lines.map((line) => el("li", {}, el("p", {}, el("a", {
        href: place.href("item", [["id", line.memory]]), class: "words",
      }, line.text)), el("p", { class: "note" }, many(line.sources.length, "source")))))]
    : el("p", { class: "note" }, "Nothing yet: a memory comes into the core when two conversations say it, or recall has used it, and a deep dream has had its turn."));
}

function filters(statuses, place) {
  const state = STATUSES.map((name) => [name, `${STATUS[name]} (${statuses[name]})`]);
  const form = el("form", { class: "filters" },
    field("State", choice("status", [["", "any"], ...state], place.get("status"))),
    field("Kind", choice("kind", [["", "any"], ...MEMORY_KINDS.map((name) => [name, KIND[name]])], place.get("kind"))),
    el("button", { class: "primary" }, "Show"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(place.href("memories", [...new FormData(form)].filter(([, value]) => value)));
  });
  return form;
}

function rows(list, place) {
  if (!list.memories.length) {
    return place.get("status") || place.get("kind")
      ? empty("None of these", el("p", {}, "Choose another state or kind."))
      : empty("No memory yet", el("p", {}, "A dream writes down what the turns state. Record some, then dream:"),
        el("pre", {}, `langgraph-dreams dream --namespace ${place.ns.join("/")}`));
  }
  const more = list.next === null ? null : el("p", {}, el("a", {
    href: place.href("memories", [["status", place.get("status")], ["kind", place.get("kind")],
      ["offset", list.next]]), class: "button",
  }, "Older memories"));
  return [el("ul", { class: "rows memories", "aria-label": "Memories, the newest first" }, list.memories.map((memory) => el("li", {},
    el("p", {}, icon(memory.kind), " ", el("a", { href: place.href("item", [["id", memory.id]]), class: "words" }, memory.text)),
    el("p", { class: "head note" }, badge(KIND[memory.kind] ?? memory.kind),
      badge(STATUS[memory.status], memory.status), el("span", {}, [`learned ${date(memory.time)}`,
        many(memory.sources, "source"), `recalled ${many(memory.uses, "time")}`].join(" · ")))))), more];
}
