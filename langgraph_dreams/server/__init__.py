"""Graphs that a LangGraph server serves, named in `langgraph.json`."""
