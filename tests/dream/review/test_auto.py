"""A rule in the place of a person: what it holds back, and what goes with that."""

from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import WordEmbedder, episode
from pydantic import ValidationError
from review_support import MIND, POLICY, of_kind, pages_of, rich, untouched

from langgraph_dreams import (
    DreamPolicy,
    DreamReport,
    DreamStore,
    Link,
    Namespace,
    Operation,
    Trust,
    create_dream_graph,
    dream_node,
)
from langgraph_dreams.errors import InvalidInputError
from langgraph_dreams.types.base import now
from langgraph_dreams.types.operations import propose
from langgraph_dreams.types.review import ReviewRule, fault


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=POLICY) as store:
        yield store.namespace("ada")


def policy(**rule: Any) -> DreamPolicy:
    return POLICY.model_copy(update={"review": ReviewRule(**rule)})


def auto(namespace: Namespace, **rule: Any) -> DreamReport:
    rich(namespace)
    return namespace.dream(model=MIND, review="auto", policy=policy(**rule))


def test_a_rule_without_bounds_lets_all_pass(ada: Namespace) -> None:
    report = auto(ada)
    assert report.status == "committed"
    assert "held_back" not in report.counts
    assert pages_of(report)


def test_kinds(ada: Namespace) -> None:
    report = auto(ada, kinds=("add_link",))
    assert report.status == "committed"
    assert {o.kind for o in report.operations} == {"add_link"}
    assert not ada.memories()
    assert not ada.core().lines
    assert any("held back" in note and "(add_memory)" in note for note in report.notes)
    assert report.counts["held_back"] > 1
    assert "add_memory" not in report.counts
    assert ada.counts()["undreamt"] == 0


def test_weight(ada: Namespace) -> None:
    rich(ada)
    dry = ada.dream(model=MIND, dry_run=True)
    weights = sorted((o.after or {})["weight"] for o in dry.operations if o.kind == "add_link")
    bound = weights[len(weights) // 2]
    assert weights[0] < bound
    report = ada.dream(model=MIND, review="auto", policy=policy(least_weight=bound))
    kept = [link.weight for link in ada.links()]
    assert kept
    assert min(kept) >= bound
    assert len(kept) == sum(weight >= bound for weight in weights)
    assert any(f"of a weight below {bound:g}" in note for note in report.notes)


def test_how_many_say_so(ada: Namespace) -> None:
    twice = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
    ada.record([episode(twice, day=0), episode(twice, day=1)])
    held = ada.dream(review="auto", policy=policy(least_sources=3))
    assert not ada.memories()
    assert any("from fewer than 3 episodes" in note for note in held.notes)
    ada.rollback(held.id)
    ada.dream(review="auto", policy=policy(least_sources=2))
    assert [m.text for m in ada.memories()] == [twice]


def test_trust(ada: Namespace) -> None:
    ada.record(
        [
            episode("The Brandhorst kiln fires twelve pots.", day=0, trust=Trust.ASSERTED),
            episode("The Brandhorst kiln fires twelve pots.", day=1, trust=Trust.ASSERTED),
        ]
    )
    report = ada.dream(review="auto", policy=policy(least_trust=Trust.TRUSTED))
    assert not ada.memories()
    assert any("of a trust below TRUSTED" in note for note in report.notes)


def test_a_link_to_what_nobody_vouches_for_is_untrusted() -> None:
    rule = ReviewRule(least_trust=Trust.ASSERTED)
    link = Link(
        id="l1", a="e1", b="e2", channel="bridge", weight=0.3, created=now(),
        evidence={"cosine": 0.4},
    )  # fmt: skip
    assert not fault(rule, propose("d1", "add_link", link))
    doubted = link.model_copy(update={"evidence": {"trust": 0.0}})
    assert fault(rule, propose("d1", "add_link", doubted)) == "of a trust below ASSERTED"


def test_a_rule_of_ones_own(ada: Namespace) -> None:
    rich(ada)

    def few(operation: Operation) -> bool:
        return operation.kind != "add_link"

    graph = create_dream_graph(ada, model=MIND, review="auto", approve=few).compile()
    report = DreamReport.model_validate(graph.invoke({})["report"])
    assert not ada.links()
    assert of_kind(report, "add_memory")
    assert any("by the caller's rule" in note for note in report.notes)


def test_a_dry_run_tells_what_the_rule_would_hold_back(ada: Namespace) -> None:
    rich(ada)
    dry = ada.dream(model=MIND, review="auto", dry_run=True, policy=policy(kinds=("add_memory",)))
    assert dry.status == "dry_run"
    assert {o.kind for o in dry.operations} == {"add_memory"}
    assert untouched(ada)


def test_in_a_node(ada: Namespace) -> None:
    rich(ada)
    node = dream_node(ada, model=MIND, review="auto", approve=lambda _: False, output="night")
    report = node.invoke({})["night"]
    assert report["status"] == "committed"
    assert not report["operations"]
    assert not ada.memories()
    assert not ada.links()


def raising(operation: Operation) -> bool:
    raise RuntimeError(operation.id)


@pytest.mark.parametrize("rule", [raising, lambda _: "yes", lambda _: None])
def test_a_rule_that_fails_writes_nothing(ada: Namespace, rule: Any) -> None:
    rich(ada)
    graph = create_dream_graph(ada, review="auto", approve=rule).compile()
    with pytest.raises(InvalidInputError, match="approve"):
        graph.invoke({})
    assert untouched(ada)
    assert ada.vault.leases.holder() is None


def test_bad_arguments(ada: Namespace) -> None:
    for given in ({"review": "perhaps"}, {"review": None}, {"approve": "yes"}):
        with pytest.raises(InvalidInputError):
            create_dream_graph(ada, **given)
        with pytest.raises(InvalidInputError):
            dream_node(ada, **given)
    for rule in ({"least_weight": 2}, {"kinds": ("nothing",)}, {"least_sources": 0}, {"more": 1}):
        with pytest.raises(ValidationError):
            ReviewRule(**rule)
