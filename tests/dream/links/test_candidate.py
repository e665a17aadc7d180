"""Candidates in the state of the graph, as checkpoints keep them."""

import json

from langgraph_dreams.dream.links.candidate import Candidate, ScoreParts, Signals

KEPT = {
    "a": "e2",
    "b": "e1",
    "channel": "bridge",
    "bridge": ["Brandhorst kiln", "glaze"],
    "evidence": {"rarity": 3.5, "names": 1.0, "fan": 2.0, "cosine": 0.4, "walked": 0.0},
    "doubted": [],
}
"""As earlier versions wrote it."""
DOUBTED = {**KEPT, "evidence": {**KEPT["evidence"], "trust": 0.0}, "doubted": ["e1"]}


def test_what_an_earlier_version_kept_is_read_and_written_as_it_is() -> None:
    for kept in (KEPT, DOUBTED):
        candidate = Candidate.from_state(json.loads(json.dumps(kept)))
        assert candidate.to_state() == kept
        assert list(candidate.to_state()["evidence"]) == list(kept["evidence"])


def test_a_doubted_end_is_told_by_the_link() -> None:
    candidate = Candidate.from_state(KEPT).with_doubted(("e1",))
    assert candidate.to_state() == DOUBTED
    assert Candidate.from_state(KEPT).with_doubted(()) == Candidate.from_state(KEPT)


def test_a_link_keeps_what_was_measured_and_nothing_else() -> None:
    signals = Signals(rarity=3.5, names=1.0, fan=2.0, cosine=0.4, walked=0.0)
    parts = ScoreParts(
        coherence=0.9, surprise=0.6, usefulness=0.0, affect=0.0, heuristic=3.15, score=3.15
    )
    scored = Candidate("e2", "e1", "bridge", ("glaze",), signals).with_parts(parts)
    assert scored.evidence() == {
        "rarity": 3.5, "names": 1.0, "fan": 2.0, "cosine": 0.4, "walked": 0.0,
        "coherence": 0.9, "surprise": 0.6, "usefulness": 0.0, "affect": 0.0,
        "heuristic": 3.15, "score": 3.15,
    }  # fmt: skip
    assert (scored.pair, scored.bridge, scored.kind) == (("e2", "e1"), ("glaze",), "association")
