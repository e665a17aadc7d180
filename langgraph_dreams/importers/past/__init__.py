"""The past of an agent, read where it lies: checkpoints, a server's threads, notes."""
