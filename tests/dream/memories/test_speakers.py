"""In a group each member's words are that member's: nobody ends or confirms what another said."""

from typing import Any

import pytest
from dream_support import WordEmbedder, episode

from langgraph_dreams import DreamStore, Episode, Memory, Namespace, Trust
from langgraph_dreams.dream.memories.notes import Proposal, proposals
from langgraph_dreams.dream.memories.reconcile import reconcile
from langgraph_dreams.dream.memories.speakers import same_speaker, speaker
from langgraph_dreams.dream.memories.windows import Window
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.dream.runtime.prompts import Note
from langgraph_dreams.dream.transaction.apply import apply
from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.types.items import memory_id


def ended(first: Episode, second: Episode, **fields: Any) -> list[str]:
    """Kinds of change that a claim makes: what the user's place was, and is now."""
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        ada.record([first, second])
        context = StageContext(ada.vault, ada.policy, print)
        old = memory("The user lives in Berlin.", first)
        apply(ada.vault, tuple(settle(context, Proposal(old)).operations()))
        new = memory("The user lives in Paris.", second, **fields)
        ledger = settle(context, Proposal(new, replaces=old.id))
        return [operation.kind for operation in ledger.operations()]


def settle(context: StageContext, proposal: Proposal) -> Any:
    return reconcile(context, {"dream": "d2", "recalls": []}, [proposal])


def memory(text: str, source: Episode, **fields: Any) -> Memory:
    given = {"sources": (source.id,), "trust": Trust.TRUSTED, "about": "user", **fields}
    return Memory(
        id=memory_id("fact", text), text=text, valid_from=source.time,
        last_confirmed=source.time, learned_at=source.time, **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("I live in Berlin.", "ann"), ("I live in Paris.", "bob")),
        (("I live in Berlin.", ""), ("I live in Paris.", "bob")),
        (("From: Ann\nI live in Berlin.", ""), ("From: Bob\nI live in Paris.", "")),
        (("Ann: I live in Berlin.", ""), ("Bob: I live in Paris.", "")),
        (("I live in Berlin.", ""), ("[Bob 10:12] I live in Paris.", "")),
        (("Ann: I live in Berlin.", "bridge"), ("Bob: I live in Paris.", "bridge")),
        (("I live in Berlin.", "ann"), ("From: Bob\nI live in Paris.", "ann")),
    ],
)
def test_no_claim_lets_one_end_what_another_said(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    first = episode(one[0], day=0, speaker=one[1])
    second = episode(other[0], day=3, speaker=other[1])
    assert ended(first, second) == ["add_memory"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("I live in Berlin.", "ann"), ("I live in Paris.", "Ann")),
        (("I live in Berlin.", ""), ("I live in Paris.", "user")),
        (("From: Ann\nI live in Berlin.", ""), ("[Ann 10:12] I live in Paris.", "")),
        (("Ann: I live in Berlin.", ""), ("Ann: I live in Paris.", "")),
        (("I live in Berlin.", ""), ("Update: I live in Paris.", "")),
    ],
)
def test_each_corrects_himself(one: tuple[str, str], other: tuple[str, str]) -> None:
    first = episode(one[0], day=0, speaker=one[1])
    second = episode(other[0], day=3, speaker=other[1])
    assert ended(first, second) == ["add_memory", "supersede_memory"]


def test_what_an_agent_said_may_be_corrected() -> None:
    agents = episode("You live in Berlin.", day=0, speaker="assistant", origin="import")
    agents = agents.model_copy(update={"answered": agents.text, "said": ""})
    assert "supersede_memory" in ended(agents, episode("I live in Paris.", day=3))


def test_the_same_words_of_two_are_two_memories_each_about_one() -> None:
    turns = [episode("I am allergic to nuts.", day=n, speaker=who) for n, who in enumerate("ab")]
    window = Window(episodes=tuple(turns), old=frozenset(), memories=(), language=ENGLISH)
    notes = [
        Note(text="The user is allergic to nuts.", about="the user", sources=[n]) for n in (1, 2)
    ]
    made, refused = proposals(notes, window, "d1", turns[0].time)
    assert not refused
    assert [p.memory.about for p in made] == ["a", "b"]
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        ada.record(turns)
        context = StageContext(ada.vault, ada.policy, print)
        ledger = reconcile(context, {"dream": "d1", "recalls": []}, made)
    assert [o.kind for o in ledger.operations()] == ["add_memory", "add_memory"]


def test_who_said_it() -> None:
    plain = episode("I live in Rome.", day=0, speaker="Ann")
    forwarded = episode("From: Bob\nI live in Rome.", day=1, speaker="Ann")
    assert (speaker(plain), speaker(forwarded)) == ("Ann", "bob")
    assert not same_speaker(plain, forwarded)
    assert same_speaker(plain, episode("I moved.", day=2, speaker="ann"))


@pytest.mark.parametrize("second", ["Ann", "Bob"])
def test_a_group_without_a_model(ada: Namespace, second: str) -> None:
    said = [("I live in Berlin.", "Ann"), ("I live in Paris.", second)]
    made: list[str] = []
    for day, (text, who) in enumerate(said):
        ada.record([episode(f"[{who} 10:12] {text}", day=day, thread=f"t{day}")])
        made += [o.kind for o in ada.dream().operations]
    assert ("supersede_memory" in made) == (second == "Ann")


@pytest.fixture
def ada() -> Any:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("ada")
