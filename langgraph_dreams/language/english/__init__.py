"""English: statements, differences, updates, contradictions, dates."""
