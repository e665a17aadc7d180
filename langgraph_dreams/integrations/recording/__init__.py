"""Turns of an agent recorded as episodes, from callbacks and state."""
