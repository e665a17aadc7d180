"""Figures of a dream's health that follow from its counts."""

from collections.abc import Mapping


def health_of(counts: Mapping[str, int]) -> dict[str, float]:
    """Shares in [0, 1]: novelty, repeats, yield."""
    added = counts.get("add_link", 0) - counts.get("updates", 0)  # associations
    repeats = counts.get("repeats", 0)
    found = counts.get("candidates", 0)
    return {
        "novelty": round(added / (added + repeats), 4) if added + repeats else 0.0,
        "repeats": round(repeats / (added + repeats), 4) if added + repeats else 0.0,
        "yield": round(added / found, 4) if found else 0.0,
    }
