"""Forgetting: selection, effects, the plan, and carrying it out."""
