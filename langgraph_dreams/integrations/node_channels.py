"""The channels of the graph that a node of ours runs in.

LangGraph drops what a node returns for a key that the state does not have, and a runnable is not
told of the graph that it is built into. Both are seen from a run's config, by names that LangGraph
keeps to itself: with anything unexpected the answer is that nothing is known.
"""

from collections.abc import Callable, Mapping
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError

_WHOLE = "__root__"
"""Channel of a state that has no keys; its reducer gets all that a node returns."""


def channels_of(config: RunnableConfig, function: Callable[..., Any]) -> Mapping[str, Any]:
    """The channels that take what `function` returns, by name; none unless it runs as a node.

    Called by a node, or in a chain of others, what it returns is not an update of the state.
    """
    configurable = config.get("configurable", {})
    try:
        first, second, *_ = configurable["__pregel_call"].args[0]().proc.steps
        channels = configurable["__pregel_read"].args[1]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return {}
    # After a node itself comes what writes its update; after a step of a chain, the next step.
    if getattr(_unbound(first), "func", None) is not function or not _writes(second):
        return {}
    return channels if isinstance(channels, Mapping) and _WHOLE not in channels else {}


def refuse_unknown(channels: Mapping[str, Any], key: str, node: str, argument: str) -> None:
    """Raise InvalidInputError if a node's result would be thrown away for want of its channel."""
    if channels and key not in channels:
        raise InvalidInputError(
            f"the state of this graph has no {shown(key)}, in which {node} puts its result: add"
            f" that key to the state's schema, or name one that it has by {argument}=..."
        )


def _unbound(runnable: Any) -> Any:
    """What is within `with_config` and the like."""
    while isinstance(bound := getattr(runnable, "bound", None), Runnable):
        runnable = bound
    return runnable


def _writes(step: Any) -> bool:
    return type(step).__name__ == "ChannelWrite"
