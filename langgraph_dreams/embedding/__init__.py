"""Embedders: the local MiniLM, and any LangChain embeddings."""
