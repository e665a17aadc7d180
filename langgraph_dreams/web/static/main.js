// Starts the page: session, namespaces, views by hash.

import { start, signIn } from "./api.js";
import { el, say } from "./dom.js";
import { Place, go } from "./place.js";
import * as associations from "./associations.js";
import * as health from "./health.js";
import * as item from "./item.js";
import * as memories from "./memories.js";
import * as night from "./night.js";
import * as nights from "./nights.js";
import * as recall from "./recall.js";

const VIEWS = { nights, associations, recall, memories, health };
const HIDDEN = { night, item };
const main = document.getElementById("main");
const chooser = document.getElementById("namespace");
let namespaces = [];
let turn = 0;

async function show() {
  if (location.hash === "#main") return;
  const place = new Place(location.hash, namespaces);
  const view = VIEWS[place.view] ?? HIDDEN[place.view] ?? nights;
  drawNavigation(place);
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
  document.title = `${title.textContent} · Journal of dreams`;
  title.setAttribute("tabindex", "-1");
  // Who goes through the namespaces by keys is not carried away from their list.
  if (document.activeElement !== chooser) title.focus({ preventScroll: true });
}

function drawNavigation(place) {
  document.getElementById("views").replaceChildren(...Object.entries(VIEWS).map(([name, view]) =>
    el("li", {}, el("a", {
      href: place.href(name),
      "aria-current": name === place.view ? "page" : null,
    }, view.title))));
  const shown = place.ns.join("\n");
  chooser.value = String(namespaces.findIndex((parts) => parts.join("\n") === shown));
}

function showSignIn() {
  const token = el("input", { type: "password", autocomplete: "off", required: true });
  const form = el("form", {}, el("label", { class: "field" }, el("span", {}, "Token"), token),
    el("button", {}, "Open"));
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
    main.replaceChildren(el("h1", {}, "Nothing yet"),
      el("p", {}, "This store has no namespace. Record something, then dream."));
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
