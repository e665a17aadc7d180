"""Surroundings of every stage: context, state, settings, progress, prompts."""
