"""What the guard leaves out of a night, what it tells of recall, and nights rejected in a row."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from dream_support import SMALL, WordEmbedder, episode
from mind_support import life

from langgraph_dreams import (
    DreamReport,
    DreamStore,
    Episode,
    Link,
    Memory,
    Namespace,
    Operation,
    dream_all,
)
from langgraph_dreams.cli.main import main
from langgraph_dreams.dream.commit import recall_check
from langgraph_dreams.dream.commit.recall_check import Question, RecallCheck
from langgraph_dreams.dream.graph import STAGES
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.prompts import CONSOLIDATE
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import link_id, memory_id
from langgraph_dreams.types.operations import propose

STRICT = SMALL.model_copy(update={"loss_free": 0, "loss_per_dream": 0.3, "loss_per_week": 0.9})
MISLED = SMALL.model_copy(
    update={"link_weight": 2.0, "lone_link_weight": 2.0, "hops": 1, "seeds": 5}
)
TOLD = (
    "lantern Oslo polished sexton",
    "ladder Bergen painted carpenter",
    "kettle Turin mended tinker",
    "saddle Siena stitched farrier",
    "violin Cremona tuned luthier",
    "anchor Genoa raised diver",
    "carpet Izmir woven aunt",
    "bell Ghent cast founder",
    "map Lisbon drawn pilot",
    "mirror Murano cut glazier",
    "clock Basel wound watchman",
    "barrel Porto rolled cooper",
)
"""Of twelve turns that have nothing in common: a thing, a town, a deed, a trade."""
Wrong = Callable[[Sequence[str]], Sequence[Operation]]


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        yield store.namespace("ada")


def under(ada: Namespace, policy: Any) -> Namespace:
    return ada._store.namespace("ada", policy=policy)  # type: ignore[no-any-return]


def goes_wrong(monkeypatch: pytest.MonkeyPatch, wrong: Wrong) -> None:
    """Nights propose these operations besides, for the ids of their new episodes."""
    plain = STAGES["narrate"]

    def narrate(context: StageContext, state: Any) -> Any:
        more = [o.model_dump(mode="json") for o in wrong(state["episodes"])]
        return plain(context, {**state, "operations": [*state["operations"], *more]})

    monkeypatch.setitem(STAGES, "narrate", narrate)


def memory(text: str, source: str) -> Memory:
    fields = {"id": memory_id("fact", text), "text": text, "sources": (source,)}
    return Memory.model_validate({**fields, "learned_at": now(), "status": "active"})


def adding(texts: Sequence[str], source: str) -> list[Operation]:
    return [propose("d", "add_memory", memory(text, source)) for text in texts]


def linking(pairs: Sequence[tuple[str, str]]) -> list[Operation]:
    links = (
        Link(id=link_id(a, b), a=a, b=b, channel="bridge", weight=1.0, created=now())
        for a, b in pairs
    )
    return [propose("d", "add_link", link) for link in links]


# -- left out


def copies() -> list[str]:
    return [line for line in CONSOLIDATE.splitlines() if len(line.split()) > 3][:4]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (copies(), "new memories that are a copy of the prompt"),
        (["...", "!", "- -", "?!"], "new memories without words"),
        (["Same here.", "same, here", "SAME HERE!", "Same: here"], "say what another new memory"),
    ],
)
def test_degenerate_memories_are_left_out_and_the_rest_is_written(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch, bad: list[str], why: str
) -> None:
    ada.record(life(1, 3))
    good = ["The kiln was mended by Odile.", "The harbour lamp is green."]
    goes_wrong(monkeypatch, lambda new: adding([*good, *bad], new[0]))
    report = ada.dream()
    assert report.status == "committed"
    texts = [m.text for m in ada.memories()]
    assert {*good} <= {*texts}
    kept = [text for text in bad if text in texts]
    assert len(kept) == (1 if "Same" in bad[0] else 0)
    gone = len(bad) - len(kept)
    assert report.health["left_out"] == gone
    assert any(n.startswith(f"left out {gone} operations: ") and why in n for n in report.notes)
    assert report.counts["add_memory"] == sum(o.kind == "add_memory" for o in report.operations)
    assert ada.report(report.id) == report


def misled(ada: Namespace) -> tuple[list[Episode], list[Episode]]:
    """Questions that were asked of some turns, and others that answer none of them."""
    asked = life(1, 12)
    junk = [episode(f"zzz{n} qqq{n} vvv{n}", day=90 + n) for n in range(12)]
    ada.record([*asked, *junk])
    for turn in asked:
        ada.recall(turn.text, 5)
    return asked, junk


def test_links_that_hide_what_was_found_are_left_out(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, junk = misled(ada)
    bait = linking([(turn.id, target.id) for target in junk for turn in asked])
    goes_wrong(monkeypatch, lambda new: [*adding(["The kiln is Odile's."], new[0]), *bait])
    report = under(ada, MISLED).dream()
    assert report.status == "committed"
    assert "The kiln is Odile's." in [m.text for m in ada.memories()]
    gone = {o.target for o in bait} - {link.id for link in ada.links()}
    assert len(gone) == report.health["left_out"] > 0
    assert any("known questions lose their evidence to them" in n for n in report.notes)
    assert report.health["recall_with"] >= report.health["recall_without"] - MISLED.recall_loss


def test_what_rests_on_what_is_left_out_goes_with_it(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.record(life(1, 3))
    bad, good = copies(), "The harbour lamp is green."

    def wrong(new: Sequence[str]) -> list[Operation]:
        added = adding([good, *bad], new[0])
        return [*added, *linking([(added[1].target, new[1]), (added[0].target, new[2])])]

    goes_wrong(monkeypatch, wrong)
    report = ada.dream()
    assert report.status == "committed"
    ends = {end for link in ada.links() for end in (link.a, link.b)}
    assert memory_id("fact", good) in ends
    assert memory_id("fact", bad[0]) not in ends
    assert any(n.startswith("left out 1 operations that rest on these") for n in report.notes)


def test_a_night_of_nothing_else_is_rejected(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.record(life(1, 3))
    goes_wrong(monkeypatch, lambda new: adding(copies(), new[0]))
    report = ada.dream()
    assert report.status == "rejected"
    assert "4 of 4 new memories are empty, repeated, or copies of the prompt" in report.notes[-1]
    assert ada.memories() == []


# -- recall that was lost


def test_what_recall_loses_is_told_by_question_and_cause(ada: Namespace) -> None:
    asked, junk = misled(ada)
    bait = linking([(turn.id, target.id) for target in junk for turn in asked])
    context = StageContext(ada.vault, MISLED, lambda _: None)
    questions = recall_check.questions(context, bait, [n.id for n in ada.vault.recalls()])
    check = recall_check.checked(context, bait, questions)
    first, *each = check.notes(bait)
    assert first == (
        f"recall of known questions falls from {check.before:.1%} to {check.after:.1%};"
        f" {len(check.lost)} of {len(questions)} lose evidence"
    )
    assert len(each) == min(5, len(check.lost)) > 0
    question, gone, came = check.lost[0]
    assert each[0].startswith(f"{question.name} finds {gone[0]}")
    assert "in their place" in each[0]
    assert came[0] in each[0]
    assert "by add_link l" in each[0]
    assert recall_check.checked(context, [], questions).notes([]) == []


def test_a_loss_that_is_rounding_is_not_told() -> None:
    asked = [Question("q", '"q"', frozenset(["e1"]))]
    lost = [(asked[0], ["e1"], [])]
    assert RecallCheck(asked, 0.9, 0.897, lost).notes([]) == []
    assert RecallCheck(asked, 0.897, 0.9, lost).notes([]) == []
    told = RecallCheck(asked, 0.9, 0.8, lost).notes([])
    assert told[1].endswith("nothing in their place, by operations on what leads there")


# -- nights in a row


def ending(memories: Sequence[Memory]) -> Wrong:
    """A night that ends every memory of its new episodes."""

    def wrong(new: Sequence[str]) -> list[Operation]:
        gone = [m for m in memories if set(m.sources) & set(new)]
        after = {"status": "retired", "valid_to": now()}
        return [propose("d", "retire_memory", m.model_copy(update=after), before=m) for m in gone]

    return wrong


def rejected_nights(ada: Namespace, monkeypatch: pytest.MonkeyPatch, nights: int) -> DreamReport:
    """Nights that would end nine of ten memories, of episodes that were not dreamt of."""
    turns = [
        episode(f"The {thing} of {town} was {deed} by the {trade}.", day=number)
        for number, (thing, town, deed, trade) in enumerate(map(str.split, TOLD))
    ]
    ada.record(turns)
    memories = [memory(f"The shop knows: {turn.text}", turn.id) for turn in turns[:10]]
    ada.vault.put_memories(memories)
    goes_wrong(monkeypatch, ending(memories[:9]))
    for _ in range(nights):
        report = under(ada, STRICT).dream()
        assert report.status == "rejected"
    return report


def test_the_third_rejected_night_sets_aside_what_was_at_fault(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = rejected_nights(ada, monkeypatch, 2)
    assert (second.health["rejections"], second.health["set_aside"]) == (2, 0)
    assert ada.counts()["undreamt"] == 12
    third = under(ada, STRICT).dream()
    assert (third.status, third.health["rejections"], third.health["set_aside"]) == (
        "rejected",
        3,
        9,
    )
    assert third.notes[-1].startswith("set aside 9 episodes, which are not dreamt of again: 3 nigh")
    aside = {e.id for e in ada.episodes() if e.dreamt == third.id}
    assert len(aside) == 9
    assert aside <= {*third.episodes}
    assert ada.recall(ada.episodes(sorted(aside))[0].text).items, "recall finds them"
    fourth = under(ada, STRICT).dream()
    assert fourth.status == "committed"
    assert {*fourth.episodes} == {*third.episodes} - aside
    assert len(ada.memories()) >= 10


def test_a_backlog_goes_on_when_what_was_at_fault_is_set_aside(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected_nights(ada, monkeypatch, 1)
    backlog = dream_all(under(ada, STRICT))
    assert (backlog.dreamt, backlog.left) == (12, 0)
    assert [d.status for d in backlog.dreams][-2:] == ["rejected", "committed"]


def test_a_night_that_was_committed_in_between_ends_the_row(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = rejected_nights(ada, monkeypatch, 2)
    ada.vault.put_dream(
        DreamReport(
            id="dbetween", namespace=("ada",), number=1, status="committed",
            started=second.finished, finished=now(),
        )
    )  # fmt: skip
    third = under(ada, STRICT).dream()
    assert (third.status, third.health["set_aside"]) == ("rejected", 0)


# -- what doctor says


def test_doctor_names_the_nights_and_what_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with DreamStore.open(tmp_path / "store", embedder=WordEmbedder(), policy=SMALL) as store:
        ada = store.namespace("ada")
        assert [f for f in store.check() if f["level"] != "ok"] == []
        second = rejected_nights(ada, monkeypatch, 2)
        [told] = [f for f in store.check() if f["level"] == "warning"]
        assert told["subject"] == "ada"
        assert "rejected with the same episodes: 2; rejected: 9 of 10 memories" in told["text"]
        assert second.id in told["advice"]
        third = under(ada, STRICT).dream()
        [told] = [f for f in store.check() if f["level"] == "warning"]
        assert told["text"].startswith(f"9 episodes are set aside since dream {third.id}")
        assert under(ada, STRICT).dream().status == "committed"
        [told] = [f for f in store.check() if f["level"] == "warning"]
        assert "set aside" in told["text"]
    assert main(["doctor", "--store", str(tmp_path / "store"), "--json"]) == 0
    assert "9 episodes are set aside" in capsys.readouterr().out
