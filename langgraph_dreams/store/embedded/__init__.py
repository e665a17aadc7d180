"""Chroma's own files in a folder: persisting, compaction, checks and repair."""
