// Links: search, filters, nights up to one, the picture, what was chosen, and the same as a list.

import { ask } from "../base/api.js";
import { badge, choice, date, day, el, empty, facts, field, figure, icon, put, svg, table } from "../base/dom.js";
import { Place, go } from "../base/place.js";
import { KIND, LINK_STATUS, STATUS, WAY, gist, linkKind, many, plain } from "../base/words.js";
import { drawGraph } from "./draw.js";

export const title = "Links";
const ASKED = ["q", "around", "kind", "channel", "status", "least", "days", "until", "most"];
const MORE = ["kind", "channel", "status", "least", "days", "most"];
const FEW = "12"; // links of a first picture on a phone
const narrow = matchMedia("(max-width: 40rem)");
const { update, ...CHANNELS } = WAY;
let begin = () => {};

export async function show(root, place) {
  const region = el("div");
  const picture = await asked(place);
  put(root, el("h1", {}, "Links"), form(place, (next) => turn(region, next)),
    slider(picture.nights, place, (next) => turn(region, next)), region);
  begin = () => draw(region, picture, place);
}

// The picture measures its place, so it is drawn only once that is in the page.
export function shown() {
  begin();
}

function asked(place) {
  const pairs = pairsOf(place);
  if (narrow.matches && !place.get("most")) pairs.push(["most", FEW]);
  return ask("associations", place.asking(pairs));
}

function pairsOf(place) {
  return ASKED.flatMap((name) => place.parameters.getAll(name).filter(Boolean)
    .map((value) => [name, value]));
}

// Shows another picture without leaving the control that asked for it.
async function turn(region, place) {
  history.pushState(null, "", place.href("associations", pairsOf(place)));
  try {
    draw(region, await asked(place), place);
  } catch (error) {
    region.replaceChildren(el("p", { class: "error", role: "alert" }, error.message));
  }
}

function draw(region, picture, place) {
  region.replaceChildren();
  put(region, told(picture, place));
  if (!picture.nodes.length) {
    put(region, nothing(picture, place));
    return;
  }
  const texts = Object.fromEntries(picture.nodes.map((node) => [node.id, node.text]));
  const nodes = new Map(picture.nodes.map((node) => [node.id, node]));
  const links = new Map(picture.links.map((link) => [link.id, link]));
  const centres = picture.nodes.filter((node) => node.centre);
  const panel = el("section", { class: "panel", "aria-label": "What was chosen", "aria-live": "polite" },
    place.get("around") && centres.length ? aboutNode(centres.at(-1), place)
      : [el("h2", {}, "Nothing chosen"), el("p", { class: "note" },
        "Choose an item to see it with its neighbours, or a line to see what it is made of.")]);
  const graph = el("div", { class: "graph", "data-label": "Links as a picture. Left and right: items. "
    + "Up and down: links of the item. Enter: its neighbours. Plus, minus, 0: zoom. The list below has the same." });
  const button = (text, label, act) =>
    el("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
  const buttons = el("p", { class: "zoom" }, button("+", "Zoom in", () => steering.zoom(1.3)),
    button("−", "Zoom out", () => steering.zoom(1 / 1.3)), button("⤢", "Whole picture", () => steering.fit()));
  put(region, el("div", { class: "beside" },
    el("div", {}, el("div", { class: "frame" }, graph),
      el("div", { class: "under" }, legend(picture), buttons)), panel), linkList(picture, texts, place));
  const steering = drawGraph(graph, picture, {
    select: (id, isLink) => panel.replaceChildren(
      ...(isLink ? aboutLink(links.get(id), texts, place) : aboutNode(nodes.get(id), place))),
    focus: (id) => go(focused(place, id)),
  });
  graph.dataset.drawn = "yes";
}

function told({ links, nodes, total, looked }, place) {
  const count = links.length.toLocaleString("en");
  const [around, more] = place.parameters.getAll("around");
  const centre = nodes.find((node) => node.id === around);
  const filtered = pairsOf(place).some(([name]) => !["q", "around", "most"].includes(name));
  const all = many(total, "link");
  let text = `Shown: the strongest ${count} of ${all}.`;
  if (place.get("q")) text = `Shown: ${count} of ${all}, those of what “${place.get("q")}” finds.`;
  else if (centre && !more) text = `Shown: ${count} of the ${many(centre.links, "link")} of one item; there are ${all}.`;
  else if (centre) text = `Shown: ${count} of ${all}, those around the items in the middle.`;
  else if (filtered) {
    text = `Shown: ${count} of ${all}, the strongest that fit.${
      looked < total ? ` The ${looked.toLocaleString("en")} strongest were looked at.` : ""}`;
  }
  return el("p", { class: "note told", role: "status" }, text, " ",
    place.get("around") || place.get("q")
      ? el("a", { href: place.href("associations") }, "Back to the strongest") : null);
}

function nothing(picture, place) {
  return picture.total
    ? empty("No link fits", el("p", {}, "Ask for less at once: clear a filter, move the slider to a later night, or use other words."),
      el("p", {}, el("a", { href: place.href("associations") }, "Show the strongest links")))
    : empty("No links yet", el("p", {}, "A dream links turns that share something rare, from different days. Record some days, then dream:"),
      el("pre", {}, `langgraph-dreams dream --namespace ${place.ns.join("/")}`));
}

// Where the page is now: a filter or the slider may have moved it.
const current = (place) => new Place(location.hash, [place.ns]);

// What is asked with some of it changed; null takes a part away.
function otherwise(place, changed) {
  const next = Object.create(place);
  next.parameters = new URLSearchParams(place.parameters);
  for (const [name, value] of Object.entries(changed)) {
    if (value) next.parameters.set(name, value);
    else next.parameters.delete(name);
  }
  return next;
}

function focused(place, id) {
  return place.href("associations", pairsOf(otherwise(place, { q: null, around: id })));
}

function expanded(place, id) {
  const others = pairsOf(place).filter(([name, value]) => name !== "around" || value !== id);
  return place.href("associations", [...others, ["around", id]]);
}

function form(place, show) {
  const any = (words) => [["", "any"], ...Object.entries(words)];
  const made = el("form", { class: "filters", role: "search" },
    field("Words", el("input", { type: "search", name: "q", value: place.get("q"), placeholder: "a name, a thing, a question" })),
    el("button", { class: "primary" }, "Show"),
    el("details", { open: MORE.some((name) => place.get(name)) }, el("summary", {}, "More filters"),
      el("div", { class: "filters" },
        field("Items", choice("kind", any(KIND), place.get("kind"))),
        field("Links that", choice("channel", any(CHANNELS), place.get("channel"))),
        field("Links are", choice("status", any(LINK_STATUS), place.get("status"))),
        field("Strength at least", el("input", {
          type: "number", name: "least", min: "0", max: "1", step: "0.05", value: place.get("least"),
        })),
        field("Days old at most", el("input", { type: "number", name: "days", min: "0", value: place.get("days") })),
        field("How many", choice("most", [["", "usual"], ["12", "12"], ["60", "60"], ["150", "150"]], place.get("most"))))));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(made));
    const now = current(place);
    const around = now.get("q") === given.q ? {} : { around: null };
    show(otherwise(now, { ...given, ...around }));
  });
  return made;
}

