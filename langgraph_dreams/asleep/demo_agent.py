"""The former name of `langgraph_dreams.server.demo_agent`; it goes with version 0.6."""

import warnings

from langgraph_dreams.server.demo_agent import agent as agent

warnings.warn(
    f"{__name__} is now langgraph_dreams.server.demo_agent: name that in langgraph.json",
    FutureWarning,
    stacklevel=2,
)
