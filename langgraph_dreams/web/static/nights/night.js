// One night: its story, which cites its changes, and those changes, which can be undone, or
// decided on while the night waits.

import { ask } from "../base/api.js";
import { badge, day, el, facts, figure, put, say, table } from "../base/dom.js";
import { go } from "../base/place.js";
import { ALARM, NIGHT, OPERATION, STAGE, many, plain } from "../base/words.js";
import { changes } from "./morning.js";
import { operationRow } from "./operation.js";
import { Edits, reviewButtons } from "./review.js";
import { undo } from "./undo.js";

const CITATION = /\bo[0-9a-f]{9,}\b/g;

export async function show(root, place) {
  const pairs = ["dream", "offset", "operation"].filter((name) => place.get(name))
    .map((name) => [name, place.get(name)]);
  const night = await ask("night", place.asking(pairs));
  const told = changes(night.morning, place);
  put(root,
    el("p", { class: "back" }, el("a", { href: place.href("nights") }, "← All nights")),
    el("h1", {}, `Night of ${day(night.started)}`),
    el("p", { class: "head" }, badge(NIGHT[night.status] ?? night.status, `status ${night.status}`),
      el("span", { class: "note" }, night.number ? `night ${night.number} · ` : "",
        `${many(night.episodes, "turn")} read · `, el("code", {}, night.id))),
    night.alarms.map((alarm) => el("p", { class: "banner alarm", role: "alert" },
      el("strong", {}, `${ALARM[alarm.kind]}. `), `${alarm.text}. ${alarm.advice}.`)),
    night.nothing.map((why) => el("p", { class: "note" }, `Nothing came of it: ${why}.`)),
    night.status === "rolled_back" ? null : [
      el("h2", {}, "In the morning"),
      told.length ? el("div", { class: "cards" }, told)
        : el("p", {}, "The agent would answer as before."),
    ],
    el("h2", {}, "Story"), story(night, place),
    night.notes.length ? el("details", {}, el("summary", {}, many(night.notes.length, "note")),
      night.notes.map((note) => el("p", { class: "note words" }, note))) : null,
    concerns(night, place),
    el("details", {}, el("summary", {}, "Step by step"),
      table("What each step did", ["Step", "What", "Seconds"], night.stages.map((stage) =>
        [STAGE[stage.node] ?? stage.node, stage.text, figure(stage.seconds ?? "–")]))),
    el("details", {}, el("summary", {}, "All figures"),
      figures("Counts", night.counts), figures("Health", night.health), figures("Seconds and tokens", night.cost)),
    el("h2", {}, many(night.total, "change")),
    operations(night, place),
  );
}

// The page of operations is long: come to the one that was cited.
export function shown(root) {
  root.querySelector("tr details[open]")?.closest("tr").scrollIntoView({ block: "center" });
}

function story(night, place) {
  const lines = night.story.split("\n").filter((line) => line.trim());
  return el("div", { class: "story words" }, lines.map((line) => {
    const parts = [];
    let last = 0;
    for (const found of line.matchAll(CITATION)) {
      parts.push(line.slice(last, found.index), el("a", {
        href: place.href("night", [["dream", night.id], ["operation", found[0]]]),
      }, found[0]));
      last = found.index + found[0].length;
    }
    return el("p", {}, parts, line.slice(last));
  }));
}

function concerns(night, place) {
  if (!night.concerns.length) return null;
  return [el("h2", {}, "What it set out from"), el("ul", {}, night.concerns.map((concern) => el("li", { class: "words" },
    `${concern.text} `, concern.episodes.map((id, index) =>
      [" ", el("a", { href: place.href("item", [["id", id]]) }, `turn ${index + 1}`)]))))];
}

function figures(title, values) {
  return Object.keys(values).length
    ? [el("h3", {}, title), facts(Object.entries(values).map(([name, value]) => [OPERATION[name] ?? plain(name), figure(value)]))]
    : null;
}

function operations(night, place) {
  const boxes = new Map();
  const edits = new Edits();
  const committed = night.status === "committed";
  const waits = night.status === "waiting";
  const rows = night.operations.map((operation) => {
    if ((committed || waits) && !operation.undone && operation.target !== "*") {
      boxes.set(operation.id, el("input", {
        type: "checkbox", "aria-label": `Choose change ${operation.id.slice(0, 10)}`,
      }));
    }
    const wanted = place.get("operation");
    return operationRow(operation, {
      texts: night.texts, place, chosen: boxes.get(operation.id),
      open: Boolean(wanted) && operation.id.startsWith(wanted),
      edit: waits ? edits.of(operation) : null,
    });
  });
  const chosen = () => [...boxes].filter(([, box]) => box.checked).map(([id]) => id);
  return [
    committed ? undoButtons(night, place, chosen) : null,
    waits ? reviewButtons(night, place, chosen, edits) : null,
    el("table", { class: "operations" },
      el("caption", {}, `Changes ${night.offset + 1} to ${night.offset + rows.length} of ${night.total}`),
      el("thead", {}, el("tr", {}, ["", "Id", "Change", "What"].map((head) =>
        el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows)),
    pages(night, place),
  ];
}

function undoButtons(night, place, chosen) {
  const run = async (ids) => {
    try {
      if (await undo(place, night, ids)) go(location.hash);
    } catch (error) {
      say(error.message);
    }
  };
  return el("p", { class: "buttons" },
    el("button", { type: "button", class: "danger", onclick: () => run([]) }, "Undo the night …"),
    el("button", {
      type: "button",
      onclick: () => (chosen().length ? run(chosen()) : say("Choose changes in the table first.")),
    }, "Undo the chosen …"));
}

function pages(night, place) {
  const link = (offset, text) => el("a", {
    href: place.href("night", [["dream", night.id], ["offset", offset]]),
  }, text);
  const end = night.offset + night.operations.length;
  return el("p", { class: "buttons" },
    night.offset ? link(Math.max(0, night.offset - night.page), "Earlier changes") : null,
    end < night.total ? link(end, "Later changes") : null);
}
