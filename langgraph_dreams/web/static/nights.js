// All nights: on a time line, and as a list.

import { ask } from "./api.js";
import { dreaming, follow } from "./dreaming.js";
import { day, el, put, table } from "./dom.js";
import { go } from "./place.js";
import { size, timeline } from "./timeline.js";

export const title = "Nights";

let begin = () => {};

export async function show(root, place) {
  const { nights } = await ask("nights", place.asking());
  const region = dreaming();
  put(root, el("h1", {}, "Nights"), region);
  begin = () => follow(region, place);
  if (!nights.length) {
    put(root, el("p", {}, "No dream yet. Run langgraph-dreams dream."));
    return;
  }
  const href = (night) => place.href("night", [["dream", night.id]]);
  put(root,
    el("p", { class: "legend" }, "Height: changes. ● committed, ◆ waiting, ✕ rejected, ■ rolled back."),
    timeline(nights, (night) => go(href(night))),
    table(`${nights.length} nights, the last first`,
      ["No.", "Night", "Status", "Episodes", "Changes", "Undone", "Story"],
      nights.toReversed().map((night) => [
        night.number || "–",
        el("a", { href: href(night), class: "when" }, day(night.started)),
        el("span", { class: `status ${night.status}` },
          `${night.depth === "sleep" ? "" : `${night.depth}, `}${night.status.replace("_", " ")}`),
        night.episodes,
        size(night),
        night.undone,
        el("span", { class: "words" }, night.story),
      ])),
  );
}

// Only what is on the page is followed.
export function shown() {
  begin();
}
