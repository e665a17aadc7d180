// The first view: what the last night changed in what the agent would answer, then all nights.

import { ask } from "../base/api.js";
import { badge, day, el, empty, put, tile } from "../base/dom.js";
import { go } from "../base/place.js";
import { ALARM, DEPTH, NIGHT, many } from "../base/words.js";
import { dreaming, follow } from "./dreaming.js";
import { changes } from "./morning.js";
import { size, timeline } from "./timeline.js";

export const title = "Morning";
const LISTED = 8; // nights shown before all are asked for
const DRAWN = 120; // nights on the time line

let begin = () => {};

export async function show(root, place) {
  const { nights, last } = await ask("nights", place.asking());
  const region = dreaming();
  put(root, el("h1", {}, "This morning"), region);
  begin = () => follow(region, place);
  if (!nights.length) {
    put(root, empty("No night yet",
      el("p", {}, "By day the agent's turns are recorded. A dream reads them: it links what belongs together, learns what holds, and tells you here what that changes."),
      el("p", {}, "Dream now, then come back to this page:"),
      el("pre", {}, `langgraph-dreams dream --namespace ${place.ns.join("/")}`)));
    return;
  }
  const href = (night) => place.href("night", [["dream", night.id]]);
  put(root, waiting(nights, href), report(nights, last, place, href), list(nights, href));
}

// Only what is on the page is followed.
export function shown() {
  begin();
}

function waiting(nights, href) {
  return nights.filter((night) => night.status === "waiting").map((night) =>
    el("p", { class: "banner" }, el("strong", {}, "A night waits for you. "),
      `Nothing of it is written until you decide on its ${many(size(night), "change")}. `,
      el("a", { href: href(night) }, "Look at it")));
}

function report(nights, last, place, href) {
  const night = nights.find((one) => one.id === last?.dream);
  if (!night) {
    return el("section", { class: "report" }, el("p", { class: "lead" },
      "No night has been written yet, so the agent answers as it did before."));
  }
  const told = changes(last.morning, place);
  const before = nights.findLast((one) => one.told && one.number < night.number);
  const { counts } = night;
  return el("section", { class: "report", "aria-label": "Morning report" },
    el("p", { class: "lead" }, `Night ${night.number}, ${day(night.started)}. `,
      told.length ? "This is what it changed in what the agent would answer:"
        : "The agent would answer as before.",
      told.length || !before ? null : [" The last night that changed an answer was ",
        el("a", { href: href(before) }, `night ${before.number}`), `: ${before.told}.`]),
    night.alarms.map((alarm) => el("p", { class: "banner alarm", role: "alert" },
      el("strong", {}, `${ALARM[alarm.kind]}. `), `${alarm.text}. ${alarm.advice}.`)),
    told.length ? el("div", { class: "cards" }, told) : null,
    el("ul", { class: "tiles" },
      tile(night.episodes.toLocaleString("en"), night.episodes === 1 ? "turn read" : "turns read"),
      tile(counts.add_memory ?? 0, "learned"), tile(counts.merge_memory ?? 0, "said again"),
      tile(counts.supersede_memory ?? 0, "replaced"), tile(counts.add_link ?? 0, "new links")),
    el("p", {}, el("a", { href: href(night) }, "The whole night: its story, every change, and undo")));
}

function list(nights, href) {
  const newest = nights.toReversed();
  const rows = el("ol", { class: "rows nights", reversed: true });
  const fill = (most) => rows.replaceChildren(...newest.slice(0, most).map((night) => row(night, href)));
  fill(LISTED);
  const more = nights.length > LISTED
    ? el("button", { type: "button", onclick: () => { fill(nights.length); more.remove(); } },
      `Show all ${nights.length} nights`) : null;
  return el("section", {}, el("h2", {}, "Nights"),
    timeline(nights.slice(-DRAWN), (night) => go(href(night))), rows, more);
}

const CITED = / ?\[o[0-9a-f]{9,}[^\]]*\]/g;

function row(night, href) {
  const nothing = night.nothing.length ? `Nothing came of it: ${night.nothing.join("; ")}.` : "";
  return el("li", {},
    el("div", { class: "head" },
      el("a", { href: href(night) }, night.number ? `Night ${night.number}` : "Night"),
      night.status === "committed" ? null : badge(NIGHT[night.status] ?? night.status, night.status), badge(DEPTH[night.depth]),
      night.alarms.length ? badge("look at this", "alarm") : null,
      el("span", { class: "note" }, day(night.started)),
      el("span", { class: "note" }, `${many(night.episodes, "turn")}, ${many(size(night), "change")}`,
        night.undone ? `, ${night.undone} undone since` : "")),
    el("div", {},
      night.told ? el("p", {}, el("strong", {}, sentence(night.told))) : null,
      el("p", { class: "note words clamp" }, nothing || night.story.replace(CITED, ""))));
}

function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
