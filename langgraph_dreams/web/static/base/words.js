// What the journal's own terms are called on the page: a word for each, in plain English.

export const KIND = {
  episode: "turn", fact: "fact", preference: "preference", procedure: "know-how",
  insight: "insight", page: "page", rehearsal: "practice question",
};

export const MEMORY_KINDS = ["fact", "preference", "procedure", "page", "insight", "rehearsal"];

// Of a memory, and of a turn how it ended.
export const STATUS = {
  tentative: "said once", active: "confirmed", superseded: "replaced", retired: "ended",
  archived: "archived", ok: "", error: "failed", interrupted: "interrupted",
};

export const LINK_STATUS = { tentative: "new", consolidated: "proven", expired: "faded" };

export const NIGHT = {
  committed: "done", waiting: "waits for you", rejected: "rejected", rolled_back: "undone",
  noop: "nothing new", planned: "planned", committing: "being written", dry_run: "dry run",
};

export const DEPTH = { nap: "nap", sleep: "", deep: "deep" };

// How a link was found.
export const WAY = {
  bridge: "share a rare word", band: "alike, and share words", walk: "reached along other links",
  remote: "unlike, but share a rare name", update: "newer word on the same",
};

export const OPERATION = {
  add_memory: "learned", merge_memory: "said again", supersede_memory: "replaced",
  retire_memory: "ended", retire_episode: "turn archived", restore_episode: "turn brought back",
  add_link: "linked", strengthen_link: "link strengthened", weaken_link: "older links faded",
  retire_link: "link ended", change_core: "core changed", change_weights: "recall tuned",
};

export const STAGE = {
  gather: "gathered", consolidate: "learned", associate: "linked", appraise: "weighed",
  narrate: "told", review: "reviewed", commit: "written",
};

export const ALARM = {
  barren: "Nights bring nothing", repeating: "Nights repeat themselves",
  exploding: "Too many links", self_feeding: "Memories feed on themselves",
};

export const linkKind = (link) => (link.kind === "update" ? "update" : link.channel);

export function many(number, noun, nouns = `${noun}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : nouns}`;
}

// A text without the name of who said it, for where there is room for a few words.
export function gist(text) {
  return text.replace(/^[\p{L}\p{N}_ .-]{1,24}: (?=\S)/u, "");
}

// Any term that has no word of its own: without its underscores.
export function plain(term) {
  return term.replaceAll("_", " ").replaceAll(".", ", ");
}
