"""The first week of a personal assistant: what it links, and what it keeps of what is said once."""
