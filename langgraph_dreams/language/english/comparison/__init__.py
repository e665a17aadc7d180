"""Two statements compared: what changed, what ends what, what says the same again."""
