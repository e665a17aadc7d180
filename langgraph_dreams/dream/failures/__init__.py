"""Runs that failed: what went wrong, and what worked for it later, elsewhere."""
