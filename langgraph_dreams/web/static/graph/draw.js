// The links as a picture: drawn here, steered with mouse, fingers or keys. Marks and labels keep
// their size at every zoom; a label is shown where it meets no other, so zooming in shows more.

import { el, mark, shown, svg } from "../base/dom.js";
import { WAY, gist, linkKind } from "../base/words.js";
import { arrange, free } from "./layout.js";

const LINE = 17; // characters of a line of a label
const HIGH = 15; // pixels of a line
const RADIUS = 8;
const READABLE = 0.7; // zoom below which most labels would meet
const NARROW = 500; // pixels below which a picture is one to drag along, from its upper end
const DRAG = 5; // pixels within which a press is a click

// Draws into the container; returns {zoom(factor), fit()}. `select` is told what was chosen,
// `focus` of which item the neighbours are wanted.
export function drawGraph(container, picture, { select, focus }) {
  const scene = made(container, picture);
  container.replaceChildren(scene.root, scene.tip);
  measure(scene);
  const view = { x: 0, y: 0, k: 1 };
  const draw = () => place(scene, view);
  const choose = (one) => {
    flag(scene.chosen, "chosen", false);
    scene.chosen = one;
    flag(one, "chosen", true);
    draw();
    select(one.data.id, Boolean(one.from));
  };
  const steering = {
    zoom: (factor, at) => { zoom(container, view, factor, at); draw(); },
    fit: () => { fit(container, scene, view); draw(); },
  };
  let narrow = null;
  const begin = () => {
    const { width, height } = container.getBoundingClientRect();
    if (narrow !== width < NARROW) {
      narrow = width < NARROW;
      arrange([...scene.nodes], scene.links, narrow ? 0.35 : Math.max(0.6, Math.min(1.8, width / height)));
    }
    fit(container, scene, view, narrow ? 1 : READABLE);
    draw();
  };
  byPointer(scene, view, { draw, choose, focus, zoom: steering.zoom });
  byKeys(scene, { choose, focus, steering });
  new ResizeObserver(begin).observe(container);
  begin();
  return steering;
}

function flag(one, name, on) {
  for (const group of one?.groups ?? []) group.classList.toggle(name, on);
}

function made(container, picture) {
  const nodes = picture.nodes.map((data) => ({ data, lines: lines(gist(data.text)), links: [] }));
  const known = new Map(nodes.map((node) => [node.data.id, node]));
  const links = picture.links.map((data) => {
    const link = { data, from: known.get(data.a), to: known.get(data.b) };
    link.from.links.push(link);
    link.to.links.push(link);
    link.line = svg("line", { "stroke-width": 1.2 + 4 * data.now });
    link.reach = svg("line", { class: "reach" });
    link.label = svg("text", { class: "over" }, brief(data.bridge[0] ?? "", LINE));
    const name = `link ${linkKind(data)} ${data.status}`;
    link.groups = [svg("g", { class: name }, link.reach, link.line), svg("g", { class: name }, link.label)];
    return link;
  });
  for (const node of nodes) {
    node.label = svg("text", {}, node.lines.map((line, index) =>
      svg("tspan", { x: 0, y: RADIUS + 14 + index * HIGH }, line)));
    node.groups = [svg("g", { class: `node ${node.data.centre ? "centre" : ""}` },
      svg("circle", { r: RADIUS + 6, class: "reach" }), mark(node.data.kind, RADIUS), node.label)];
  }
  const root = svg("svg", { class: "drawing", tabindex: "0", role: "application",
    "aria-label": container.dataset.label },
  links.map((link) => link.groups[0]), links.map((link) => link.groups[1]), nodes.map((node) => node.groups));
  return { root, nodes, links, chosen: null, tip: el("div", { class: "tip", hidden: true }) };
}

function brief(text, most) {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}

