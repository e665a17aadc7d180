"""The derived index: words, links and memories in SQLite."""
