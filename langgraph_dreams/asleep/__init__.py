"""Asleep without being told: dreams on the LangGraph server."""
