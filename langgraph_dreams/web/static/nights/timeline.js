// Nights side by side, as one picture: arrows choose a night, Enter opens it.

import { date, day, el, svg } from "../base/dom.js";
import { NIGHT, many } from "../base/words.js";

const HEIGHT = 120;
const EDGE = 14;
const FLOOR = 108;
const narrow = matchMedia("(max-width: 40rem)");

export function timeline(nights, open) {
  const width = narrow.matches ? 360 : 1100;
  const most = Math.max(1, ...nights.map(size));
  const step = (width - 2 * EDGE) / nights.length;
  const bars = nights.map((night, index) => {
    const height = size(night) ? 6 + (size(night) / most) * (FLOOR - 34) : 0;
    return bar(night, EDGE + (index + 0.5) * step, step, height, () => open(night));
  });
  const picture = svg("svg", {
    viewBox: `0 0 ${width} ${HEIGHT}`, class: "timeline", tabindex: "0", role: "application",
    "aria-label": "Nights: arrows choose one, Enter opens it",
  }, svg("line", { x1: 0, x2: width, y1: FLOOR, y2: FLOOR, class: "axis" }), bars);
  const told = el("p", { class: "note", "aria-hidden": "true" });
  steer(picture, bars, nights, open, told);
  return el("figure", {}, picture,
    el("figcaption", { class: "ends" }, el("span", {}, date(nights[0].started)), told,
      el("span", {}, date(nights.at(-1).started))),
    el("p", { class: "legend" }, "A bar for each night, as high as its changes:",
      ["committed", "waiting", "rejected", "rolled_back"].map((status) => [" ",
        el("span", { class: "key" }, svg("svg", { viewBox: "-9 -9 18 18", class: "icon", "aria-hidden": "true" },
          svg("g", { class: `night ${status}` }, mark(status, 0, 0))), NIGHT[status])])));
}

// How much changed in a night: the height of its bar.
export function size(night) {
  const kinds = ["memory", "link", "core"];
  return Object.entries(night.counts)
    .filter(([name]) => kinds.some((kind) => name.endsWith(`_${kind}`)))
    .reduce((sum, [, count]) => sum + count, 0);
}

function bar(night, x, step, height, open) {
  const top = FLOOR - height;
  return svg("g", { class: `night ${night.status}`, onclick: open },
    svg("title", {}, label(night)),
    svg("rect", { x: x - step / 2, y: 0, width: step, height: FLOOR, class: "reach" }),
    svg("line", { x1: x, x2: x, y1: FLOOR, y2: top }), mark(night.status, x, top));
}

// A shape for each fate, so that colour is not needed.
function mark(status, x, y) {
  if (status === "rejected") {
    return svg("path", { d: `M${x - 5},${y - 5} L${x + 5},${y + 5} M${x + 5},${y - 5} L${x - 5},${y + 5}` });
  }
  if (status === "rolled_back") {
    return svg("rect", { x: x - 5, y: y - 5, width: 10, height: 10 });
  }
  if (status === "waiting") {
    return svg("path", { d: `M${x},${y - 7} L${x + 7},${y} L${x},${y + 7} L${x - 7},${y} Z` });
  }
  return svg("circle", { cx: x, cy: y, r: 5 });
}

export function label(night) {
  return `${night.number ? `Night ${night.number}, ` : ""}${day(night.started)}: ${
    NIGHT[night.status] ?? night.status}, ${many(size(night), "change")}`;
}

function steer(picture, bars, nights, open, told) {
  let at = nights.length - 1;
  const choose = (index) => {
    bars[at].classList.remove("chosen");
    at = Math.max(0, Math.min(nights.length - 1, index));
    bars[at].classList.add("chosen");
    told.textContent = label(nights[at]);
    picture.setAttribute("aria-label", `${label(nights[at])}. Enter opens it`);
  };
  bars.forEach((one, index) => one.addEventListener("pointerenter", () => choose(index)));
  picture.addEventListener("focus", () => choose(at));
  picture.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: nights.length - 1 };
    if (event.key in steps) choose(steps[event.key]);
    else if (event.key === "Enter") open(nights[at]);
    else return;
    event.preventDefault();
  });
}
