"""A trial on what one has: whether dreams help a log, told before anything is kept."""
