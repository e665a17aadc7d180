"""Collections of Chroma: calls, errors, one client of many threads, exact search."""
