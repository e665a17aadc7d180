// The dream that is under way, followed while the view is open.

import { ask } from "../base/api.js";
import { el, put } from "../base/dom.js";
import { STAGE } from "../base/words.js";
import { go } from "../base/place.js";

const SOON = 500;
const LATER = 3000; // milliseconds

export function dreaming() {
  return el("section", { class: "dreaming", role: "status", "aria-label": "Under way" });
}

export async function follow(region, place, before = "") {
  let now;
  try {
    now = await ask("dreaming", place.asking());
  } catch {
    return; // the next view that is opened says what is wrong
  }
  if (!region.isConnected) return;
  const shown = JSON.stringify(now);
  if (shown !== before) draw(region, now, before !== "" && JSON.parse(before).what !== "");
  setTimeout(() => follow(region, place, shown), now.what ? SOON : LATER);
}

function draw(region, now, wasDreaming) {
  region.replaceChildren();
  if (now.what) {
    const last = now.events.at(-1);
    put(region, el("p", {}, `Under way: ${now.what}. `, last ? `${STAGE[last.node] ?? last.node}: ${last.text}` : ""),
      last ? el("progress", { max: last.total, value: last.done, "aria-label": "Steps" }) : null,
      el("ol", {}, now.events.filter((event) => event.phase === "end")
        .map((event) => el("li", {}, `${STAGE[event.node] ?? event.node}: ${event.text}`))));
  } else if (wasDreaming) {
    put(region, el("p", {}, "It is over. ",
      el("button", { type: "button", onclick: () => go(location.hash) }, "Show what it changed")));
  }
}
