"""Recall: hybrid candidates, memories as keys, spreading along links, the order of updates."""
