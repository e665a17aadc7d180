"""The former name of `langgraph_dreams.web.server`; it goes with version 0.6."""
