// The association graph as a picture, drawn by Cytoscape; steered with mouse or keys.

import { shown } from "./dom.js";

const LABEL = 30; // characters of a text beside its node
const scheme = matchMedia("(prefers-color-scheme: dark)");

// Resolves to {zoom(factor), fit(), mark(id)}; `select` and `expand` are told what was chosen.
export async function drawGraph(container, picture, { select, expand }) {
  const { default: cytoscape } = await import("./vendor/cytoscape.esm.min.mjs");
  const graph = cytoscape({
    container,
    elements: elements(picture),
    style: style(getComputedStyle(document.documentElement)),
    layout: {
      name: "cose", animate: false, componentSpacing: 60, idealEdgeLength: () => 40,
      nodeRepulsion: () => 4000, nodeOverlap: 40,
    },
    minZoom: 0.1,
    maxZoom: 4,
    boxSelectionEnabled: false,
  });
  scheme.onchange = () => graph.style(style(getComputedStyle(document.documentElement)));
  const mark = (id) => {
    graph.elements().removeClass("chosen");
    graph.getElementById(id).addClass("chosen");
  };
  const choose = (element) => {
    mark(element.id());
    select(element.id(), element.isEdge());
  };
  graph.on("tap", "node, edge", (event) => choose(event.target));
  graph.on("dbltap", "node", (event) => expand(event.target.id()));
  const steering = { zoom: (factor) => zoom(graph, factor), fit: () => graph.fit(undefined, 30), mark };
  steer(container, graph, choose, expand, steering);
  return steering;
}

function elements({ nodes, links }) {
  return [
    ...nodes.map((node) => ({
      data: { id: node.id, label: short(node.text) },
      classes: `${node.kind}${node.centre ? " centre" : ""}`,
    })),
    ...links.map((link) => ({
      data: { id: link.id, source: link.a, target: link.b, label: short(link.bridge[0]), now: link.now },
      classes: link.status,
    })),
  ];
}

function short(text) {
  const told = shown(text).replace(/\s+/g, " ");
  return told.length > LABEL ? `${told.slice(0, LABEL - 1)}…` : told;
}

function style(page) {
  const color = (name) => page.getPropertyValue(`--${name}`).trim();
  return [
    { selector: "node", style: {
      label: "data(label)", "font-size": 10, "min-zoomed-font-size": 5, color: color("ink"), "text-wrap": "wrap",
      "text-max-width": 95, "text-valign": "bottom", "text-margin-y": 4, width: 18, height: 18,
      "background-color": color("episode"), "text-background-color": color("paper"),
      "text-background-opacity": 0.8,
    } },
    { selector: ".fact, .preference, .procedure", style: { shape: "rectangle", "background-color": color("memory") } },
    { selector: ".page, .insight", style: { shape: "star", width: 26, height: 26, "background-color": color("page") } },
    { selector: ".centre", style: { "border-width": 3, "border-color": color("ink") } },
    { selector: "edge", style: {
      label: "data(label)", "font-size": 8, "min-zoomed-font-size": 5, color: color("ink"), width: "mapData(now, 0, 1, 1, 7)",
      "line-color": color("line"), "curve-style": "haystack", "text-background-color": color("paper"),
      "text-background-opacity": 0.8, "text-rotation": "autorotate",
    } },
    { selector: ".tentative", style: { "line-style": "dashed" } },
    { selector: ".expired", style: { "line-style": "dotted" } },
    { selector: "node.chosen", style: { "border-width": 4, "border-color": color("accent") } },
    { selector: "edge.chosen", style: { "line-color": color("accent") } },
  ];
}

function zoom(graph, factor) {
  graph.zoom({
    level: graph.zoom() * factor,
    renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 },
  });
}

// Left and right go from node to node, up and down along the links of one; Enter expands.
function steer(container, graph, choose, expand, steering) {
  const step = (elements, by) => {
    if (!elements.length) return;
    const at = elements.toArray().findIndex((element) => element.hasClass("chosen"));
    choose(elements[(at + by + elements.length) % elements.length]);
  };
  let node = graph.nodes()[0];
  const keys = {
    ArrowRight: () => { step(graph.nodes(), 1); node = graph.$("node.chosen"); },
    ArrowLeft: () => { step(graph.nodes(), -1); node = graph.$("node.chosen"); },
    ArrowDown: () => step(node.connectedEdges(), 1),
    ArrowUp: () => step(node.connectedEdges(), -1),
    Enter: () => expand(node.id()),
    "+": () => steering.zoom(1.3),
    "-": () => steering.zoom(1 / 1.3),
    0: () => steering.fit(),
  };
  graph.on("tap", "node", (event) => { node = event.target; });
  container.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || !node) return;
    event.preventDefault();
    keys[event.key]();
  });
}
