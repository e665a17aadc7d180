"""Approval of a dream before it is written, by a person or by a rule."""
