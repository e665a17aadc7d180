"""What every stage runs with: context, state, settings, progress, prompts."""
