"""Forgetting without a loss: what is weak, and borne by something else, goes into an archive."""
