"""The commit of a dream: its report, the guard, and the store as it would be."""
