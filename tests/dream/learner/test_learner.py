"""The slow learner: what it learns, when that holds, and that it goes with its dream."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dream_support import WordEmbedder, episode
from helpers_store import memory
from narrate_support import context, state

from langgraph_dreams import DreamPolicy, DreamStore, Memory, Namespace, Trust
from langgraph_dreams.dream.learner.fit import factors_of, fitted
from langgraph_dreams.dream.learner.learn import learn, lesson_of
from langgraph_dreams.dream.learner.parts import PARTS, Candidates, candidates_of
from langgraph_dreams.dream.learner.questions import known_questions, sound
from langgraph_dreams.dream.learner.trial import Trial, interval
from langgraph_dreams.recall.candidates import RecallQuery
from langgraph_dreams.recall.learned import learned_in, weighted
from langgraph_dreams.recall.query import recall, scored_for
from langgraph_dreams.types.items import memory_id
from langgraph_dreams.types.operations import propose
from langgraph_dreams.types.weights import Learned, WeightsVersion

THINGS = 48
"""Questions of the namespace that is learned from."""
MISLED = DreamPolicy(
    substance_weight=2.0,
    pool=24,
    neighbours=1,
    learner=True,
    guard_questions=0,
    channels=(),
    episodes_per_dream=20,
)
"""Long turns go before the short ones that answer."""
PLAIN = MISLED.model_copy(update={"learner": False})


def alike(number: int, *, telling: str, seed: int = 0) -> list[Candidates]:
    """Questions of five items each; only the part `telling` knows the evidence."""
    noise = np.random.default_rng(seed)
    found = []
    for _ in range(number):
        parts = noise.random((5, len(PARTS))) / 2
        evidence = np.zeros(5, dtype=bool)
        evidence[noise.integers(5)] = True
        if telling:
            parts[evidence, PARTS.index(telling)] += 0.5
        found.append(Candidates(parts, evidence))
    return found


@pytest.fixture(scope="module")
def ada() -> Iterator[Namespace]:
    """Short turns that answer, among long ones in the same words, and memories that ask."""
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256), policy=MISLED) as store:
        ada = store.namespace("acme", "ada")
        fill(ada)
        yield ada


def fill(ada: Namespace) -> None:
    turns, made = [], []
    for n in range(THINGS):
        short = episode(f"The vault{n} code is rune{n}.", day=n, thread=f"a{n}")
        again = episode(f"So the vault{n} code is rune{n} now.", day=n, thread=f"c{n}")
        turns += [short, again]  # neither is found by far best
        for m in range(11):
            long = " ".join(f"word{n}x{m}x{i}" for i in range(14))
            turns.append(episode(f"A vault{n} code, {long}.", day=n, position=m, thread=f"b{n}{m}"))
        made.append(
            memory(
                f"Entry number {n} opens by rune{n}.",
                [short.id, again.id],
                questions=(f"Which is the vault{n} code?",),
                status="active",
                trust=2,
            )
        )
    ada.record(turns)
    ada.vault.put_memories(made)


# -- the fit


def test_what_tells_nothing_is_left_as_it_is() -> None:
    weights = fitted(alike(200, telling=""), pull=10)
    assert np.allclose(weights, 1, atol=0.25)


def test_what_tells_the_evidence_counts_more() -> None:
    weights = dict(zip(PARTS, fitted(alike(200, telling="thread"), pull=0.1), strict=True))
    assert weights["thread"] > 1.5 * max(v for name, v in weights.items() if name != "thread")


def test_the_lift_is_not_learned() -> None:
    assert fitted(alike(50, telling="lift"))[PARTS.index("lift")] == 1


def test_the_more_it_is_pulled_the_less_it_moves() -> None:
    some, less = (fitted(alike(100, telling="dense"), pull=p) for p in (0.5, 50))
    assert np.linalg.norm(less - 1) < np.linalg.norm(some - 1)
    assert np.linalg.norm(fitted(alike(100, telling="dense"), pull=1e6) - 1) < 0.01


def test_the_same_questions_give_the_same_weights() -> None:
    assert (fitted(alike(30, telling="dense")) == fitted(alike(30, telling="dense"))).all()
    assert (fitted([]) == 1).all()


def test_weights_as_factors_keep_the_scale_of_the_hybrid_score() -> None:
    policy = DreamPolicy()
    assert set(factors_of(np.ones(len(PARTS)), policy).values()) == {1.0}
    twice = factors_of(np.full(len(PARTS), 2.0), policy)
    assert twice["dense_weight"] == 1.0
    assert twice["thread_weight"] == 1.0
    far = factors_of(np.array([9.0, 0.01, *[9] * (len(PARTS) - 2)]), policy)
    assert set(far.values()) <= {0.5, 2.0} | {v for v in far.values() if 0.5 <= v <= 2}


# -- in recall


def test_factors_multiply_the_settings() -> None:
    policy = DreamPolicy(thread_weight=0.5, dense_weight=0.5, neighbour_weight=0.8)
    new = weighted(policy, {"thread_weight": 1.5, "dense_weight": 3.0, "neighbour_weight": 2.0})
    assert (new.thread_weight, new.dense_weight) == (0.75, 0.75)
    assert new.neighbour_weight == 1.0
    assert DreamPolicy(**new.model_dump()) == new


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_is_switched_off_stays_off(share: float) -> None:
    policy = DreamPolicy(dense_weight=share, thread_weight=0, link_weight=0)
    new = weighted(policy, {"dense_weight": 2.0, "thread_weight": 2.0, "link_weight": 2.0})
    assert (new.dense_weight, new.thread_weight, new.link_weight) == (share, 0, 0)


def version(number: int, dream: str, **fields: Any) -> WeightsVersion:
    values = {"factors": {"thread_weight": 1.0 + number / 10}, "embedder": "words", **fields}
    return WeightsVersion(version=number, dream=dream, **values)


def test_the_last_version_holds_that_is_by_none_of_these_dreams() -> None:
    learned = Learned().followed_by(version(1, "d1")).followed_by(version(2, "d2"))
    assert learned.in_force("words") == learned.versions[1]
    assert learned.in_force("words", {"d2"}) == learned.versions[0]
    assert learned.in_force("words", {"d1", "d2"}) is None
    assert learned.in_force("others") is None
    assert learned.followed_by(version(3, "d3", factors={})).in_force("words") is None
    many = learned
    for n in range(3, 30):
        many = many.followed_by(version(n, f"d{n}"))
    assert len(many.versions) == 8
    assert many.last == 29


# -- what is held back


def test_the_interval_is_the_same_every_time() -> None:
    values = np.array([0.0, 1.0, 0.0, 0.5, 0.0, 0.0, -0.5, 1.0])
    assert interval(values) == interval(values)
    low, high = interval(values)
    assert low < values.mean() < high
    assert interval(np.full(20, 0.25)) == (0.25, 0.25)
    assert interval(np.zeros(0)) == (0, 0)


def test_only_a_gain_without_a_doubt_is_one() -> None:
    assert Trial(40, 0.1, 0.01, 0.2).better
    assert not Trial(40, 0.1, 0.0, 0.2).better
    assert not Trial(40, 0.1, -0.01, 0.2).better
    assert not Trial(40, 0.1, 0.01, 0.2, asked=-0.05).better


def test_a_question_is_not_answered_by_its_own_memory(ada: Namespace) -> None:
    question = known_questions(ada.vault)[0]
    told = recall(ada.vault, question.text, 10, PLAIN)
    apart = recall(ada.vault, question.text, 10, PLAIN, apart={question.key})
    assert question.key in {r.item.id for r in told.memories}
    assert question.key not in {r.item.id for r in apart.memories}
    assert not any(r.why.memory == question.key for r in apart.items)


def test_the_parts_add_up_to_the_score(ada: Namespace) -> None:
    question = known_questions(ada.vault)[3]
    (own,) = candidates_of(ada.vault, PLAIN, [question])
    found = recall(ada.vault, question.text, 20, PLAIN, apart={question.key})
    sums = sorted(own.parts.sum(axis=1), reverse=True)
    scores = sorted((r.score for r in found.items), reverse=True)
    assert np.allclose(sums[: len(scores)], scores, atol=1e-3)
    assert own.evidence.sum() == 2


@pytest.mark.slow
def test_it_learns_from_the_older_and_is_tried_on_the_later(ada: Namespace) -> None:
    lesson = lesson_of(ada.vault, PLAIN, sound(ada.vault))
    assert lesson is not None
    assert lesson.factors["substance_weight"] < 0.9
    assert lesson.trained + lesson.trial.questions == THINGS
    assert lesson.trial.better, lesson
    assert lesson == lesson_of(ada.vault, PLAIN, sound(ada.vault))


def test_a_few_questions_teach_nothing(ada: Namespace) -> None:
    vault = ada.vault
    few = known_questions(vault)[:20]
    kept = {m.id: m for q in few for m in q.memories}
    known = replace(sound(vault), memories=kept)
    assert lesson_of(vault, PLAIN, known, few[:10]) is None


def test_rehearsals_are_questions_and_no_key_to_themselves() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        ada = store.namespace("acme", "ada")
        (turn,) = ada.record([episode("The vault code is rune.", day=0)])
        told = memory("It opens by rune.", [turn], status="active", trust=2)
        asked = Memory(
            id=memory_id("rehearsal", "Which is the code of the vault?"),
            text="Which is the code of the vault?",
            kind="rehearsal",
            status="active",
            sources=(turn,),
            cites=(told.id,),
            learned_at=told.learned_at,
            trust=Trust.TRUSTED,
        )
        ada.vault.put_memories([told, asked])
        (question,) = known_questions(ada.vault)
        assert (question.text, question.origin) == (asked.text, "rehearsal")
        assert (question.memories, question.evidence) == ((told,), (turn,))
        vector = ada.vault.embed_questions([asked.text])
        query = RecallQuery(ada.vault, asked.text, vector, ada.policy)
        both = scored_for(query, 10)[1].lift
        apart = scored_for(replace(query, apart=frozenset({asked.id})), 10)[1]
        assert both.max() > apart.lift.max()


# -- in a dream


def test_a_sleep_learns_nothing(ada: Namespace) -> None:
    assert learn(context(ada, mind=False, **MISLED.model_dump()), state()) == []


def learned_here(ada: Namespace, dream: str = "d0123456789", **policy: Any) -> list[Any]:
    settings = {**MISLED.model_dump(), **policy}
    return learn(context(ada, mind=False, **settings), state(dream=dream, levels={"weights": ""}))


def test_it_is_off_unless_asked_for(ada: Namespace) -> None:
    assert not DreamPolicy().learner
    assert learned_here(ada, learner=False) == []


def test_what_is_no_better_is_not_kept(ada: Namespace) -> None:
    """By the usual weights nothing is lost here, so that nothing can be gained."""
    assert learned_here(ada, substance_weight=0.0) == []


def test_what_is_no_better_any_more_is_given_up(ada: Namespace) -> None:
    old = Learned().followed_by(version(1, "d1", embedder="words"))
    ada.vault.put_learned(old)
    (made,) = learned_here(ada, substance_weight=0.0)
    ada.vault.put_learned(Learned())
    assert made.learned().versions[-1].factors == {}
    assert made.learned().last == 2
    assert made.state_before() == old


@pytest.mark.slow
def test_a_dream_keeps_what_it_learned_and_takes_it_along() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256), policy=MISLED) as store:
        ada = store.namespace("acme", "ada")
        fill(ada)
        tried = ada.dream(dry_run=True, depth="deep")
        assert "change_weights" in {o.kind for o in tried.operations}
        assert ada.vault.get_learned() == Learned()
        report = ada.dream(depth="deep")
        assert report.status == "committed"
        (made,) = [o for o in report.operations if o.kind == "change_weights"]
        (kept,) = ada.vault.get_learned().versions
        assert made.learned().versions == (kept,)
        assert kept.dream == report.id
        assert report.health["learner_gain"] == kept.gain > 0
        assert kept.low > 0
        assert "Recall weighs anew, version 1" in report.summary
        assert "recall@10" in str(ada.diff(report.id))
        # Recall heeds it, unless told to do without the dream, or without the learner.
        assert learned_in(ada.vault, MISLED) == kept
        assert learned_in(ada.vault, MISLED, [report.id]) is None
        assert learned_in(ada.vault, PLAIN) is None

        def asked(**given: Any) -> list[tuple[str, float]]:
            found = ada.recall("Which is the vault3 code?", note=False, floor=0, **given)
            return [(r.item.id, r.score) for r in found.items]

        plain = asked(policy=PLAIN)
        assert asked() != plain
        if not kept.query_map:
            assert asked(policy=weighted(PLAIN, kept.factors)) == asked()
        # Its links go too, so it is compared without them.
        without = MISLED.model_copy(update={"links": False})
        bare = PLAIN.model_copy(update={"links": False})
        assert asked(policy=without, without_dream=report.id) == asked(policy=bare)
        ada.rollback(report.id)
        assert ada.vault.get_learned() == Learned()
        assert asked(policy=without) == asked(policy=bare)


def test_a_single_change_of_the_weights_is_undone(ada: Namespace) -> None:
    new = Learned().followed_by(version(1, "d1"))
    made = propose("d1", "change_weights", new, before=Learned())
    assert made.target == "weights"
    assert made.state_after() == new
    assert made.state_before() == Learned()
