"""The blocks of a Markdown page, and what its Python blocks may take for granted."""

import re
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph
from mind_support import model

from examples.attach.scripted import scripted

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^( *)```(\w+)[^\n]*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


def blocks(page: Path, language: str = "") -> list[tuple[str, str]]:
    """Language and text of the blocks of a page in order; of one language if it is named."""
    found = [(b[2], _outdented(b[3], b[1])) for b in _BLOCK.finditer(page.read_text())]
    return [block for block in found if language in ("", block[0])]


def _outdented(text: str, indent: str) -> str:
    return "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))


def answer(state: MessagesState) -> dict[str, Any]:
    return {"messages": [AIMessage("I see.")]}


def scope() -> dict[str, Any]:
    """What the pages say "your graph", "your model" and so on to."""
    graph = StateGraph(MessagesState).add_node(answer).add_edge(START, "answer")
    return {
        "__name__": "page",
        "graph": graph.compile(),
        "builder": StateGraph(MessagesState).add_node(answer).add_edge(START, "answer"),
        "chat_model": model(),
        "create_agent": create_agent,
        "model": scripted("I see."),
        "tools": [],
    }


def run_python(page: Path, given: dict[str, Any]) -> None:
    """Run the Python blocks of a page one after the other; they share their names."""
    for number, (_, text) in enumerate(blocks(page, "python"), start=1):
        exec(compile(text, f"{page.name}, block {number}", "exec"), given)
