"""The associations of a namespace as GraphML, for tools that show and measure graphs.

A node does not tell who said its text, so what nobody vouches for and what reads as instructions is
left out, with its links.
"""

from pathlib import Path

import networkx as nx

from langgraph_dreams.exporters.folder import write_file
from langgraph_dreams.exporters.markdown import day_of, plain_line
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.safety.trust import may_become, vouched
from langgraph_dreams.types.items import Episode, Memory

_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF))


def write_graphml(namespace: Namespace, path: Path) -> tuple[dict[str, int], int]:
    """Write the links that hold and what they join; returns counts, and the items left out.

    Raises InvalidInputError when the file cannot be written.
    """
    links = sorted(namespace.links(), key=lambda link: link.id)
    ends = sorted({end for link in links for end in (link.a, link.b)})
    vault = namespace.vault
    scale = vault.downscaling(namespace.policy.downscale)
    items = vault.get(ends)
    graph = nx.Graph(name="/".join(namespace.parts))
    for id_, item in items.items():
        if may_become(item) and not (isinstance(item, Memory) and item.rehearses):
            graph.add_node(id_, **_node(item))
    for link in links:
        if link.a in graph and link.b in graph:
            lasting = link.status == "consolidated"
            graph.add_edge(
                link.a,
                link.b,
                id=link.id,
                kind=link.kind,
                channel=plain_line(link.channel),
                concept=_xml(", ".join(link.bridge)),
                weight=round(scale(link.weight, link.since, consolidated=lasting), 6),
                status=link.status,
                uses=link.uses,
            )
    lines = (f"{line}\n".encode() for line in nx.generate_graphml(graph))
    write_file(path, lines)
    episodes = sum(kind == "episode" for _, kind in graph.nodes(data="kind"))
    counts = {"episode": episodes, "memory": len(graph) - episodes, "link": graph.size()}
    return counts, len(ends) - len(graph)


def _node(item: Episode | Memory) -> dict[str, str]:
    if isinstance(item, Memory):
        date = (item.valid_from or item.learned_at).date().isoformat()
        return {"kind": item.kind, "date": date, "status": item.status, "text": _xml(item.text)}
    text = _xml(vouched(item))
    return {"kind": "episode", "date": day_of(item), "text": text, "thread": _xml(item.thread)}


def _xml(text: str) -> str:
    """A text that XML takes."""
    return plain_line(text.translate(_NO_XML))
