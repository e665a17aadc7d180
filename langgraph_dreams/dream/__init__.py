"""Asleep: the dream graph and its stages."""
