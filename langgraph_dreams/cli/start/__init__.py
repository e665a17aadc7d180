"""Commands to begin with: the demo, and a project of one's own."""