// At most two lines of a text.
function lines(text) {
  const words = shown(text).replace(/\s+/g, " ").trim();
  if (words.length <= LINE) return [words];
  const cut = words.lastIndexOf(" ", LINE);
  const first = cut > LINE / 2 ? cut : LINE;
  return [words.slice(0, first).trimEnd(), brief(words.slice(first).trim(), LINE)];
}

// The room of each label as it is drawn in the reader's font.
function measure({ nodes, links }) {
  for (const node of nodes) {
    node.wide = Math.max(2 * RADIUS, node.label.getBBox().width);
    node.high = HIGH * node.lines.length;
    node.w = node.wide + 14;
    node.h = node.high + 2 * RADIUS + 16;
  }
  for (const link of links) link.wide = link.label.getBBox().width;
}

function place(scene, view) {
  const at = (node) => [view.x + node.x * view.k, view.y + node.y * view.k];
  for (const node of scene.nodes) {
    [node.left, node.top] = at(node);
    node.groups[0].setAttribute("transform", `translate(${node.left} ${node.top})`);
  }
  for (const { from, to, line, reach, label } of scene.links) {
    for (const one of [line, reach]) {
      one.setAttribute("x1", from.left);
      one.setAttribute("y1", from.top);
      one.setAttribute("x2", to.left);
      one.setAttribute("y2", to.top);
    }
    label.setAttribute("x", (from.left + to.left) / 2);
    label.setAttribute("y", (from.top + to.top) / 2 + 4);
  }
  labels(scene);
}

function labels(scene) {
  const weight = (node) => (node === scene.chosen ? 1e9 : 0) + (node.data.centre ? 1e6 : 0) + node.links.length;
  const nodes = scene.nodes.toSorted((a, b) => weight(b) - weight(a));
  const marks = nodes.map(({ left, top }) => ({
    left: left - RADIUS, right: left + RADIUS, top: top - RADIUS, bottom: top + RADIUS,
  }));
  const boxes = nodes.map((node) => ({
    left: node.left - node.wide / 2 - 3, right: node.left + node.wide / 2 + 3,
    top: node.top + RADIUS + 1, bottom: node.top + RADIUS + 5 + node.high,
  }));
  const links = scene.links.map((link) => {
    const [x, y] = [(link.from.left + link.to.left) / 2, (link.from.top + link.to.top) / 2];
    return { left: x - link.wide / 2 - 2, right: x + link.wide / 2 + 2, top: y - 8, bottom: y + 8 };
  });
  const seen = free([...boxes, ...links], marks);
  nodes.forEach((node, index) => flag(node, "quiet", !seen[index]));
  scene.links.forEach((link, index) => flag(link, "quiet", !seen[nodes.length + index]));
}

// Shows all of it; with `least` no smaller than that, and then the middle of the neighbourhood,
// or the upper end, is where it begins.
function fit(container, { nodes }, view, least = 0) {
  const { width, height } = container.getBoundingClientRect();
  const edge = (pick, value) => Math[pick](...nodes.map(value));
  const [left, right] = [edge("min", (n) => n.x - n.w / 2), edge("max", (n) => n.x + n.w / 2)];
  const [top, bottom] = [edge("min", (n) => n.y - 20), edge("max", (n) => n.y + n.h - 10)];
  const whole = Math.min(1.1, width / (right - left), height / (bottom - top));
  view.k = Math.max(whole, least);
  let [x, y] = [(left + right) / 2, (top + bottom) / 2];
  if (view.k > whole) {
    const centres = nodes.filter((node) => node.data.centre);
    if (centres.length === 1) [{ x, y }] = centres;
    else y = top + Math.min(bottom - top, height / view.k) / 2;
  }
  view.x = width / 2 - x * view.k;
  view.y = height / 2 - y * view.k;
}

function zoom(container, view, factor, at) {
  const box = container.getBoundingClientRect();
  const [x, y] = at ?? [box.width / 2, box.height / 2];
  const k = Math.max(0.05, Math.min(5, view.k * factor));
  view.x = x - ((x - view.x) / view.k) * k;
  view.y = y - ((y - view.y) / view.k) * k;
  view.k = k;
}

