// A night that waits for a person: approved, in part or in other words, or rejected.

import { change } from "../base/api.js";
import { confirmed } from "../base/confirm.js";
import { el, field, say } from "../base/dom.js";
import { NIGHT, many } from "../base/words.js";
import { go } from "../base/place.js";

const EDITABLE = ["add_memory", "merge_memory"];

// The texts of a page of changes, to be put otherwise.
export class Edits {
  #texts = new Map();

  // A field for the text of a change; null when it has none to edit.
  of(operation) {
    if (!EDITABLE.includes(operation.kind)) return null;
    const text = el("textarea", { rows: 3, maxlength: 500 }, operation.after.text);
    this.#texts.set(operation.id, text);
    return field(`In other words (${operation.id.slice(0, 10)})`, text);
  }

  // Texts that were changed, by the ids of those changes that the test lets pass.
  changed(test) {
    return Object.fromEntries([...this.#texts]
      .filter(([id, text]) => test(id) && text.value !== text.defaultValue)
      .map(([id, text]) => [id, text.value]));
  }
}

export function reviewButtons(night, place, chosen, edits) {
  const some = (make) => () => (chosen().length ? make(chosen()) : say("Choose changes in the table first."));
  const button = (text, onclick, name = null) => el("button", { type: "button", class: name, onclick }, text);
  const write = (what, answer, test) =>
    decide(night, place, what, { ...answer, edit: edits.changed(test) });
  return [
    night.overtaken
      ? el("p", { class: "note" }, "Another night came since: it can only be rejected.")
      : el("p", { class: "note" }, "It waits for you: nothing of it is written yet."),
    el("p", { class: "buttons" },
      button("Approve the night …", () => write("Approve all of it", { approve: "all" }, () => true), "primary"),
      button("Approve the chosen …", some((ids) =>
        write(`Approve ${many(ids.length, "change")}`, { approve: ids }, (id) => ids.includes(id)))),
      button("Approve all but the chosen …", some((ids) =>
        write(`Leave out ${many(ids.length, "change")}`, { reject: ids }, (id) => !ids.includes(id)))),
      button("Reject the night …", () => decide(night, place, "Reject all of it", { reject: "all" }), "danger")),
  ];
}

async function decide(night, place, what, answer) {
  const redream = el("input", { type: "checkbox", checked: true });
  if (!await confirmed(what, question(what, answer, redream), "Let it wait")) return;
  try {
    const done = await change("review", {
      ns: place.ns, dream: night.id, digest: night.digest, redream: redream.checked, ...answer,
    });
    say(`The night is ${NIGHT[done.status]}: ${many(done.operations, "change")}.`);
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
        el("label", {}, redream, " The next dream reads its turns again")]
      : [answer.approve === "all" ? null
        : el("p", {}, "What is built on a change that is left out is not written either."),
      edits ? el("p", {}, `Memories in your words: ${edits}.`) : null],
  ];
}
