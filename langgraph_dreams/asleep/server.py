"""The former name of `langgraph_dreams.server.graphs`; it goes with version 0.6."""

import warnings

from langgraph_dreams.server.graphs import ServedContext as ServedContext
from langgraph_dreams.server.graphs import dream as dream
from langgraph_dreams.server.graphs import served as served

warnings.warn(
    f"{__name__} is now langgraph_dreams.server.graphs: name that in langgraph.json",
    FutureWarning,
    stacklevel=2,
)
