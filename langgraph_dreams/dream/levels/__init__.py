"""Levels: which of them have their turn in a dream, and how deep it therefore goes."""
