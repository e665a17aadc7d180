"""The dream as a node of any graph, whatever its state looks like."""

from collections.abc import Callable
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from langgraph_dreams._text import shown
from langgraph_dreams._validation import checked_word
from langgraph_dreams.dream.graph import create_dream_graph
from langgraph_dreams.dream.runtime.options import checked_depth, dream_input
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.integrations.node_channels import channels_of, refuse_unknown
from langgraph_dreams.namespace.dreaming import RUN
from langgraph_dreams.namespace.namespace import Namespace
from langgraph_dreams.policy import Budget
from langgraph_dreams.types.levels import Depth
from langgraph_dreams.types.review import Approve, ReviewMode


def dream_node(
    namespace: Namespace,
    *,
    focus: str | Callable[[Any], str] = "",
    output: str | None = None,
    model: str | BaseChatModel | None = None,
    budget: Budget | None = None,
    review: ReviewMode = "",
    approve: Approve | None = None,
    depth: Depth | None = None,
) -> Runnable[Any, dict[str, object]]:
    """A node that dreams: `builder.add_node("dream", dream_node(ada))`.

    It reads nothing from the parent's state and writes nothing to it, unless asked to; so it fits
    a TypedDict, a pydantic model, a dataclass or MessagesState alike. To see the stages inside,
    add `create_dream_graph(ada).compile()` as the node instead.

    Args:
        namespace: whose memory; a template is filled from the run's config.
        focus: what to start from, or a function of the parent's state that tells it.
        output: key of the parent's state that gets the report (a dict of JSON types); a state
            without it is refused by the node.
        model: "openai:NAME" or a chat model; None takes the namespace's, if it has one.
        budget: what a dream may spend on the model.
        review: "ask" interrupts the graph around it, which needs a checkpointer, and goes on with
            `Command(resume=...)`; "auto" lets a rule decide. See `create_dream_graph`.
        approve: the rule of your own for "auto".
        depth: as for `Namespace.dream`.

    Raises:
        InvalidInputError: an argument is not what it has to be, or the model has no key.
        MissingDependencyError: the model's package is not installed.
    """
    _check(focus, output)
    checked_depth(depth)
    graph = create_dream_graph(
        namespace, model=model, budget=budget, review=review, approve=approve
    )
    # A dream that waits for a person waits in the checkpointer of the graph around it.
    compiled = graph.compile(checkpointer=None if review == "ask" else False)

    def told(state: Any) -> Any:
        words = focus(state) if callable(focus) else focus
        return dream_input(words, False, None, depth=depth)

    def result(found: dict[str, object]) -> dict[str, Any]:
        return {output: found["report"]} if output else {}

    def check(config: RunnableConfig) -> None:
        if output:
            refuse_unknown(channels_of(config, dream), output, "dream_node", "output")

    def dream(state: Any, config: RunnableConfig) -> dict[str, object]:
        check(config)
        return result(compiled.invoke(told(state), RUN))

    async def adream(state: Any, config: RunnableConfig) -> dict[str, object]:
        check(config)
        return result(await compiled.ainvoke(told(state), RUN))

    return RunnableLambda(dream, adream, name="dream")


def _check(focus: object, output: str | None) -> None:
    if not isinstance(focus, str) and not callable(focus):
        raise InvalidInputError(f"focus is {shown(focus)}; pass words, or a function of the state")
    if output is not None:
        checked_word("output", output)
