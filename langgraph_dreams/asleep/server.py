"""The former name of `langgraph_dreams.server.graphs`; it goes with version 0.6."""

import warnings

from langgraph_dreams.server.graphs import dream as dream

warnings.warn(
    f"{__name__} is now langgraph_dreams.server.graphs: name that in langgraph.json",
    DeprecationWarning,
    stacklevel=2,
)
