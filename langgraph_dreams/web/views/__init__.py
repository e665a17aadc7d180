"""JSON that the journal page shows, a module a part of the page."""
