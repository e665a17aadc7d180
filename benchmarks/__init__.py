"""Measurements of the library through its public face: evidence recall, and speed."""
