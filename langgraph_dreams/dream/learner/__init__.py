"""The slow learner: what recall counts how much, learned from questions whose evidence is known."""
