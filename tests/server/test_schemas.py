"""What LangGraph Studio makes its forms of: titles, descriptions, ranges, defaults."""

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AnyMessage, HumanMessage
from langgraph.graph.state import CompiledStateGraph
from pydantic import TypeAdapter

from langgraph_dreams import DreamReport, DreamStore, Namespace, NamespaceError, create_dream_graph
from langgraph_dreams.dream.graph import STAGES
from langgraph_dreams.dream.runtime.progress import ABOUT
from langgraph_dreams.policy import Budget
from langgraph_dreams.server.demo_agent import agent
from langgraph_dreams.server.graphs import dream, served
from langgraph_dreams.server.memory import recall, remember
from langgraph_dreams.server.sweep import sweep

Schema = dict[str, Any]
GRAPHS = {
    "dream": dream,
    "recall": recall,
    "remember": remember,
    "sweep": sweep,
    "agent": agent,
}
_FOREIGN = TypeAdapter(list[AnyMessage]).json_schema()["$defs"]


def fields(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Every field of a schema and of those in it; not those of LangChain's messages."""
    own = {name: one for name, one in schema.get("$defs", {}).items() if name not in _FOREIGN}
    for one in (schema, *own.values()):
        for name, field in one.get("properties", {}).items():
            yield f"{one['title']}.{name}", field
            yield from fields(field | {"$defs": {}})


@pytest.mark.parametrize("name", GRAPHS)
def test_every_field_has_a_title_and_a_description(name: str) -> None:
    graph: CompiledStateGraph[Any, Any, Any, Any] = GRAPHS[name]
    assert graph.name == name
    context = graph.get_context_jsonschema() or {}
    for schema in (graph.get_input_jsonschema(), graph.get_output_jsonschema(), context):
        for where, field in fields(schema):
            assert field.get("title"), where
            assert field.get("description"), where
    for node, one in graph.nodes.items():
        assert node == "__start__" or one.metadata, node


def test_the_form_of_a_dream_has_ranges_and_defaults() -> None:
    schema = dream.get_input_jsonschema()
    given = schema["properties"]
    assert (given["focus"]["type"], given["focus"]["default"]) == ("string", "")
    assert (given["dry_run"]["type"], given["dry_run"]["default"]) == ("boolean", False)
    budget = given["budget"]["properties"]
    assert set(budget) == set(Budget.model_fields)
    assert (budget["calls"]["minimum"], budget["calls"]["default"]) == (0, Budget().calls)
    assert budget["money"]["anyOf"][0] == {"type": "number", "minimum": 0}
    assert not schema.get("required")  # a dream needs no input
    context = dream.get_context_jsonschema() or {}
    assert context["properties"]["namespace"]["type"] == "string"
    assert context["required"] == ["namespace"]
    least = sweep.get_input_jsonschema()["properties"]["least_episodes"]
    assert (least["minimum"], least["default"]) == (1, 10)


def test_the_output_of_a_dream_is_its_report_with_all_fields() -> None:
    report = dream.get_output_jsonschema()["properties"]
    assert list(report) == ["report"]
    assert set(report["report"]["properties"]) == set(DreamReport.model_fields)


def test_a_graph_in_a_graph_shows_its_nodes() -> None:
    drawn = {node.id: node.metadata for node in agent.get_graph(xray=True).nodes.values()}
    for stage, about in ABOUT.items():
        assert drawn[f"dream:{stage}"] == {"description": about}
    assert list(ABOUT) == list(STAGES)


def test_a_template_is_filled_from_the_context(store: DreamStore) -> None:
    template = store.namespace("acme", "{user_id}", "{team}")
    graph = create_dream_graph(template).compile()
    schema = graph.get_context_jsonschema() or {}
    assert schema["required"] == ["user_id", "team"]
    assert store.namespace("acme").context_schema is None
    found = graph.invoke({}, context={"user_id": "ada", "team": "kiln"})
    assert found["report"]["namespace"] == ["acme", "ada", "kiln"]
    # A run's own config comes first, as everywhere else.
    asked: Any = {"configurable": {"user_id": "ben"}}
    found = graph.invoke({}, asked, context={"user_id": "ada", "team": "kiln"})
    assert found["report"]["namespace"] == ["acme", "ben", "kiln"]
    with pytest.raises(NamespaceError, match="team"):
        graph.invoke({}, context={"user_id": "ada"})


def test_good_night_dreams_within_the_agent(
    store: DreamStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "_store", store)
    ada: Namespace = store.namespace("ada")
    ada.record([])
    asked: Any = {"configurable": {"namespace": "ada"}}
    said = {"messages": [HumanMessage("Good night!")]}
    told = agent.invoke(said, asked)
    assert told["messages"][-1].text == "I slept, and dreamt nothing."
    assert ada.report(told["report"]["id"]).status == "noop"
