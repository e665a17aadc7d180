// The morning report: what a night changed in what the agent would answer.

import { day, el } from "./dom.js";

export function morning(report, place) {
  if (!report) return null;
  const kinds = [
    ["Now reached", report.reached, (entry) => [
      el("strong", {}, entry.question), ` finds, at ${entry.rank}: ${entry.text}`,
      entry.path.length ? el("ul", {}, entry.path.map((step) => el("li", {}, step))) : null,
    ]],
    ["Answers that changed", report.answers, (entry) => [
      el("strong", {}, entry.question), " ", entry.old ? el("del", {}, entry.old) : "nothing",
      ` → ${entry.new}`,
    ]],
    ["Facts that changed", report.facts, (entry) => [
      el("del", {}, entry.old), ` → ${entry.new}`,
      entry.since ? `, since ${day(entry.since)}` : "", entry.probable ? " (probably)" : "",
    ]],
    ["Silenced", report.silenced, (entry) => [`${entry.text} (${entry.why})`]],
    ["Plans", report.plans, (entry) => [
      `${entry.text} was planned for ${entry.planned}; no word of whether it happened`,
    ]],
  ].filter(([, entries]) => entries.length);
  const saved = report.tokens_before - report.tokens_after;
  return [
    el("h2", {}, "In the morning"),
    kinds.length || saved ? null : el("p", {}, "The agent would answer as before."),
    kinds.map(([title, entries, told]) => [
      el("h3", {}, title),
      el("ul", {}, entries.map((entry) => el("li", { class: "words" }, told(entry), sources(entry, place)))),
    ]),
    saved ? el("p", {}, `${Math.abs(saved)} tokens ${saved > 0 ? "saved" : "more"} over ${
      report.asked} past questions`) : null,
  ];
}

function sources(entry, place) {
  return entry.sources.map((id, index) =>
    [" ", el("a", { href: place.href("item", [["id", id]]) }, `source ${index + 1}`)]);
}
