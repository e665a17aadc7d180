// Associations: search, filters, the graph, what a link is made of, and the same as a table.

import { ask } from "./api.js";
import { choice, day, el, facts, field, figure, put, table } from "./dom.js";
import { drawGraph } from "./graph.js";
import { go } from "./place.js";

export const title = "Associations";
const ASKED = ["q", "around", "kind", "channel", "status", "least", "days"];
const CHOICES = {
  kind: ["episode", "fact", "preference", "procedure", "page", "insight"],
  channel: ["bridge", "band", "walk", "remote"],
  status: ["tentative", "consolidated", "expired"],
};
let pending = null;

export async function show(root, place) {
  const picture = await ask("associations", place.asking(asked(place)));
  const texts = Object.fromEntries(picture.nodes.map((node) => [node.id, node.text]));
  const panel = el("section", { class: "panel", "aria-label": "What was chosen", "aria-live": "polite" },
    el("p", {}, "Choose a node or a link."));
  const graph = el("div", {
    class: "graph", tabindex: "0", role: "application",
    "aria-label": "Association graph. Left and right: items. Up and down: links of the item. "
      + "Enter: its neighbours. Plus, minus, 0: zoom. The table below has the same.",
  });
  const buttons = el("p", { class: "buttons" });
  put(root, el("h1", {}, "Associations"), form(place), told(picture, place), buttons,
    el("div", { class: "beside" }, graph, panel), linkTable(picture, texts, place));
  pending = { graph, picture, panel, place, texts, buttons };
}

// Cytoscape measures its container, so it draws only once that is in the page.
export async function shown() {
  const { graph, picture, panel, place, texts, buttons } = pending;
  if (!picture.nodes.length) {
    graph.remove();
    return;
  }
  const nodes = new Map(picture.nodes.map((node) => [node.id, node]));
  const links = new Map(picture.links.map((link) => [link.id, link]));
  const steering = await drawGraph(graph, picture, {
    select: (id, isLink) => panel.replaceChildren(
      ...(isLink ? aboutLink(links.get(id), texts, place) : aboutNode(nodes.get(id), place))),
    expand: (id) => go(expanded(place, id)),
  });
  const button = (text, act) => el("button", { type: "button", onclick: act }, text);
  buttons.append(button("Zoom in", () => steering.zoom(1.3)),
    button("Zoom out", () => steering.zoom(1 / 1.3)), button("Whole graph", () => steering.fit()));
  graph.dataset.drawn = "yes";
}

function asked(place) {
  return ASKED.flatMap((name) => place.parameters.getAll(name).filter(Boolean)
    .map((value) => [name, value]));
}

function expanded(place, id) {
  const others = asked(place).filter(([name, value]) => name !== "around" || value !== id);
  return place.href("associations", [...others, ["around", id]]);
}

function form(place) {
  const any = (names) => [["", "any"], ...names.map((name) => [name, name])];
  const made = el("form", { class: "filters", role: "search" },
    field("Search", el("input", { type: "search", name: "q", value: place.get("q") })),
    Object.entries(CHOICES).map(([name, names]) =>
      field(name[0].toUpperCase() + name.slice(1), choice(name, any(names), place.get(name)))),
    field("Strength at least", el("input", {
      type: "number", name: "least", min: "0", max: "1", step: "0.05", value: place.get("least"),
    })),
    field("Days old at most", el("input", { type: "number", name: "days", min: "0", value: place.get("days") })),
    el("button", {}, "Show"));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    const around = place.parameters.getAll("around").map((id) => ["around", id]);
    const again = place.get("q") === made.elements.q.value ? around : [];
    go(place.href("associations", [...[...new FormData(made)].filter(([, value]) => value), ...again]));
  });
  return made;
}

function told(picture, place) {
  const start = place.get("q") || place.get("around") ? "" : " These are the strongest.";
  return el("p", {}, `${picture.links.length} of ${picture.total} links, ${picture.nodes.length} items.${start} `,
    place.get("around") ? el("a", { href: place.href("associations") }, "Start again") : null,
    el("span", { class: "legend" },
      " ● episode, ■ memory, ★ page; dashed: tentative, dotted: expired; the thicker, the stronger."));
}

function aboutNode(node, place) {
  return [el("h2", {}, node.kind), el("p", { class: "words" }, node.text),
    facts([["time", day(node.time)], ["status", node.status], ["links", node.links]]),
    el("p", {}, el("a", { href: expanded(place, node.id) }, "Show its neighbours"), " · ",
      el("a", { href: place.href("item", [["id", node.id]]) }, "All about it"))];
}

function aboutLink(link, texts, place) {
  return [el("h2", {}, "Link"),
    el("p", { class: "words" }, texts[link.a]), el("p", { class: "words" }, texts[link.b]),
    facts([
      ["bridge", link.bridge.join(", ")], ["channel", link.channel], ["status", link.status],
      ["strength now", figure(link.now)], ["written as", figure(link.weight)],
      ["helps with", link.helps], ["uses", link.uses], ["made", day(link.created)],
      ["last used", link.last_used ? day(link.last_used) : ""],
      ["dream", link.dream
        ? el("a", { href: place.href("night", [["dream", link.dream]]) }, link.dream) : "none: by hand"],
    ]),
    el("h3", {}, "Evidence"),
    facts(Object.entries(link.evidence).map(([name, value]) => [name, figure(value)]))];
}

function linkTable(picture, texts, place) {
  return el("details", {}, el("summary", {}, "The same as a table"),
    table(`${picture.links.length} links`, ["Item", "Item", "Bridge", "Channel", "Strength", "Status", "Made"],
      picture.links.map((link) => [
        el("a", { href: expanded(place, link.a), class: "words" }, texts[link.a]),
        el("a", { href: expanded(place, link.b), class: "words" }, texts[link.b]),
        link.bridge.join(", "), link.channel, figure(link.now), link.status, day(link.created)])));
}
