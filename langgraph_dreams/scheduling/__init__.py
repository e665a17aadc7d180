"""The time to dream: idle, by the clock, and as delayed runs on a LangGraph server."""
