"""The dream as a LangGraph graph: one node a stage, one module a node."""

from typing import Any

from langchain_core.language_models import BaseChatModel
from langgraph.graph import END, START, StateGraph

from langgraph_dreams._validation import checked_call
from langgraph_dreams.dream.runtime.context import (
    NamespaceResolver,
    Reviewing,
)
from langgraph_dreams.dream.runtime.options import checked_budget, checked_mode, checked_namespace
from langgraph_dreams.dream.runtime.progress import ABOUT
from langgraph_dreams.dream.runtime.state import DreamInput, DreamOutput, DreamState, naming
from langgraph_dreams.dream.runtime.within import DreamGraph
from langgraph_dreams.dream.stage_run import Stage, StageSpec, stage_node
from langgraph_dreams.dream.stages.appraise import appraise
from langgraph_dreams.dream.stages.associate import associate
from langgraph_dreams.dream.stages.commit import commit
from langgraph_dreams.dream.stages.consolidate import consolidate
from langgraph_dreams.dream.stages.gather import after_consolidate, after_gather, gather
from langgraph_dreams.dream.stages.narrate import narrate
from langgraph_dreams.dream.stages.review import review
from langgraph_dreams.llm.client import resolve_model
from langgraph_dreams.policy import Budget
from langgraph_dreams.types.review import Approve, ReviewMode

STAGES: dict[str, Stage] = {
    "gather": gather,
    "consolidate": consolidate,
    "associate": associate,
    "appraise": appraise,
    "narrate": narrate,
    "review": review,
    "commit": commit,
}


def create_dream_graph(
    namespace: NamespaceResolver,
    *,
    model: str | BaseChatModel | None = None,
    budget: Budget | None = None,
    review: ReviewMode = "",
    approve: Approve | None = None,
) -> StateGraph[DreamState, Any, DreamInput, DreamOutput]:
    """The dream graph of a namespace or of a template, to be compiled or built into another.

    Input: `focus`, `depth`, `dry_run`, `budget` and `review`, all optional. Output: `report`, a
    DreamReport as JSON.
    Works with `invoke`, `ainvoke`, `stream` and `astream`; `stream_mode="custom"` tells the
    progress as `DreamEvent`s (of a subgraph too), `"updates"` has `line` and `counts`. Within
    another graph it streams no `"values"`, which a chat page would take for the thread's. What a
    template has to be filled with may come as `context` too, and where nobody is authenticated in
    the input, as over MCP.

    Args:
        namespace: whose memory; a template is filled from the run's config.
        model: "openai:NAME" or any chat model; None takes the namespace's, if it has one.
        budget: what a dream may spend on the model when its input names no budget.
        review: who looks before anything is written, when its input names nobody. "ask" interrupts
            with a ReviewRequest, which LangChain's human in the loop and agent-chat-ui understand,
            and goes on with `Command(resume=...)`; it needs a checkpointer. The dream waits in the
            journal and holds up no other; one that is committed meanwhile overtakes it. "auto"
            lets a rule decide: `approve`, or the policy's `review`.
        approve: whether an operation may be written, for "auto"; it has to answer the same for the
            same operation.

    Raises:
        InvalidInputError: an argument is not what it has to be.
        MissingDependencyError: the model's package is not installed.
    """
    checked_namespace(namespace)
    checked_call("approve", approve)
    client = None if model is None else resolve_model(model)
    reviewing = Reviewing(checked_mode(review), approve)
    return build_graph(namespace, client, checked_budget(budget) or Budget(), reviewing)


def build_graph(
    namespace: NamespaceResolver, client: BaseChatModel | None, budget: Budget, reviewing: Reviewing
) -> StateGraph[DreamState, Any, DreamInput, DreamOutput]:
    """Build the graph, of what is checked already."""
    names = namespace.context_schema
    graph = DreamGraph(
        naming(DreamState, names),
        context_schema=names,
        input_schema=naming(DreamInput, names),
        output_schema=DreamOutput,
    )
    for name, stage in STAGES.items():
        spec = StageSpec(namespace, name, stage, client, budget, reviewing)
        graph.add_node(name, stage_node(spec), metadata={"description": ABOUT[name]})
    graph.add_edge(START, "gather")
    graph.add_conditional_edges("gather", after_gather, ["consolidate", "commit"])
    graph.add_conditional_edges("consolidate", after_consolidate, ["associate", "review"])
    for before, after in zip(list(STAGES)[2:], [*list(STAGES)[3:], END], strict=True):
        graph.add_edge(before, after)
    return graph
