"""The set of facts that change, and what is measured on it."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from benchmarks import updates
from benchmarks.runner import CachingEmbedder
from benchmarks.sets import Half
from benchmarks.updates_set import Fact, Life, Version, life
from langgraph_dreams import Episode, LocalEmbedder, Memory, Recall, RecallItem, Why
from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.language import English

HALVES: tuple[Half, Half] = ("first", "second")
SMALL = 4


@pytest.fixture(scope="module")
def embedder() -> CachingEmbedder:
    """The runs are about the same texts."""
    return CachingEmbedder(LocalEmbedder())


# -- the set


def test_there_are_enough_facts_that_change_and_lookalikes() -> None:
    facts = [fact for half in HALVES for fact in life(half).facts]
    wording = Counter(fact.wording for fact in facts)
    assert wording["near"] + wording["reworded"] >= 80
    assert abs(wording["near"] - wording["reworded"]) <= 10
    assert wording["steady"] >= 12
    assert len({fact.domain for fact in facts}) >= 9
    assert sum(len(life(half).lookalikes) for half in HALVES) >= 120
    kinds = {other.kind for half in HALVES for other in life(half).lookalikes}
    assert kinds >= {"other person", "other attribute", "past event", "additive", "hypothetical"}
    assert kinds >= {"question", "other unit", "quote", "series", "list item", "other speaker"}


@pytest.mark.parametrize("half", HALVES)
def test_a_value_tells_its_version_from_the_others(half: Half) -> None:
    for fact in life(half).facts:
        assert (len(fact.versions) > 1) == (fact.wording != "steady"), fact.id
        for index, version in enumerate(fact.versions):
            others = [v for i, v in enumerate(fact.versions) if i != index]
            assert all(version.value not in other.memory for other in others), fact.id
            assert version.value in version.memory, fact.id


@pytest.mark.parametrize("half", HALVES)
def test_no_two_turns_are_the_same_and_versions_come_in_order(half: Half) -> None:
    told = life(half)
    assert len({turn.text for turn in told.turns}) == len(told.turns)
    memories = [turn.memory for turn in told.turns if turn.memory]
    assert len(set(memories)) == len(memories)
    assert [t.time for t in told.turns] == sorted(t.time for t in told.turns)
    near = {fact.id for fact in told.facts} | {
        name for name, count in Counter(o.near for o in told.lookalikes).items() if count > 1
    }
    assert all(other.near in near for other in told.lookalikes)
    for fact in told.facts:
        turns = [turn for turn in told.turns if turn.fact == fact.id]
        assert [turn.version for turn in turns] == list(range(len(fact.versions)))
        assert len({turn.session for turn in turns}) == len(turns)


def test_the_set_is_the_same_every_time() -> None:
    before = life("first").turns
    life.cache_clear()
    assert life("first").turns == before


@pytest.mark.parametrize(
    ("half", "least"), [("first", 0.65), pytest.param("second", 0.5, marks=pytest.mark.slow)]
)
def test_without_a_model_no_lookalike_is_taken_for_a_change(half: Half, least: float) -> None:
    turns = [turn for turn in life(half).turns if turn.speaker == life(half).speaker]
    found = versions = 0
    for old, new in combinations(turns, 2):
        same = bool(old.fact) and old.fact == new.fact
        said = contradiction(old.text, new.text)
        assert same or said is None, (old.text, new.text, said)
        versions += same
        found += same and said is not None
    assert found >= least * versions


# -- what is measured


def recall(*items: Episode | Memory) -> Recall:
    entries = [RecallItem(item=item, score=1.0, why=Why()) for item in items]
    return Recall(
        query="q",
        items=tuple(e for e in entries if isinstance(e.item, Episode)),
        memories=tuple(e for e in entries if isinstance(e.item, Memory)),
    )


def test_the_first_entry_that_states_a_version_counts() -> None:
    told = life("first")
    fact = next(fact for fact in told.facts if fact.id == "rent")
    episodes = {turn.id: updates._episode(turn) for turn in told.turns}
    by_episode = {episodes[turn.id].id: turn for turn in told.turns}
    old, new = (episodes[t.id] for t in told.turns if t.fact == "rent")
    other = next(episodes[t.id] for t in told.turns if t.near == "rent")
    memory = Memory(
        id="m1",
        text="The rent was raised from 900 euros to 950 euros.",
        sources=(old.id, new.id),
        learned_at=new.time,
    )
    assert updates.stated(recall(other, old, new), fact, by_episode) == 0
    assert updates.stated(recall(other, new, old), fact, by_episode) == 1
    assert updates.stated(recall(old, memory), fact, by_episode) == 1
    assert updates.stated(recall(other), fact, by_episode) is None
    outdated = memory.model_copy(update={"text": "The rent is 900 euros."})
    assert updates.stated(recall(new, outdated), fact, by_episode) == 0


@pytest.mark.slow
def test_a_careful_model_brings_what_holds_first(embedder: CachingEmbedder) -> None:
    told = life("first", SMALL)
    plain = updates.run(told, updates.BASELINE, embedder)
    score = updates.run(told, "dreams_scripted", embedder)
    assert score.first() >= 0.9
    assert score.first() > plain.first() + 0.2
    assert updates.share(score.as_of) >= 0.9
    assert score.supersessions[1] > 5
    assert score.supersessions[0] == score.unchanged[0] == plain.supersessions[1] == 0


@pytest.mark.slow
def test_a_model_that_claims_too_much_is_not_believed(
    embedder: CachingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = life("first", SMALL)
    score = updates.run(told, "dreams_careless", embedder)
    assert score.claims[0] > 10
    assert updates.share(score.supersessions) <= 0.02
    assert updates.share(score.unchanged) <= 0.02
    monkeypatch.setattr(English, "replacement_fault", lambda self, old, new: "")
    unguarded = updates.run(told, "dreams_careless", embedder)
    assert updates.share(unguarded.supersessions) > 0.2
    assert updates.share(unguarded.unchanged) > 0.02
    assert any(note.startswith("Superseded") for note in unguarded.notes)


def test_the_command_prints_and_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = Fact(
        "rent", "first", "home", "near", "rent", "What is the rent?",
        (
            Version("The rent is 900 euros.", "900", "The rent is 900 euros."),
            Version("The rent is 950 euros now.", "950", "The rent is 950 euros."),
        ),
    )  # fmt: skip
    whole = life("first")
    turns = tuple(turn for turn in whole.turns if turn.fact == "rent")
    small = Life("first", whole.speaker, (fact,), (), turns)
    monkeypatch.setattr(updates, "life", lambda half, part: small)
    out = tmp_path / "out.json"
    updates.main(["--half", "first", "--systems", "dreams", "--notes", "--json", str(out)])
    assert "dreams, first" in capsys.readouterr().out
    (row,) = json.loads(out.read_text())
    assert row["current"] == {"near": [1, 1]}
    assert row["supersessions"] == [0, 1]
