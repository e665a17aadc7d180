// Places for the items of a picture: linked ones near each other, and no two labels in one place.

const TURN = 2.39996; // the golden angle: a start without chance, so that one picture is one picture
const LINK = 150; // pixels between linked items
const MANY = 200;

const GAP = 12; // pixels between groups

// Nodes have w and h, the room their label takes below their middle; they get x and y. What hangs
// together is laid out by itself, and the groups are set in rows, so that none crosses another.
export function arrange(nodes, links, ratio) {
  const groups = connected(nodes, links).map((group) => {
    lay(group.nodes, group.links, ratio);
    return bounded(group.nodes);
  });
  rows(groups, ratio);
}

function connected(nodes, links) {
  const head = new Map(nodes.map((node) => [node, node]));
  const find = (node) => {
    let at = node;
    while (head.get(at) !== at) at = head.get(at);
    head.set(node, at);
    return at;
  };
  for (const { from, to } of links) head.set(find(from), find(to));
  const groups = new Map();
  const of = (node) => {
    const at = find(node);
    if (!groups.has(at)) groups.set(at, { nodes: [], links: [] });
    return groups.get(at);
  };
  for (const node of nodes) of(node).nodes.push(node);
  for (const link of links) of(link.from).links.push(link);
  return [...groups.values()];
}

function lay(nodes, links, ratio) {
  nodes.sort((a, b) => b.links.length - a.links.length);
  nodes.forEach((node, index) => {
    const radius = 70 * Math.sqrt(index);
    node.x = Math.cos((index - 1) * TURN) * radius * ratio;
    node.y = Math.sin((index - 1) * TURN) * radius;
  });
  const rounds = nodes.length > MANY ? 80 : 260;
  for (let round = 0; round < rounds; round += 1) pull(nodes, links, ratio, 1 - round / rounds);
  for (let round = 0; round < rounds && part(nodes); round += 1);
}

function bounded(nodes) {
  const left = Math.min(...nodes.map((node) => node.x - node.w / 2));
  const top = Math.min(...nodes.map((node) => node.y - node.h / 2));
  return { nodes, left, top,
    wide: Math.max(...nodes.map((node) => node.x + node.w / 2)) - left + GAP,
    high: Math.max(...nodes.map((node) => node.y + node.h / 2)) - top + GAP };
}

// Sets groups side by side, the highest first, in the rows that make the best use of the shape.
function rows(groups, ratio) {
  groups.sort((a, b) => b.high - a.high || b.wide - a.wide);
  const widest = Math.max(...groups.map(({ wide }) => wide));
  let best = null;
  for (let most = widest, tries = 0; tries < 30; tries += 1, most *= 1.15) {
    const found = inRows(groups, most);
    if (!best || Math.max(found.wide, found.high * ratio) < Math.max(best.wide, best.high * ratio)) best = found;
  }
  for (const { group, x, y } of best.places) {
    for (const node of group.nodes) {
      node.x += x - group.left;
      node.y += y - group.top;
    }
  }
}

function inRows(groups, most) {
  const waiting = [...groups];
  const places = [];
  let [y, widest] = [0, 0];
  while (waiting.length) {
    const { high } = waiting[0];
    const row = [];
    let x = 0;
    for (let at = 0; at < waiting.length;) {
      const group = waiting[at];
      if (x + group.wide <= most + 1) {
        row.push({ group, x, y: y + (high - group.high) / 2 });
        x += group.wide;
        waiting.splice(at, 1);
      } else at += 1;
    }
    places.push(...row.map((one) => ({ ...one, x: one.x - x / 2 })));
    widest = Math.max(widest, x);
    y += high;
  }
  return { places, wide: widest, high: y };
}

function pull(nodes, links, ratio, heat) {
  for (const node of nodes) {
    node.dx = -node.x * 0.012 / ratio;
    node.dy = -node.y * 0.012 * ratio;
  }
  each(nodes, (a, b, x, y) => {
    const push = 16000 / (x * x + y * y + 100);
    const far = Math.hypot(x, y) || 1;
    a.dx += (x / far) * push * 0.5;
    a.dy += (y / far) * push * 0.5;
    b.dx -= (x / far) * push * 0.5;
    b.dy -= (y / far) * push * 0.5;
  });
  for (const { from, to } of links) {
    const x = to.x - from.x;
    const y = to.y - from.y;
    const far = Math.hypot(x, y) || 1;
    const draw = (far - LINK) * 0.06;
    from.dx += (x / far) * draw;
    from.dy += (y / far) * draw;
    to.dx -= (x / far) * draw;
    to.dy -= (y / far) * draw;
  }
  const most = 4 + 50 * heat;
  for (const node of nodes) {
    node.x += Math.max(-most, Math.min(most, node.dx));
    node.y += Math.max(-most, Math.min(most, node.dy));
  }
}

// Moves apart what overlaps; false when nothing did.
function part(nodes) {
  let moved = false;
  each(nodes, (a, b, x, y) => {
    const wide = (a.w + b.w) / 2 - Math.abs(x);
    const high = (a.h + b.h) / 2 - Math.abs(y);
    if (wide <= 0 || high <= 0) return;
    moved = true;
    if (wide < high) {
      const by = (wide / 2 + 0.5) * (x < 0 ? -1 : 1);
      a.x += by;
      b.x -= by;
    } else {
      const by = (high / 2 + 0.5) * (y < 0 ? -1 : 1);
      a.y += by;
      b.y -= by;
    }
  });
  return moved;
}

function each(nodes, act) {
  for (let i = 0; i < nodes.length; i += 1) {
    for (let j = i + 1; j < nodes.length; j += 1) {
      act(nodes[i], nodes[j], nodes[i].x - nodes[j].x, nodes[i].y - nodes[j].y);
    }
  }
}

// Which of the boxes {left, top, right, bottom} can be shown: each that meets none before it.
export function free(boxes, taken = []) {
  const placed = [...taken];
  return boxes.map((box) => {
    const meets = placed.some((other) => box.left < other.right && other.left < box.right
      && box.top < other.bottom && other.top < box.bottom);
    if (!meets) placed.push(box);
    return !meets;
  });
}
