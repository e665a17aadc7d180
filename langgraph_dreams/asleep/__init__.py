"""Former names of what `langgraph_dreams.server` serves; they go with version 0.6."""
