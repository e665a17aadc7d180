// Figures of health over the nights: a line each, and all of them as a table.

import { ask } from "./api.js";
import { day, el, figure, put, svg, table } from "./dom.js";

export const title = "Health";
const WIDTH = 360;
const HEIGHT = 110;
const EDGE = 8;

const FIGURES = [
  ["Novelty", "New links among all that were found", (night) => night.health.novelty],
  ["Repeats", "Links found again", (night) => night.health.repeats],
  ["Yield", "Links kept of the candidates", (night) => night.health.yield],
  ["Recall without it", "Evidence within reach before the dream", (night) => night.health.recall_without],
  ["Recall with it", "Evidence within reach with the dream", (night) => night.health.recall_with],
  ["New to the last", "Of its subjects, those the last night did not have", (night) => night.health.novelty_to_last],
  ["Untrusted", "Of its new episodes, those nobody vouches for", (night) => night.health.untrusted],
  ["Echoes", "Of its confirmations, those that read a memory aloud", (night) => night.health.echoes],
  ["Links an item", "In the whole graph", (night) => night.health.links_per_item],
  ["Lost", "Memories that hold no more", (night) => night.health.lost],
  ["Degenerate", "New memories that are empty or copies", (night) => night.health.degenerate],
  ["Later use", "Recalls in which something of it came", (night) => night.later_use],
  ["Tokens", "In and out of the model", (night) => night.tokens],
];

export async function show(root, place) {
  const { nights, recalls } = await ask("health", place.asking());
  put(root, el("h1", {}, "Health"));
  if (!nights.length) {
    put(root, el("p", {}, "No night has figures yet."));
    return;
  }
  put(root,
    el("p", {}, `${nights.length} nights; later use is counted in ${recalls} noted recalls.`),
    el("div", { class: "charts" }, FIGURES.map(([name, text, value]) =>
      chart(name, text, nights.map(value)))),
    table("Figures by night", ["Night", "Status", "Alarms", ...FIGURES.map(([name]) => name)],
      nights.toReversed().map((night) => [
        el("a", { href: place.href("night", [["dream", night.id]]) }, day(night.started)),
        night.status.replace("_", " "),
        [...night.alarms.map((kind) => kind.replace("_", " ")), ...night.nothing].join(", "),
        ...FIGURES.map(([, , value]) => figure(value(night) ?? "–"))])),
  );
}

function chart(name, text, values) {
  const known = values.map((value, index) => [index, value]).filter(([, value]) => value !== undefined);
  const most = Math.max(1e-9, ...known.map(([, value]) => value));
  const step = (WIDTH - 2 * EDGE) / Math.max(1, values.length - 1);
  const points = known.map(([index, value]) =>
    [EDGE + index * step, HEIGHT - EDGE - (value / most) * (HEIGHT - 2 * EDGE)]);
  const last = known.length ? figure(known.at(-1)[1]) : "no figure";
  return el("figure", {},
    el("figcaption", {}, el("strong", {}, name), ` ${last}`, el("br"), text),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": `${name}: last ${last}` },
      svg("line", { x1: EDGE, x2: WIDTH - EDGE, y1: HEIGHT - EDGE, y2: HEIGHT - EDGE, class: "axis" }),
      svg("polyline", { points: points.map((point) => point.join(",")).join(" ") }),
      points.map(([x, y]) => svg("circle", { cx: x, cy: y, r: 3 }))));
}
