// What a person can say of an item: it is wrong, it stays, it goes. Each is asked before it is done.

import { ask, change } from "../base/api.js";
import { confirmed } from "../base/confirm.js";
import { el, field, say } from "../base/dom.js";
import { go } from "../base/place.js";
import { many } from "../base/words.js";
import { undo } from "../nights/undo.js";

const LONGEST = 500; // characters of a correction
const HOLDS = ["tentative", "active"];
const MADE_OF_MEMORIES = ["page", "insight", "rehearsal"];

export function actions(found, place) {
  const { item, kind } = found;
  const turn = kind === "episode";
  const told = !turn && HOLDS.includes(item.status) && !MADE_OF_MEMORIES.includes(kind);
  const button = (text, act, name = null) => el("button", {
    type: "button", class: name, onclick: () => act(found, place).catch((error) => say(error.message)),
  }, text);
  return el("p", { class: "buttons" },
    told ? button("Correct it …", correct) : null,
    told && !found.pinned.length ? button("Pin it …", pin) : null,
    !turn && item.dream && HOLDS.includes(item.status) ? button("Take it back …", takeBack) : null,
    button("Forget it …", forget, "danger"));
}

async function correct({ item, cites }, place) {
  const text = el("textarea", { rows: 4, maxlength: LONGEST, required: true }, item.text);
  const speakers = new Set(cites.map((source) => source.speaker).filter((name) => name && name !== "user"));
  const speaker = el("input", { value: speakers.size === 1 ? [...speakers][0] : "", maxlength: 100 });
  const yes = await confirmed("Record it", [
    el("h2", {}, "What holds instead?"),
    field("In your words", text), field("Who says so (empty: the user)", speaker),
    el("p", { class: "note" }, "A memory is not written over. Your words are recorded as a turn; the next dream reads them and, where it finds that they say otherwise, lets them replace this memory; the history keeps both. Until then recall finds both. To end this memory at once, take it back."),
  ], "Leave it as it is", "primary");
  if (!yes) return;
  if (!text.value.trim() || text.value.trim() === item.text.trim()) {
    say("Nothing was recorded: write what holds instead.");
    return;
  }
  const done = await change("correct", { ns: place.ns, memory: item.id, text: text.value, speaker: speaker.value });
  go(place.href("item", [["id", done.episode]]));
  say("Recorded. The next dream sets it against the memory.");
}

async function pin({ item }, place) {
  const yes = await confirmed("Pin it", [
    el("h2", {}, "Keep it out of the archive?"),
    el("p", {}, "It is recorded once more, as a turn of yours with the tag “pinned”. When the next dream has read that, the memory rests on it and never goes into the archive. To unpin it, forget that turn."),
  ], "Not now", "primary");
  if (!yes) return;
  const done = await change("pin", { ns: place.ns, memory: item.id });
  go(place.href("item", [["id", done.episode]]));
  say("Pinned with this turn, from the next dream on.");
}

// The change that wrote it is undone, as it is from the page of its night.
async function takeBack({ item }, place) {
  const { events } = await ask("history", place.asking([["id", item.id]]));
  const made = events.findLast((event) => event.kind === "add_memory" && !event.undone);
  if (!made) {
    say("No night tells that it wrote this; forget it instead.");
    return;
  }
  if (await undo(place, { id: made.dream }, [made.operation])) go(place.href("memories"));
}

async function forget({ item, kind }, place) {
  const { forgotten, digest, texts } = await ask("forgetting", place.asking([["id", item.id]]));
  const turn = kind === "episode";
  const others = [...forgotten.memories, ...forgotten.episodes].filter((id) => id !== item.id);
  const yes = await confirmed("Forget it for good", [
    el("h2", {}, turn ? "Forget this turn?" : "Forget this memory?"),
    el("p", {}, el("strong", {}, "This cannot be undone. "), turn
      ? "The turn goes with all that came of it." : "The memory goes; the turns it rests on stay."),
    others.length ? [el("p", {}, "With it go:"), told(others, texts)] : null,
    forgotten.changed.length ? [el("p", {}, "These stay, with less to rest on, or hold again:"),
      told(forgotten.changed, texts)] : null,
    el("p", { class: "note" }, `${many(forgotten.links.length, "link")}, ${
      many(forgotten.core.length, "line")} of the core; the journal is cut in ${many(forgotten.dreams.length, "night")}.`),
  ], "Keep it");
  if (!yes) return;
  await change("forget", { ns: place.ns, item: item.id, confirmed: digest });
  go(place.href("memories"));
  say("Forgotten.");
}

function told(ids, texts) {
  const known = ids.filter((id) => id in texts);
  return [el("ul", { class: "resting" }, known.map((id) => el("li", { class: "words" }, texts[id]))),
    ids.length > known.length ? el("p", { class: "note" }, `and ${ids.length - known.length} more`) : null];
}
