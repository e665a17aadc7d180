"""The former name of `langgraph_dreams.web.server`; it goes with version 0.6."""

import warnings

from langgraph_dreams.web.server import app as app

warnings.warn(
    f"{__name__} is now langgraph_dreams.web.server: name that in langgraph.json",
    FutureWarning,
    stacklevel=2,
)
