// Figures over the nights: small pictures by subject, each with its last value and how it moved.

import { ask } from "../base/api.js";
import { date, el, empty, figure, put, svg, table } from "../base/dom.js";
import { ALARM, NIGHT, many } from "../base/words.js";

export const title = "Health";
const WIDTH = 300;
const HEIGHT = 84;
const TOP = 8;
const DOTS = 40; // nights up to which each has a dot

const SHARE = { share: true };
const GROUPS = [
  ["What nights bring", [
    ["Yield", "of the links considered, those kept", (n) => n.health.yield, SHARE],
    ["Novelty", "of the links found, those that are new", (n) => n.health.novelty, SHARE],
    ["Repeats", "of the links found, those known already", (n) => n.health.repeats, SHARE],
    ["New to the last", "of its subjects, those the night before did not have", (n) => n.health.novelty_to_last, SHARE],
  ]],
  ["What it is good for", [
    ["Recall with it", "evidence within reach, with the night", (n) => n.health.recall_with, SHARE],
    ["Recall without it", "evidence within reach, without the night", (n) => n.health.recall_without, SHARE],
    ["Later use", "recalls in which something of it came", (n) => n.later_use, { bars: true }],
  ]],
  ["What it costs", [
    ["Tokens", "in and out of the model", (n) => n.tokens, { bars: true }],
    ["Seconds", "from the first step to the last", (n) => n.seconds, { bars: true }],
  ]],
  ["Size", [
    ["Items", "turns and memories", (n) => n.health.graph_items],
    ["Links", "between them", (n) => n.health.graph_links],
    ["Links an item", "on average", (n) => n.health.links_per_item],
  ]],
  ["What to watch", [
    ["Untrusted", "of its new turns, those nobody vouches for", (n) => n.health.untrusted, SHARE],
    ["Echoes", "of its confirmations, those that read a memory aloud", (n) => n.health.echoes, SHARE],
    ["Lost", "memories that hold no more", (n) => n.health.lost, SHARE],
    ["Degenerate", "new memories that are empty or copies", (n) => n.health.degenerate, SHARE],
  ]],
];

export async function show(root, place) {
  const { nights, recalls } = await ask("health", place.asking());
  put(root, el("h1", {}, "Health"));
  if (!nights.length) {
    put(root, empty("No night has figures yet", el("p", {}, "Each dream measures itself: what it brought, what it cost, what was used since. Dream once:"),
      el("pre", {}, `langgraph-dreams dream --namespace ${place.ns.join("/")}`)));
    return;
  }
  const alarms = nights.at(-1).alarms;
  put(root,
    alarms.length
      ? alarms.map((kind) => el("p", { class: "banner alarm" }, el("strong", {}, `${ALARM[kind]}. `),
        el("a", { href: place.href("night", [["dream", nights.at(-1).id]]) }, "What the last night says about it")))
      : el("p", { class: "lead" }, "No alarm from the last night."),
    el("p", { class: "note" }, `${many(nights.length, "night")}, ${date(nights[0].started)} to ${date(nights.at(-1).started)}; later use is counted in ${many(recalls, "recall")}.`),
    GROUPS.map(([name, charts]) => el("section", {}, el("h2", {}, name),
      el("div", { class: "charts" }, charts.map((one) => chart(nights, ...one))))),
    el("details", {}, el("summary", {}, "All figures by night"), figures(nights, place)));
}

function figures(nights, place) {
  const every = GROUPS.flatMap(([, charts]) => charts);
  return table("Figures by night", ["Night", "State", "Alarms", ...every.map(([name]) => name)],
    nights.toReversed().map((night) => [
      el("a", { href: place.href("night", [["dream", night.id]]), class: "when" },
        `${night.number ? `${night.number}, ` : ""}${date(night.started)}`),
      NIGHT[night.status] ?? night.status,
      [...night.alarms.map((kind) => ALARM[kind]), ...night.nothing].join(", "),
      ...every.map(([, , value, how]) => said(value(night), how))]));
}

function said(value, { share = false } = {}) {
  if (value === undefined) return "–";
  return share ? `${Math.round(value * 100)} %` : figure(Math.round(value * 10) / 10);
}

function chart(nights, name, text, value, how = {}) {
  const known = nights.map((night, index) => [night, index, value(night)]).filter(([, , one]) => one !== undefined);
  const most = how.share ? 1 : Math.max(1e-9, ...known.map(([, , one]) => one));
  const step = WIDTH / nights.length;
  const points = known.map(([night, index, one]) => ({
    x: (index + 0.5) * step, y: TOP + (1 - one / most) * (HEIGHT - TOP),
    told: `${night.number ? `Night ${night.number}` : "Night"}, ${date(night.started)}: ${said(one, how)}`,
  }));
  const last = known.length ? said(known.at(-1)[2], how) : "no figure";
  return el("figure", { class: "chart" },
    el("figcaption", {}, el("span", {}, name), el("strong", {}, last), el("span", { class: "note" }, moved(known, how))),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 1}`, role: "img",
      "aria-label": `${name}: ${last} in the last night, ${moved(known, how) || "nothing to compare"}` },
    [TOP, (TOP + HEIGHT) / 2, HEIGHT].map((y) => svg("line", { x1: 0, x2: WIDTH, y1: y, y2: y, class: "axis" })),
    how.bars ? bars(points, step) : line(points)),
    el("p", { class: "ends note" }, el("span", {}, text), el("span", {}, `top: ${said(most, how)}`)));
}

function line(points) {
  return [svg("polyline", { points: points.map(({ x, y }) => `${x},${y}`).join(" ") }),
    points.length > DOTS ? null
      : points.map(({ x, y, told }) => svg("circle", { cx: x, cy: y, r: 3 }, svg("title", {}, told)))];
}

function bars(points, step) {
  const wide = Math.min(24, Math.max(1, step - 2));
  return points.map(({ x, y, told }) => svg("rect", {
    x: x - wide / 2, y: Math.min(y, HEIGHT - 1), width: wide, height: Math.max(1, HEIGHT - y),
  }, svg("title", {}, told)));
}

function moved(known, how) {
  if (known.length < 2) return "";
  const [before, now] = known.slice(-2).map(([, , one]) => one);
  if (said(before, how) === said(now, how)) return "as the night before";
  return `${now > before ? "up" : "down"} from ${said(before, how)}`;
}
