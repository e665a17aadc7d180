"""Cost of every operation by the size of the store."""
