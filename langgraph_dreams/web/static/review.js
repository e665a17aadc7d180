// A night that waits for a person: approved, in part or in other words, or rejected.

import { change } from "./api.js";
import { confirmed } from "./confirm.js";
import { el, field, say } from "./dom.js";
import { go } from "./place.js";

const EDITABLE = ["add_memory", "merge_memory"];

// The texts of a page of operations, to be put otherwise.
export class Edits {
  #texts = new Map();

  // A field for the text of an operation; null when it has none to edit.
  of(operation) {
    if (!EDITABLE.includes(operation.kind)) return null;
    const text = el("textarea", { rows: 3, maxlength: 500 }, operation.after.text);
    this.#texts.set(operation.id, text);
    return field(`In other words (${operation.id.slice(0, 10)})`, text);
  }

  // Texts that were changed, by the ids of those operations that the test lets pass.
  changed(test) {
    return Object.fromEntries([...this.#texts]
      .filter(([id, text]) => test(id) && text.value !== text.defaultValue)
      .map(([id, text]) => [id, text.value]));
  }
}

export function reviewButtons(night, place, chosen, edits) {
  const some = (make) => () => (chosen().length ? make(chosen()) : say("Choose operations in the table first."));
  const button = (text, onclick, danger) =>
    el("button", { type: "button", class: danger ? "danger" : null, onclick }, text);
  const write = (what, answer, test) =>
    decide(night, place, what, { ...answer, edit: edits.changed(test) });
  return [
    night.overtaken
      ? el("p", { class: "note" }, "Another night came since: it can only be rejected.")
      : el("p", { class: "note" }, "It waits for you: nothing of it is written yet."),
    el("p", { class: "buttons" },
      button("Approve the night …", () => write("Approve all of it", { approve: "all" }, () => true)),
      button("Approve the chosen …", some((ids) =>
        write(`Approve ${ids.length} operations`, { approve: ids }, (id) => ids.includes(id)))),
      button("Approve all but the chosen …", some((ids) =>
        write(`Leave out ${ids.length} operations`, { reject: ids }, (id) => !ids.includes(id)))),
      button("Reject the night …", () => decide(night, place, "Reject all of it", { reject: "all" }), true)),
  ];
}

async function decide(night, place, what, answer) {
  const redream = el("input", { type: "checkbox", checked: true });
  if (!await confirmed(what, question(what, answer, redream), "Let it wait")) return;
  try {
    const done = await change("review", {
      ns: place.ns, dream: night.id, digest: night.digest, redream: redream.checked, ...answer,
    });
    say(`The night is ${done.status}: ${done.operations} operations.`);
    go(location.hash);
  } catch (error) {
    say(error.message);
  }
}

function question(what, answer, redream) {
  const edits = Object.keys(answer.edit ?? {}).length;
  return [
    el("h2", {}, `${what}?`),
    answer.reject === "all"
      ? [el("p", {}, "Nothing of it is written."),
        el("label", {}, redream, " The next dream takes its episodes up again")]
      : [answer.approve === "all" ? null
        : el("p", {}, "What rests on an operation that is left out is not written either."),
      edits ? el("p", {}, `Memories in your words: ${edits}.`) : null],
  ];
}
