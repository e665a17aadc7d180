// Undoing, asked twice: first what rests on it is shown, then it is done.

import { ask, change } from "../base/api.js";
import { confirmed } from "../base/confirm.js";
import { el, say } from "../base/dom.js";
import { OPERATION, many } from "../base/words.js";
import { about } from "./operation.js";

// Resolves to true when something was undone. No operations: the whole night.
export async function undo(place, night, operations) {
  const pairs = [["dream", night.id], ...operations.map((id) => ["operation", id])];
  const { resting, texts } = await ask("resting", place.asking(pairs));
  const redream = el("input", { type: "checkbox", checked: true });
  if (!await confirmed("Undo", question(night, operations, resting, texts, redream), "Keep it")) return false;
  const done = await change("undo", {
    ns: place.ns,
    dream: night.id,
    operations,
    confirmed: resting.map((operation) => operation.id),
    redream: redream.checked,
  });
  say(`Undone: ${many(done.undone, "change")}, and ${done.cascaded} built on them. `
    + `${done.left.length} were changed since and stay; ${done.episodes} turns will be dreamt of again.`);
  return true;
}

function question(night, operations, resting, texts, redream) {
  const what = operations.length ? many(operations.length, "change") : "this whole night";
  return [
    el("h2", {}, `Undo ${what}?`),
    el("p", {}, "Memories, links, weights and the core become what they were before."),
    resting.length
      ? [el("p", {}, `${many(resting.length, "later change")} built on it would be undone, too:`),
        el("ul", { class: "resting" }, resting.map((operation) => el("li", {},
          `${OPERATION[operation.kind]}: ${about(operation, texts)}`)))]
      : el("p", {}, "Nothing later was built on it."),
    operations.length ? null
      : el("label", {}, redream, " The next dream reads its turns again"),
  ];
}
