"""The README's Python blocks run as they stand, one after the other."""

import re
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph
from mind_support import model

from langgraph_dreams import DreamPolicy

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


def answer(state: MessagesState) -> dict[str, Any]:
    return {"messages": [AIMessage("I see.")]}


def test_python_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    builder = StateGraph(MessagesState).add_node(answer).add_edge(START, "answer")
    scope: dict[str, Any] = {
        "graph": builder.compile(),
        "builder": StateGraph(MessagesState),
        "chat_model": model(),
        "create_agent": create_agent,
        "model": GenericFakeChatModel(messages=iter(["I see."])),
        "tools": [],
    }
    assert len(BLOCKS) >= 6
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), scope)
    with scope["store"]:
        assert scope["report"].status == "committed"
        assert "The kiln is a Brandhorst. because" in capsys.readouterr().out.replace(
            "user: ", ""
        ).replace("\nagent: I see.", "")
        assert {"recall", "record", "dream", "night"} <= set(scope["builder"].nodes)
        assert scope["undone"].dream == scope["report"].id
        assert scope["ada"].counts()["episodes"] == 0  # it was forgotten
        scope["dreamer"].close()
        assert len(scope["tools"]) == 2
        assert scope["quiet"].policy == DreamPolicy(links_per_item=4)
