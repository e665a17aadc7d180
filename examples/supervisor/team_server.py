"""The team and its dream, as langgraph.json names them."""

import os

from team import build

from langgraph_dreams import DreamStore, create_dream_graph

store = DreamStore.open(os.environ.get("LANGGRAPH_DREAMS_STORE", "./memory"))
memory = store.namespace("workshop")
team = build(memory)
dream = create_dream_graph(memory).compile(name="dream")