function slider(nights, place, show) {
  if (nights.length < 2) return null;
  const at = nights.findIndex((night) => String(night.number) === place.get("until"));
  const last = nights.length - 1;
  const input = el("input", {
    type: "range", min: "0", max: last, value: at < 0 ? last : at, id: "until", "aria-describedby": "until-told",
  });
  const name = () => {
    const night = nights[Number(input.value)];
    return Number(input.value) === last ? `all ${nights.length} nights`
      : `night ${night.number}, ${date(night.started)}`;
  };
  const out = el("output", { for: "until", id: "until-told" }, name());
  input.addEventListener("input", () => {
    out.textContent = name();
    input.setAttribute("aria-valuetext", name());
  });
  input.setAttribute("aria-valuetext", name());
  input.addEventListener("change", () => {
    const number = Number(input.value) === last ? null : String(nights[Number(input.value)].number);
    show(otherwise(current(place), { until: number }));
  });
  return el("p", { class: "slider" }, el("label", { for: "until" }, "Links made up to"), input, out);
}

// The kinds that are in the picture, each with its mark.
function legend({ nodes, links }) {
  const kinds = [...new Set(nodes.map((node) => node.kind))];
  const ways = [...new Set(links.map(linkKind))];
  const key = (mark, text) => el("li", { class: "key" }, mark, text);
  const line = (name) => svg("svg", { viewBox: "0 0 24 12", class: "icon wide", "aria-hidden": "true" },
    svg("g", { class: `link ${name}` }, svg("line", { x1: 1, x2: 23, y1: 6, y2: 6, "stroke-width": 3 })));
  return el("ul", { class: "legend", "aria-label": "Legend" },
    kinds.map((kind) => key(icon(kind), KIND[kind] ?? kind)),
    ways.map((way) => key(line(way), WAY[way] ?? plain(way))),
    links.some((link) => link.status === "tentative") ? key(line("tentative"), "dashed: new") : null,
    links.some((link) => link.status === "expired") ? key(line("expired"), "dotted: faded") : null,
    el("li", {}, "the thicker, the stronger"));
}

function aboutNode(node, place) {
  return [el("h2", {}, icon(node.kind), " ", KIND[node.kind] ?? node.kind),
    el("p", { class: "words" }, node.text),
    el("p", { class: "note" }, `${date(node.time)} · ${many(node.links, "link")} `, badge(STATUS[node.status], node.status)),
    el("p", { class: "buttons" },
      el("a", { href: place.href("item", [["id", node.id]]), class: "button primary" }, "Open its page"),
      el("a", { href: focused(place, node.id), class: "button" }, "Only its neighbours"),
      el("a", { href: expanded(place, node.id), class: "button" }, "Add its neighbours"))];
}

function aboutLink(link, texts, place) {
  const end = (id) => el("a", { href: place.href("item", [["id", id]]), class: "words" }, texts[id]);
  return [el("h2", {}, "Link"), el("p", {}, end(link.a)), el("p", {}, end(link.b)),
    facts([
      ["both mention", link.bridge.join(", ")], ["found as", WAY[linkKind(link)] ?? plain(linkKind(link))],
      ["state", LINK_STATUS[link.status]], ["strength now", figure(link.now)],
      ["helps with", link.helps], ["used", many(link.uses, "time")], ["made", day(link.created)],
      ["last used", link.last_used ? day(link.last_used) : ""],
      ["by", link.dream ? el("a", { href: place.href("night", [["dream", link.dream]]) }, "its night") : "hand"],
    ]),
    el("h3", {}, "What it is made of"),
    facts(Object.entries(link.evidence).map(([name, value]) => [plain(name), figure(value)]))];
}

function linkList(picture, texts, place) {
  const end = (id) => el("a", { href: focused(place, id), class: "words clamp" }, gist(texts[id]));
  return el("details", {}, el("summary", {}, "The same as a list"),
    table(many(picture.links.length, "link"), ["Item", "Item", "Both mention", "Strength", "State", "Made"],
      picture.links.map((link) => [end(link.a), end(link.b), link.bridge.join(", ") || WAY[linkKind(link)],
        figure(link.now), LINK_STATUS[link.status], date(link.created)])));
}
