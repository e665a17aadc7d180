// A way as a picture: stops one after the other, and between them what leads on. A line is the
// thicker the stronger the link; beside each other where there is room, else one below the other.

import { el, icon, svg } from "../base/dom.js";

// Steps: {kind, text, href, found} and, of all but the first, {way, strength in 0..1, more}.
export function trail(steps, label) {
  return el("ol", { class: "trail", "aria-label": label },
    steps.map((step, index) => el("li", { class: index === steps.length - 1 ? "last" : null },
      index ? hop(step) : null, stop(step))));
}

function hop({ way, strength = 0.3, more }) {
  return el("div", { class: "hop" },
    svg("svg", { viewBox: "0 0 60 16", class: "arrow", "aria-hidden": "true" },
      svg("path", { d: "M2,8H46", "stroke-width": 1.5 + 5 * strength }),
      svg("path", { d: "M46,1L58,8L46,15Z", class: "tip" })),
    el("span", { class: "words" }, way), more ?? null);
}

function stop({ kind, text, href, found }) {
  return el("div", { class: `stop ${kind === "question" ? "question" : ""}` },
    kind === "question" ? el("span", { class: "label" }, "Question") : null,
    kind && kind !== "question" ? icon(kind) : null,
    href ? el("a", { href, class: "words clamp" }, text) : el("span", { class: "words clamp" }, text),
    found ? el("span", { class: "note" }, ` ${found}`) : null);
}
