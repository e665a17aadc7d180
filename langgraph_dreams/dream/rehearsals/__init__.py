"""Rehearsals: questions that a later session could ask, made of what was learned, and checked."""
