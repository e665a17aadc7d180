// The morning report: what a night changed in what the agent would answer.

import { date, el } from "../base/dom.js";
import { gist, many } from "../base/words.js";
import { trail } from "../recall/trail.js";

const WHY = {
  superseded: "something newer holds", retired: "it does not hold any more",
  "below the floor": "nothing it finds is close enough to the question",
};

// Cards, one for each kind of change; none when the agent would answer as before.
export function changes(report, place) {
  if (!report) return [];
  const saved = report.tokens_before - report.tokens_after;
  const kinds = [
    ["facts", ["fact changed", "facts changed"], fact],
    ["reached", ["question finds more now", "questions find more now"], reached],
    ["answers", ["first answer is another", "first answers are others"], answer],
    ["silenced", ["thing is no longer told", "things are no longer told"], silenced],
    ["plans", ["plan is past its day", "plans are past their day"], plan],
  ];
  const cards = kinds.filter(([name]) => report[name].length).map(([name, [one, more], told]) =>
    el("section", { class: `card ${name}` },
      el("h3", {}, many(report.counts[name] ?? report[name].length, one, more)),
      el("ul", {}, report[name].map((entry) =>
        el("li", {}, told(entry), sources(entry, place)))),
      report.counts[name] > report[name].length
        ? el("p", { class: "note" }, `and ${report.counts[name] - report[name].length} more`) : null));
  if (saved) {
    cards.push(el("p", { class: "saved" }, el("strong", {},
      `${many(Math.abs(saved), "token")} ${saved > 0 ? "saved" : "more"}`),
    ` in what the agent is shown for ${many(report.asked, "past question")}.`));
  }
  return cards;
}

function fact(entry) {
  return [
    was("Was", el("del", {}, gist(entry.old))), was("Now", gist(entry.new)),
    entry.since && date(entry.since) !== "no date"
      ? el("p", { class: "note" }, `Since ${date(entry.since)}`) : null,
    entry.probable
      ? el("p", { class: "note" }, "Probably: both are kept, and the new one is shown first.") : null,
  ];
}

function was(label, ...told) {
  return el("p", { class: "was" }, el("span", { class: "label" }, label), el("span", { class: "words" }, told));
}

function reached(entry) {
  const [first, ...hops] = entry.path;
  const steps = [{ kind: "question", text: entry.question }];
  if (first) steps.push({ text: gist(first), way: hops.length ? "finds" : "finds the memory" });
  for (const hop of hops) {
    const cut = hop.indexOf(": ");
    steps.push({ way: `both: ${hop.slice(0, cut)}`, text: gist(hop.slice(cut + 2)) });
  }
  if (!hops.length) steps.push({ way: first ? "which rests on" : "finds", text: gist(entry.text) });
  steps.at(-1).found = `in place ${entry.rank}`;
  return trail(steps, "How the question finds it");
}

function answer(entry) {
  return [el("p", { class: "words asked" }, entry.question),
    was("Was", entry.old ? el("del", {}, gist(entry.old)) : "nothing"), was("Now", gist(entry.new))];
}

function silenced(entry) {
  return [el("p", { class: "words" }, gist(entry.text)), el("p", { class: "note" }, WHY[entry.why] ?? entry.why)];
}

function plan(entry) {
  return [el("p", { class: "words" }, gist(entry.text)),
    el("p", { class: "note" }, `Planned for ${entry.planned}; nobody has said whether it happened.`)];
}

function sources(entry, place) {
  if (!entry.sources.length) return null;
  return el("p", { class: "note" }, "From ", entry.sources.map((id, index) => [index ? ", " : "",
    el("a", { href: place.href("item", [["id", id]]) }, `source ${index + 1}`)]));
}
