// Nights along time, as one picture: arrows choose a night, Enter opens it.

import { day, svg } from "./dom.js";

const WIDTH = 900;
const HEIGHT = 150;
const EDGE = 24;
const FLOOR = 110;

export function timeline(nights, open) {
  const times = nights.map((night) => Date.parse(night.started));
  const first = Math.min(...times);
  const span = Math.max(1, Math.max(...times) - first);
  const most = Math.max(1, ...nights.map(size));
  const bars = nights.map((night, index) => {
    const x = EDGE + ((times[index] - first) / span) * (WIDTH - 2 * EDGE);
    return bar(night, x, 8 + (size(night) / most) * (FLOOR - 30), () => open(night));
  });
  const picture = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "timeline", tabindex: "0", role: "application",
    "aria-label": "Nights on a time line: arrows choose one, Enter opens it",
  }, svg("line", { x1: EDGE, x2: WIDTH - EDGE, y1: FLOOR, y2: FLOOR, class: "axis" }), bars,
  svg("text", { x: EDGE, y: HEIGHT - 12 }, day(nights[0].started).slice(0, 10)),
  svg("text", { x: WIDTH - EDGE, y: HEIGHT - 12, "text-anchor": "end" },
    day(nights.at(-1).started).slice(0, 10)));
  steer(picture, bars, nights, open);
  return picture;
}

// How much changed in a night: the height of its bar.
export function size(night) {
  const kinds = ["memory", "link", "core"];
  return Object.entries(night.counts)
    .filter(([name]) => kinds.some((kind) => name.endsWith(`_${kind}`)))
    .reduce((sum, [, count]) => sum + count, 0);
}

function bar(night, x, height, open) {
  const top = FLOOR - height;
  return svg("g", { class: `night ${night.status}`, onclick: open },
    svg("title", {}, label(night)),
    svg("line", { x1: x, x2: x, y1: FLOOR, y2: top }), mark(night.status, x, top));
}

// A shape for each fate, so that colour is not needed.
function mark(status, x, y) {
  if (status === "rejected") {
    return svg("path", { d: `M${x - 6},${y - 6} L${x + 6},${y + 6} M${x + 6},${y - 6} L${x - 6},${y + 6}` });
  }
  if (status === "rolled_back") {
    return svg("rect", { x: x - 6, y: y - 6, width: 12, height: 12 });
  }
  if (status === "waiting") {
    return svg("path", { d: `M${x},${y - 8} L${x + 8},${y} L${x},${y + 8} L${x - 8},${y} Z` });
  }
  return svg("circle", { cx: x, cy: y, r: 7 });
}

export function label(night) {
  return `${day(night.started)}, ${night.status.replace("_", " ")}, ${size(night)} changes`;
}

function steer(picture, bars, nights, open) {
  let at = nights.length - 1;
  const choose = (index) => {
    bars[at].classList.remove("chosen");
    at = Math.max(0, Math.min(nights.length - 1, index));
    bars[at].classList.add("chosen");
    picture.setAttribute("aria-label", `${label(nights[at])}. Enter opens it`);
  };
  picture.addEventListener("focus", () => choose(at));
  picture.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: nights.length - 1 };
    if (event.key in steps) choose(steps[event.key]);
    else if (event.key === "Enter") open(nights[at]);
    else return;
    event.preventDefault();
  });
}
