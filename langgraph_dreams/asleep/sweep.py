"""The former name of `langgraph_dreams.server.sweep`; it goes with version 0.6."""

import warnings

from langgraph_dreams.server.sweep import sweep as sweep

warnings.warn(
    f"{__name__} is now langgraph_dreams.server.sweep: name that in langgraph.json",
    FutureWarning,
    stacklevel=2,
)
