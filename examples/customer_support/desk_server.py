"""The support agent and the dream of a user, as langgraph.json names them."""

import os

from support_desk import build, user_memory

from langgraph_dreams import DreamStore, create_dream_graph

store = DreamStore.open(os.environ.get("LANGGRAPH_DREAMS_STORE", "./memory"))
desk = build(store)
dream = create_dream_graph(user_memory(store)).compile(name="dream")
