"""A hundred nights beside memory that is rewritten; `python -m benchmarks.life`."""
