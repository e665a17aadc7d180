// One item, whole: what it says, where that comes from, what became of it, and what can be done.

import { ask } from "../base/api.js";
import { badge, date, day, el, facts, figure, icon, put } from "../base/dom.js";
import { KIND, LINK_STATUS, OPERATION, STATUS, WAY, gist, linkKind, many, plain } from "../base/words.js";
import { actions } from "./amend.js";

const TOLD = new Set(["id", "text", "sources", "cites", "quote", "kind", "status"]);
const LINKS = 12;
let begin = () => {};

export async function show(root, place) {
  const found = await ask("item", place.asking([["id", place.get("id")]]));
  const { item } = found;
  const turn = found.kind === "episode";
  const history = el("ol", { class: "history" });
  const links = el("ul", { class: "rows" });
  put(root,
    el("p", { class: "back" }, el("a", { href: place.href("memories") }, "← All memories")),
    el("h1", {}, turn ? "Turn" : `Memory: ${KIND[found.kind] ?? found.kind}`),
    el("p", { class: "text words" }, item.text),
    found.cut ? el("p", { class: "note" }, "Only the beginning of the text is shown.") : null,
    el("p", { class: "head" }, icon(found.kind), about(found),
      found.pinned.length ? badge("pinned", "pinned") : null),
    item.quote ? el("figure", { class: "quote" }, el("blockquote", { class: "words" }, item.quote),
      el("figcaption", { class: "note" }, "in the words of a source")) : null,
    actions(found, place),
    list(turn ? "Stands on" : "Sources", found.cites, place,
      turn ? null : "Nothing is left that it rests on."),
    list(turn ? "Memories that rest on it" : "Cited by", found.cited_by, place),
    el("h2", {}, "History"), history,
    el("h2", {}, `Links (${found.links})`),
    found.links
      ? [links, el("p", {}, el("a", { href: place.href("associations", [["around", item.id]]), class: "button" },
        "See them as a picture"))]
      : el("p", { class: "note" }, "No link yet: a dream makes one where it shares something rare with another day."),
    el("details", {}, el("summary", {}, "All that is kept of it"),
      facts([["id", el("code", {}, item.id)], ...Object.entries(item)
        .filter(([name, value]) => !TOLD.has(name) && value !== "" && value !== null && String(value) !== "")
        .map(([name, value]) => [plain(name), kept(name, value, place)])])),
  );
  begin = () => Promise.all([
    fill(history, () => happened(found, place)), found.links ? fill(links, () => linked(item.id, place)) : null,
  ]);
}

// What takes longer to find comes when the rest is there.
export function shown() {
  begin();
}

async function fill(region, find) {
  try {
    put(region, await find());
  } catch (error) {
    put(region, el("li", { class: "error" }, error.message));
  }
}

function about({ kind, item }) {
  if (kind === "episode") {
    return [el("span", {}, day(item.time)), badge(item.archived ? STATUS.archived : STATUS[item.outcome], item.outcome),
      el("span", { class: "note" }, [item.speaker || item.origin, item.thread].filter(Boolean).join(" · "))];
  }
  const since = item.valid_from ? `holds since ${date(item.valid_from)}` : "";
  const until = item.valid_to ? `held until ${date(item.valid_to)}` : "";
  return [badge(STATUS[item.status], item.status),
    el("span", { class: "note" }, [until || since, `said ${many(item.confirmed, "time")}`,
      `recalled ${many(item.uses, "time")}`].filter(Boolean).join(" · "))];
}

function list(title, rows, place, nothing) {
  if (!rows.length) return nothing ? [el("h2", {}, title), el("p", { class: "note" }, nothing)] : null;
  return [el("h2", {}, `${title} (${rows.length})`), el("ul", { class: "rows" }, rows.map((row) => el("li", {},
    el("p", {}, el("a", { href: place.href("item", [["id", row.id]]), class: "words clamp" }, row.text)),
    el("p", { class: "note" }, `${KIND[row.kind] ?? row.kind}, ${date(row.time)}`,
      row.speaker ? ` · ${row.speaker}` : "", row.thread ? ` · ${row.thread}` : ""))))];
}

async function happened({ kind, item }, place) {
  const { events, texts } = await ask("history", place.asking([["id", item.id]]));
  const to = (id) => (id in texts
    ? el("a", { href: place.href("item", [["id", id]]), class: "words" }, texts[id]) : "something forgotten since");
  const words = (event) => {
    if (event.what === "replaced") return ["It replaced ", to(event.other)];
    if (event.what === "into_core") return "It came into the core, which the agent always sees";
    if (event.what === "out_of_core") return "It went out of the core";
    if (event.other) return ["It was replaced by ", to(event.other)];
    if (event.status === "archived") return "It went into the archive";
    const told = OPERATION[event.kind] ?? plain(event.kind);
    return told[0].toUpperCase() + told.slice(1);
  };
  const rows = events.map((event) => el("li", { class: event.undone ? "undone" : null },
    el("p", {}, words(event), event.undone ? " (undone)" : ""),
    el("p", { class: "note" }, el("a", {
      href: place.href("night", [["dream", event.dream], ["operation", event.operation]]),
    }, event.number ? `Night ${event.number}` : "A night"), `, ${date(event.time)}`,
    event.reason ? ` · ${event.reason}` : "")));
  if (kind === "episode") {
    rows.unshift(el("li", {}, el("p", {}, "Recorded"), el("p", { class: "note" }, day(item.time))));
    rows.push(item.dreamt
      ? el("li", {}, el("p", {}, "Read by ", el("a", { href: place.href("night", [["dream", item.dreamt]]) }, "its night")))
      : el("li", {}, el("p", {}, "Not read yet: the next dream will.")));
  }
  return rows.length ? rows : el("li", {}, "No night tells of it.");
}

async function linked(id, place) {
  const { links, nodes } = await ask("associations", place.asking([["around", id]]));
  const texts = Object.fromEntries(nodes.map((node) => [node.id, node.text]));
  return links.slice(0, LINKS).map((link) => {
    const other = link.a === id ? link.b : link.a;
    return el("li", {},
      el("p", {}, el("a", { href: place.href("item", [["id", other]]), class: "words clamp" }, gist(texts[other]))),
      el("p", { class: "note" }, link.bridge.length ? `both mention ${link.bridge.join(", ")}` : WAY[linkKind(link)] ?? plain(linkKind(link)),
        ` · strength ${figure(link.now)} · ${LINK_STATUS[link.status]}`));
  });
}

function kept(name, value, place) {
  if (name === "dream" || name === "dreamt") {
    return el("a", { href: place.href("night", [["dream", value]]) }, value);
  }
  if (/T\d\d:/.test(value)) return day(value);
  const text = typeof value === "object" ? JSON.stringify(value) : figure(value);
  return el("span", { class: "words" }, text);
}
