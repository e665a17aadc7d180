// The levels of memory: counts, the core, and the memories themselves.

import { ask } from "./api.js";
import { choice, day, el, field, put, table } from "./dom.js";
import { go } from "./place.js";

export const title = "Memories";
const STATUSES = ["tentative", "active", "superseded", "retired", "archived"];
const KINDS = ["fact", "preference", "procedure", "page", "insight"];

export async function show(root, place) {
  const [levels, list] = await Promise.all([
    ask("levels", place.asking()),
    ask("memories", place.asking(["status", "kind", "offset"].filter((name) => place.get(name))
      .map((name) => [name, place.get(name)]))),
  ]);
  put(root, el("h1", {}, "Memories"), ladder(levels), core(levels.core, place),
    el("h2", {}, "Memories"), filters(place), rows(list, place));
}

function ladder({ counts, statuses, archive, pages, core: kept }) {
  const told = STATUSES.map((status) => `${statuses[status]} ${status}`).join(", ");
  return table("Levels, from what changes every turn to what changes rarely", ["Level", "How much"], [
    ["Episodes", `${counts.episodes}, ${counts.undreamt} not yet dreamt, ${archive} in the archive`],
    ["Links", counts.links],
    ["Memories", `${counts.memories}: ${told}`],
    ["Pages", pages],
    ["Core", `${kept.lines.length} lines, about ${kept.tokens} tokens`],
  ]);
}

function core(kept, place) {
  const lines = kept.lines.map((line) => el("li", {}, el("a", {
    href: place.href("item", [["id", line.memory]]), class: "words",
  }, line.text), ` (${line.sources.length} sources)`));
  return el("section", {}, el("h2", {}, "Core"), lines.length
    ? el("ul", {}, lines)
    : el("p", {}, "The core is empty: nothing was confirmed often enough yet."));
}

function filters(place) {
  const any = (names) => [["", "any"], ...names.map((name) => [name, name])];
  const form = el("form", { class: "filters" },
    field("Status", choice("status", any(STATUSES), place.get("status"))),
    field("Kind", choice("kind", any(KINDS), place.get("kind"))),
    el("button", {}, "Show"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(place.href("memories", [...new FormData(form)].filter(([, value]) => value)));
  });
  return form;
}

function rows(list, place) {
  const more = list.next === null ? null : el("a", {
    href: place.href("memories", [["status", place.get("status")], ["kind", place.get("kind")],
      ["offset", list.next]]),
  }, "Older memories");
  return el("section", {}, table(`${list.memories.length} memories, the newest first`,
    ["Memory", "Kind", "Status", "Learned", "Sources", "Confirmed", "Uses"],
    list.memories.map((memory) => [
      el("a", { href: place.href("item", [["id", memory.id]]), class: "words" }, memory.text),
      memory.kind, el("span", { class: `status ${memory.status}` }, memory.status),
      day(memory.time), memory.sources, memory.confirmed, memory.uses])), more);
}
