"""The summary of a dream and its story."""
