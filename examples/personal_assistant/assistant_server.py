"""The assistant and its dream, as langgraph.json names them."""

import os

from assistant import build

from langgraph_dreams import DreamStore, create_dream_graph

store = DreamStore.open(os.environ.get("LANGGRAPH_DREAMS_STORE", "./memory"))
memory = store.namespace("assistant", "mara")
assistant = build(memory)
dream = create_dream_graph(memory).compile(name="dream")
