// Starts the page: session, namespaces, views by hash.

import { start, signIn } from "./base/api.js";
import { el, empty, say } from "./base/dom.js";
import { Place, go } from "./base/place.js";
import * as associations from "./graph/links.js";
import * as health from "./health/health.js";
import * as item from "./memory/item.js";
import * as memories from "./memory/memories.js";
import * as home from "./nights/home.js";
import * as night from "./nights/night.js";
import * as recall from "./recall/recall.js";

const VIEWS = { nights: home, associations, recall, memories, health };
const HIDDEN = { night: [night, "nights"], item: [item, "memories"] };
const main = document.getElementById("main");
const chooser = document.getElementById("namespace");
let namespaces = [];
let turn = 0;

async function show() {
  if (location.hash === "#main") return;
  const place = new Place(location.hash, namespaces);
  const [hidden, within] = HIDDEN[place.view] ?? [home, VIEWS[place.view] ? place.view : "nights"];
  const view = VIEWS[place.view] ?? hidden;
  drawNavigation(place, within);
  const mine = ++turn;
  const root = el("div");
  try {
    await view.show(root, place);
  } catch (error) {
    root.replaceChildren(el("h1", {}, "That did not work"),
      el("p", { class: "error", role: "alert" }, error.message));
    if (error.status === 401) return showSignIn();
  }
  if (mine !== turn) return; // another view was asked for meanwhile
  main.replaceChildren(root);
  view.shown?.(root);
  const title = root.querySelector("h1");
  document.title = `${title.textContent} · Dream journal`;
  title.setAttribute("tabindex", "-1");
  // Who goes through the namespaces by keys is not carried away from their list.
  if (document.activeElement !== chooser) title.focus({ preventScroll: true });
}

function drawNavigation(place, within) {
  document.getElementById("views").replaceChildren(...Object.entries(VIEWS).map(([name, view]) =>
    el("li", {}, el("a", {
      href: place.href(name),
      "aria-current": name === within ? "page" : null,
    }, view.title))));
  const shown = place.ns.join("\n");
  chooser.value = String(namespaces.findIndex((parts) => parts.join("\n") === shown));
}

function showSignIn() {
  const token = el("input", { type: "password", autocomplete: "off", required: true });
  const form = el("form", { class: "filters" }, el("label", { class: "field" }, el("span", {}, "Token"), token),
    el("button", { class: "primary" }, "Open"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await signIn(token.value.trim());
      await begin();
    } catch (error) {
      say(error.message);
    }
  });
  main.replaceChildren(el("h1", {}, "Token needed"),
    el("p", {}, "The token is in the address that was printed when this page was started, or in the settings of the server."),
    form);
  token.focus();
}

async function begin() {
  try {
    namespaces = await start();
  } catch (error) {
    if (error.status === 401) return showSignIn();
    main.replaceChildren(el("h1", {}, "That did not work"), el("p", { role: "alert" }, error.message));
    return;
  }
  if (!namespaces.length) {
    main.replaceChildren(el("h1", {}, "Nothing yet"), empty("This store remembers nobody",
      el("p", {}, "Let your agent record its turns, or bring a log you have:"),
      el("pre", {}, "langgraph-dreams import FILE --namespace acme/ada"),
      el("p", {}, "Then load this page again.")));
    return;
  }
  chooser.replaceChildren(...namespaces.map((parts, index) =>
    el("option", { value: index }, parts.join(" / "))));
  chooser.closest("label").hidden = false;
  window.addEventListener("hashchange", show);
  await show();
}

chooser.addEventListener("change", () => {
  const parts = namespaces[Number(chooser.value)];
  go(`#/nights?${new URLSearchParams(parts.map((part) => ["ns", part]))}`);
});
// The skip link leads into the content, not to a view.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
begin();
