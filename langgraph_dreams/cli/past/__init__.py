"""The commands that take up what an agent has been through."""
