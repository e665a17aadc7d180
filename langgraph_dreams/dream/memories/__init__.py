"""Memories: distilled, merged, updated, and kept in the core."""
