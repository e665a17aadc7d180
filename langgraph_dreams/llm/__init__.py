"""Calls of a chat model: typed answers from any text, retries, a hard budget."""
