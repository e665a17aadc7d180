"""Forgetting is complete: what came of the forgotten goes, what others bear out stays."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dream_support import FIRST, SECOND, SMALL, START, WordEmbedder, day, episode
from forget_support import PLAIN, SECRET, WORDS, derive, tell
from helpers_store import link, memory
from mind_support import model

from langgraph_dreams import DreamStore, InvalidInputError, Memory, Namespace
from langgraph_dreams.errors import BusyError
from langgraph_dreams.namespace.session import NamespaceSession
from langgraph_dreams.types.forgotten import Forgotten


@pytest.fixture
def ada(tmp_path: Path) -> Iterator[Namespace]:
    with DreamStore.open(tmp_path, embedder=WordEmbedder()) as store:
        yield store.namespace("acme", "ada", policy=SMALL)


def whole(namespace: Namespace) -> str:
    """Everything that can be asked of a namespace, as one text."""
    reports = [namespace.report(report.id) for report in namespace.dreams()]
    parts: list[Any] = [
        namespace.episodes(),
        namespace.memories(),
        namespace.links(include_expired=True),
        namespace.core(),
        reports,
        namespace.vault.recalls(undreamt=False),
    ]
    return repr(parts)


def test_nothing_of_a_thread_can_be_asked_for_any_more(ada: Namespace) -> None:
    secret, plain = tell(ada)
    derive(ada, secret, plain)

    gone = ada.forget(thread="thread-of-sorrows")

    assert gone.episodes == tuple(e.id for e in secret)
    left = whole(ada)
    assert [word for word in (*WORDS, *gone.episodes, *gone.memories) if word in left] == []
    assert [e.id for e in ada.episodes()] == [e.id for e in plain]
    assert ada.counts() == {"episodes": 2, "memories": 2, "links": 1, "undreamt": 2}
    assert all(SECRET not in found.item.text for found in ada.recall("therapist", k=9).items)
    vault = ada.vault
    assert vault.frequencies(["quendolyn", "kiln"]) == {"quendolyn": 0, "kiln": 1}
    assert vault.surfaces(["quendolyn"])["quendolyn"] != "Quendolyn"
    assert gone.compacted


def test_a_memory_keeps_what_others_bear_out(ada: Namespace) -> None:
    secret, plain = tell(ada)
    shared = derive(ada, secret, plain)["shared"]

    gone = ada.forget(episodes=[secret[1].id])

    (kept,) = ada.memories([shared.id])
    assert (kept.sources, kept.confirmed, kept.quote) == ((plain[0].id,), 1, "")
    assert kept.valid_from == kept.last_confirmed == plain[0].time
    assert shared.id in gone.changed
    assert shared.id not in gone.memories
    line = next(line for line in ada.core().lines if line.memory == shared.id)
    assert line.sources == (plain[0].id,)


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("The kiln fires at nine hundred degrees.", True),
        ("The kiln fires at nine hundred degrees, says Quendolyn.", False),
        ("Moved practice, door code.", False),
    ],
)
def test_a_text_stays_only_if_a_remaining_source_bears_it_out(
    ada: Namespace, text: str, stays: bool
) -> None:
    secret, plain = tell(ada)
    ada.vault.put_memories([told := memory(text, [plain[0].id, secret[1].id])])

    gone = ada.forget(episodes=[secret[1].id])

    assert bool(ada.memories([told.id])) is stays
    assert (told.id in gone.memories) is not stays


def test_what_only_forgotten_evidence_ruled_out_holds_again(ada: Namespace) -> None:
    secret, plain = tell(ada)
    old = derive(ada, secret, plain)["old"]

    ada.forget(thread="thread-of-sorrows")

    (again,) = ada.memories([old.id])
    assert (again.status, again.valid_to, again.superseded_by) == ("active", None, "")
    assert old.id in [found.item.id for found in ada.recall("kiln ten pots").memories]


def test_what_a_later_memory_rules_out_stays_so(ada: Namespace) -> None:
    secret, plain = tell(ada)
    new = memory("The kiln takes twelve pots.", [plain[0].id], valid_from=plain[0].time)
    middle = memory(
        "The kiln takes eleven pots.",
        [secret[0].id],
        status="superseded",
        superseded_by=new.id,
        valid_from=secret[0].time,
        valid_to=plain[0].time,
    )
    old = memory(
        "The kiln takes ten pots.",
        [plain[1].id],
        status="superseded",
        superseded_by=middle.id,
        valid_from=START,
        valid_to=secret[0].time,
    )
    ada.vault.put_memories([new, middle, old])

    gone = ada.forget(episodes=[secret[0].id])

    assert gone.memories == (middle.id,)
    (left,) = ada.memories([old.id])
    assert (left.status, left.superseded_by) == ("superseded", new.id)
    assert left.valid_to == plain[0].time


def test_an_insight_needs_two_memories(ada: Namespace) -> None:
    secret, plain = tell(ada)
    one = memory(PLAIN[0], [plain[0].id])
    two = memory(PLAIN[1], [plain[1].id])
    three = memory("Her practice moved.", [secret[1].id])
    ids = [one.id, two.id, three.id]
    wide = memory(
        "Pots and clay.", [plain[0].id, plain[1].id, secret[1].id], kind="insight", cites=ids
    )
    narrow = memory(
        "Kiln and course.", [plain[0].id, secret[1].id], kind="insight", cites=[one.id, three.id]
    )
    upon = memory("Shop.", [plain[0].id, plain[1].id], kind="insight", cites=[one.id, narrow.id])
    ada.vault.put_memories([one, two, three, wide, narrow, upon])

    gone = ada.forget(episodes=[secret[1].id])

    assert set(gone.memories) == {three.id, narrow.id, upon.id}
    (left,) = ada.memories([wide.id])
    assert left.cites == (one.id, two.id)


def test_links_of_others_are_cut_where_they_tell(ada: Namespace) -> None:
    secret, plain = tell(ada)
    derive(ada, secret, plain)
    ada.record([more := episode("Kilns are dear.", day=3)])
    ada.record([spelt := episode("Clay and kiln.", day=4, thread="x")])
    ada.record([kilns := episode("A kiln broke.", day=5, thread="x")])
    ada.add_links([link(spelt.id, kilns.id, bridge=("Kilns",))])

    gone = ada.forget(episodes=[secret[0].id, secret[1].id, more.id])

    left = {(x.a, x.b): x for x in ada.links()}
    assert left[plain[0].id, plain[1].id].helps == ""
    assert left[spelt.id, kilns.id].bridge == ("kiln",)
    assert len(gone.links) == 1
    assert len(left) == 2


def test_recall_notes_that_tell_go_and_others_lose_the_links(ada: Namespace) -> None:
    secret, plain = tell(ada)
    derive(ada, secret, plain)
    asked = {note.query: note for note in ada.vault.recalls()}

    gone = ada.forget(thread="thread-of-sorrows")

    assert gone.recalls == (asked["Who is Quendolyn?"].id,)
    (left,) = ada.vault.recalls()
    assert left.query == "What about the kiln?"
    assert list(left.links) == [x.id for x in ada.links()]


def test_the_journal_tells_nothing_of_it(ada: Namespace) -> None:
    secret, plain = tell(ada)
    shared = derive(ada, secret, plain)["shared"]

    gone = ada.forget(thread="thread-of-sorrows")

    report = ada.report("dream-1")
    assert gone.dreams == ("dream-1",)
    assert [(o.kind, o.target) for o in report.operations] == [("add_memory", shared.id)]
    assert report.operations[0].after == ada.memories([shared.id])[0].model_dump(mode="json")
    assert report.episodes == tuple(e.id for e in plain)
    kept = report.operations[0].id[:10]
    assert report.summary == f"(forgotten)\n“The kiln” is a new memory [{kept}]."
    assert report.narrative == "(forgotten)\nThe oven was warm."
    assert report.notes == ("(forgotten)", "nothing else")
    assert (report.concerns[0].text, report.concerns[0].episodes) == ("(forgotten)", ())
    assert ada.diff("dream-1").operations
    assert ada.rollback("dream-1").dream == "dream-1"
    assert ada.memories([shared.id]) == []


def test_a_reaction_in_the_words_of_a_forgotten_turn_goes(ada: Namespace) -> None:
    first = episode("Shall I book the room?", day=1, position=0, reaction="No, the Hexenhof!")
    second = episode("No, the Hexenhof!", day=1, position=1, said="No, the Hexenhof!")
    third = episode("Fine.", day=1, position=2, reaction="Thanks.")
    ada.record([first, second, third])

    gone = ada.forget(episodes=[second.id])

    assert [e.reaction for e in ada.episodes()] == ["", "Thanks."]
    assert gone.reactions == (first.id,)


def test_selectors_and_their_intersection(ada: Namespace) -> None:
    secret, plain = tell(ada)
    minute = timedelta(minutes=1)

    def picks(**selectors: Any) -> tuple[str, ...]:
        return ada.forget(dry_run=True, **selectors).episodes

    assert picks(thread="shop") == tuple(e.id for e in plain)
    assert picks(since=plain[0].time) == tuple(e.id for e in plain)
    assert picks(until=secret[1].time) == (secret[0].id,)
    assert picks(since=secret[1].time, until=secret[1].time + minute) == (secret[1].id,)
    naive = plain[1].time.replace(tzinfo=None)
    assert picks(since=naive, thread="shop") == (plain[1].id,)
    assert picks(text="QUENDOLYN färber") == (secret[0].id,)
    assert picks(text="quendolyn", episodes=[secret[1].id, plain[0].id]) == (secret[1].id,)
    assert picks(text="quendo") == ()
    assert picks(thread="nowhere") == ()


@pytest.mark.parametrize("where", ["said", "answered", "error", "reaction"])
def test_text_is_looked_for_in_all_that_happened(ada: Namespace, where: str) -> None:
    ada.record([hit := episode("One turn.", day=1, **{where: "the Zorn-Halle, twice"})])
    ada.record([episode("Another turn.", day=2)])
    assert ada.forget(text="zorn halle", dry_run=True).episodes == (hit.id,)


def test_text_is_looked_for_in_tools_and_in_scripts_without_spaces(ada: Namespace) -> None:
    used = episode("A.", day=1, done=[{"name": "find", "args": '{"q": "Ostkai"}', "result": "7"}])
    dense = episode("我在京都的陶艺工作室工作", day=2)
    ada.record([used, dense])
    assert ada.forget(text="ostkai", dry_run=True).episodes == (used.id,)
    assert ada.forget(text="陶艺", dry_run=True).episodes == (dense.id,)


def test_text_takes_memories_and_questions_in_these_words(ada: Namespace) -> None:
    _, plain = tell(ada)
    ada.vault.put_memories([told := memory("The oven is red.", [plain[0].id])])
    ada.vault.note_recall("is the oven red", [plain[1].id], [])

    gone = ada.forget(text="oven")

    assert (gone.episodes, gone.memories, len(gone.recalls)) == ((), (told.id,), 1)
    assert "oven" not in whole(ada)


def test_a_memory_can_be_forgotten_by_itself(ada: Namespace) -> None:
    secret, plain = tell(ada)
    shared = derive(ada, secret, plain)["shared"]

    gone = ada.forget(memories=[shared.id])

    assert (gone.memories, gone.episodes) == ((shared.id,), ())
    assert len(ada.episodes()) == 4
    assert shared.id not in whole(ada)


@pytest.mark.parametrize(
    ("selectors", "says"),
    [
        ({}, "give episodes"),
        ({"episodes": ["e-none", "e-nor"]}, "e-none, e-nor"),
        ({"episodes": "e1"}, "list of texts"),
        ({"episodes": [7]}, "list of texts"),
        ({"memories": ["m-none"]}, "no memories"),
        ({"memories": [], "thread": "shop"}, "by themselves"),
        ({"everything": True, "thread": "shop"}, "no other selector"),
        ({"text": " ?! "}, "one word"),
        ({"text": 7}, "pass a text"),
        ({"thread": 7}, "pass a text"),
        ({"since": "yesterday"}, "pass a datetime"),
    ],
)
def test_what_cannot_be_meant_removes_nothing(
    ada: Namespace, selectors: dict[str, Any], says: str
) -> None:
    tell(ada)
    with pytest.raises(InvalidInputError, match=says):
        ada.forget(**selectors)
    assert ada.counts()["episodes"] == 4


def test_a_dry_run_tells_the_same_and_writes_nothing(ada: Namespace) -> None:
    secret, plain = tell(ada)
    derive(ada, secret, plain)
    before = whole(ada)

    would = ada.forget(thread="thread-of-sorrows", dry_run=True)

    assert whole(ada) == before
    did = ada.forget(thread="thread-of-sorrows")
    assert would == did.model_copy(update={"dry_run": True, "compacted": False})
    assert would.text().startswith("Would forget in acme/ada:\n  2 episodes\n  1 memory")


def test_forgetting_again_finds_nothing(ada: Namespace) -> None:
    tell(ada)
    ada.forget(thread="thread-of-sorrows")
    before = whole(ada)
    again = ada.forget(thread="thread-of-sorrows")
    assert (again.episodes, again.dreams) == ((), ())
    assert "nothing" in again.text()
    assert whole(ada) == before


def test_everything_goes_and_the_namespace_can_begin_again(ada: Namespace) -> None:
    other = ada._store.namespace("acme", "ben", policy=SMALL)
    other.record([episode("Ben's own.", day=1)])
    secret, plain = tell(ada)
    derive(ada, secret, plain)
    assert not ada.forget(everything=True, dry_run=True).compacted
    assert len(ada.episodes()) == 4

    gone = ada.forget(everything=True)

    assert gone.everything
    assert (len(gone.episodes), len(gone.memories), len(gone.dreams)) == (4, 3, 1)
    assert gone.compacted
    assert ada._store.namespaces() == [("acme", "ben")]
    assert ada.counts()["episodes"] == 0
    assert ada.dreams() == []
    ada.record(plain)
    assert [e.id for e in ada.episodes()] == [e.id for e in plain]
    assert other.recall("Ben").items[0].item.text == "Ben's own."


def test_dreams_with_a_model_are_forgotten_like_any_other(ada: Namespace) -> None:
    ada.record(day(FIRST, 0))
    ada.dream(model=model())
    ada.record(day(SECOND, 7))
    ada.dream(model=model())

    gone = ada.forget(thread="day 0")

    left = whole(ada)
    assert gone.memories
    assert gone.links
    assert [id_ for id_ in (*gone.episodes, *gone.memories, *gone.links) if id_ in left] == []
    known = {item.id for item in (*ada.episodes(), *every(ada))}
    assert all({x.a, x.b} <= known for x in ada.links(include_expired=True))
    assert all(known.issuperset((*m.sources, *m.cites)) for m in every(ada))
    ada.record([episode("The boat needs the part from Quillon3.", day=80)])
    assert ada.dream(model=model()).status == "committed"


def every(namespace: Namespace) -> list[Memory]:
    """All memories, whatever their status."""
    ids = namespace.vault.memory_ids(("tentative", "active", "superseded", "retired"))
    return namespace.memories(ids)


def test_it_waits_for_who_has_the_namespace(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(ada)
    monkeypatch.setattr(NamespaceSession, "wait_seconds", 0.0)
    lease = ada.vault.leases.take("a dream", 60.0)
    for selectors in ({"thread": "shop"}, {"everything": True}):
        with pytest.raises(BusyError, match="a dream has its lease"):
            ada.forget(**selectors)
    assert ada.counts()["episodes"] == 4
    ada.vault.leases.release(lease)
    assert len(ada.forget(thread="shop").episodes) == 2


def test_off_the_event_loop(ada: Namespace) -> None:
    secret, _ = tell(ada)

    async def both() -> tuple[Forgotten, Forgotten]:
        would = await ada.aforget(episodes=[secret[0].id], dry_run=True)
        return would, await ada.aforget(episodes=[secret[0].id])

    would, did = asyncio.run(both())
    assert would.episodes == did.episodes == (secret[0].id,)
    assert len(ada.episodes()) == 3


def test_in_memory_there_is_nothing_to_compact() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada", policy=SMALL)
        tell(ada)
        gone = ada.forget(text="quendolyn")
        assert (len(gone.episodes), gone.compacted) == (2, False)
        assert len(ada.episodes()) == 2
        ada.forget(everything=True)
        assert store.namespaces() == []


@pytest.mark.parametrize(
    "text", ["deep", "sleep", "committed", "add_link", "nothing_new", "below the floor", "deepest"]
)
def test_what_is_forgotten_may_be_a_word_of_which_reports_are_made(
    ada: Namespace, text: str
) -> None:
    tell(ada)
    word = episode(text, day=9)
    ada.record([word])
    depths = [ada.dream(depth=depth).depth for depth in ("sleep", "deep")]
    before = [report.status for report in ada.dreams()]
    ada.forget(episodes=[word.id])
    left = [ada.report(report.id) for report in ada.dreams()]
    assert [report.depth for report in left] == depths == ["sleep", "deep"]
    assert [report.status for report in left] == before