function byPointer(scene, view, { draw, choose, focus, zoom: by }) {
  const { root, tip } = scene;
  const down = new Map();
  let moved = 0;
  const spot = (event) => {
    const box = root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const under = (event) => {
    const group = event.target.closest?.("g");
    return [...scene.nodes, ...scene.links].find((one) => one.groups.includes(group));
  };
  const alone = scene.nodes.filter((node) => node.data.centre).length === 1;
  let pressed = null;
  root.addEventListener("pointerdown", (event) => {
    pressed = under(event);
    moved = 0;
    down.set(event.pointerId, spot(event));
  });
  root.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) {
      hover(scene, under(event), spot(event));
      return;
    }
    const now = spot(event);
    const [x, y] = [now[0] - before[0], now[1] - before[1]];
    moved += Math.hypot(x, y);
    if (moved < DRAG) return;
    if (!root.hasPointerCapture(event.pointerId)) root.setPointerCapture(event.pointerId);
    tip.hidden = true;
    if (down.size === 2) {
      const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const gap = (at) => Math.hypot(at[0] - other[0], at[1] - other[1]) || 1;
      by(gap(now) / gap(before), other);
    } else {
      view.x += x;
      view.y += y;
      draw();
    }
    down.set(event.pointerId, now);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    root.addEventListener(name, (event) => {
      down.delete(event.pointerId);
      if (name === "pointercancel" || moved >= DRAG || !pressed) return;
      if (pressed.from || (pressed.data.centre && alone)) choose(pressed);
      else focus(pressed.data.id);
    });
  }
  root.addEventListener("pointerleave", () => hover(scene, null));
  // The wheel alone scrolls the page, as everywhere.
  root.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    by(event.deltaY < 0 ? 1.15 : 1 / 1.15, spot(event));
  }, { passive: false });
}

// What is under the pointer is told in full, and what it is not linked with steps back.
function hover(scene, one, at) {
  if (one === scene.over && !at) return;
  scene.over = one;
  scene.root.classList.toggle("aside", Boolean(one));
  const near = new Set(one ? [one, one.from, one.to, ...(one.links ?? []),
    ...(one.links ?? []).flatMap((link) => [link.from, link.to])] : []);
  for (const each of [...scene.nodes, ...scene.links]) flag(each, "near", near.has(each));
  scene.tip.hidden = !one;
  if (!one) return;
  const { data } = one;
  scene.tip.textContent = shown(one.from
    ? `${data.bridge.join(", ") || "link"}: ${WAY[linkKind(data)] ?? linkKind(data)}` : data.text);
  const { width, height } = scene.root.getBoundingClientRect();
  const [x, y] = at;
  scene.tip.style.left = `${Math.max(4, Math.min(x + 14, width - scene.tip.offsetWidth - 4))}px`;
  scene.tip.style.top = `${y + scene.tip.offsetHeight + 24 > height ? y - scene.tip.offsetHeight - 12 : y + 18}px`;
}

// Left and right go from item to item, up and down along the links of one; Enter shows its neighbours.
function byKeys(scene, { choose, focus, steering }) {
  let node = null;
  const step = (all, by) => {
    if (!all.length) return null;
    const at = all.indexOf(scene.chosen);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length];
    choose(next);
    return next;
  };
  const keys = {
    ArrowRight: () => { scene.chosen = node ?? scene.chosen; node = step(scene.nodes, 1); },
    ArrowLeft: () => { scene.chosen = node ?? scene.chosen; node = step(scene.nodes, -1); },
    ArrowDown: () => step(node?.links ?? [], 1),
    ArrowUp: () => step(node?.links ?? [], -1),
    Enter: () => node && focus(node.data.id),
    "+": () => steering.zoom(1.3),
    "-": () => steering.zoom(1 / 1.3),
    0: () => steering.fit(),
  };
  scene.root.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || !scene.nodes.length) return;
    event.preventDefault();
    keys[event.key]();
  });
}
