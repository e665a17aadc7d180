"""Memories as keys: what they lift, which of them hold, and what is answered as of a time."""

import math
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from dream_support import START, WordEmbedder, episode

from langgraph_dreams import DreamPolicy, DreamStore, InvalidInputError, Link, Memory, Namespace
from langgraph_dreams.recall.query import recall
from langgraph_dreams.store import Edge
from langgraph_dreams.types.items import link_id, memory_id
from langgraph_dreams.types.pages import gathered
from langgraph_dreams.types.recall import Recall, RecallItem

POLICY = DreamPolicy()
CHATTER = (
    "The baker sells rye loaves and poppy seed rolls every Friday morning.",
    "We painted the shop window green and hung new lamps above the counter.",
    "The delivery van came late again, so the glaze arrived after closing time.",
    "Grandmother rang because her knee is better and she walks to church again.",
    "A fuse blew downstairs and half the afternoon went into finding the fault.",
    "The market stall earned less than last year because heavy rain kept falling.",
)
YES = "She said yes while the gulls were screaming over the pier at dusk."
PIER = "Bruno proposed marriage to Ada in Brighton"
PROPOSAL = "Where did Bruno propose marriage to Ada?"


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        namespace = store.namespace("ada")
        namespace.record([episode(text, day=i) for i, text in enumerate(CHATTER)])
        yield namespace


def told(namespace: Namespace, text: str, day: int) -> str:
    (id_,) = namespace.record([episode(text, day=day)])
    return id_


def known(namespace: Namespace, text: str, sources: Sequence[str], **fields: object) -> Memory:
    values = {
        "id": memory_id("fact", text),
        "text": text,
        "status": "active",
        "sources": tuple(sources),
        "learned_at": START,
        **fields,
    }
    memory = Memory.model_validate(values)
    namespace.vault.put_memories([memory])
    return memory


def ask(namespace: Namespace, question: str, k: int = 20, **options: object) -> Recall:
    policy = options.pop("policy", POLICY)
    return recall(namespace.vault, question, k, policy, **options)


def ids(items: Sequence[RecallItem]) -> list[str]:
    return [r.item.id for r in items]


def of(found: Recall, name: str) -> RecallItem:
    return next(r for r in found.items if r.item.id == name)


# -- the lift


def test_a_matching_memory_lifts_what_it_cites_and_both_come_back(ada: Namespace) -> None:
    source = told(ada, YES, 10)
    assert ids(ask(ada, PROPOSAL).items).index(source) > 0
    memory = known(ada, PIER, [source])
    found = ask(ada, PROPOSAL)
    assert found.items[0].item.id == source
    assert ids(found.memories) == [memory.id]
    why = found.items[0].why
    assert why.memory == memory.id
    assert memory.id in why.text()
    match = found.memories[0].score
    assert why.lift == pytest.approx(POLICY.memory_weight * match**POLICY.memory_power, abs=1e-3)
    assert all(not r.why.memory and r.why.lift == 0 for r in found.items[1:])


def test_a_memory_of_many_episodes_lifts_each_of_them_less(ada: Namespace) -> None:
    sources = [told(ada, YES.replace("dusk", hour), 10) for hour in ("dusk", "dawn", "noon", "two")]
    known(ada, PIER, sources[:1])
    alone = of(ask(ada, PROPOSAL), sources[0]).why.lift
    known(ada, PIER, sources)
    shared = [of(ask(ada, PROPOSAL), name).why.lift for name in sources]
    assert shared == pytest.approx([alone / 2] * 4, abs=1e-3)


def test_the_best_memory_counts(ada: Namespace) -> None:
    source = told(ada, YES, 10)
    known(ada, "Bruno and Ada saw gulls in Brighton", [source])
    best = known(ada, PIER, [source])
    found = ask(ada, PROPOSAL)
    assert of(found, source).why.memory == best.id
    assert found.memories[0].item.id == best.id
    assert [r.score for r in found.memories] == sorted(r.score for r in found.memories)[::-1]


def test_a_memory_that_says_more_than_it_quotes_is_a_further_key(ada: Namespace) -> None:
    source = told(ada, "We're not married yet, but it has been a long while now.", 10)
    known(ada, "Bruno and Ada are not married yet", [source], quote="We're not married yet")
    assert of(ask(ada, "Are Bruno and Ada married?"), source).why.lift > 0


def test_a_memory_in_the_words_of_its_turn_is_none(ada: Namespace) -> None:
    source = told(ada, "Well, we got the keys of the new flat.", 10)
    said = "We got the keys of the new flat."
    known(ada, said, [source], quote=said)
    assert of(ask(ada, "Who got the keys of the new flat?"), source).why.lift == 0


def test_without_weight_nothing_changes(ada: Namespace) -> None:
    source = told(ada, YES, 10)
    before = ask(ada, PROPOSAL)
    known(ada, PIER, [source])
    off = ask(ada, PROPOSAL, policy=DreamPolicy(memory_weight=0, memories=0))
    assert off == before
    kept = ask(ada, PROPOSAL, policy=DreamPolicy(memory_weight=0))
    assert kept.items == before.items
    assert len(kept.memories) == 1


def test_a_memory_that_does_not_match_is_no_key_and_no_answer(ada: Namespace) -> None:
    source = told(ada, YES, 10)
    known(ada, "Plumbers like copper tubing", [source])
    found = ask(ada, PROPOSAL)
    assert found.memories == ()
    assert of(found, source).why.lift == 0


def test_a_middling_match_comes_back_only_with_an_episode_that_it_lifted(ada: Namespace) -> None:
    source = told(ada, YES, 10)
    answer = told(ada, "Bruno did propose marriage to Ada where the cliff ends.", 11)
    memory = known(ada, "Bruno did propose a bigger garden shed", [source])
    few, many = ask(ada, PROPOSAL, 1), ask(ada, PROPOSAL, 20)
    assert ids(few.items) == [answer]
    assert few.memories == ()
    assert ids(many.memories) == [memory.id]
    assert POLICY.memory_match <= many.memories[0].score < 0.7
    assert of(many, source).why.memory == memory.id


def test_a_source_that_no_search_finds_is_found_by_its_memory(ada: Namespace) -> None:
    narrow = DreamPolicy(pool=10, memory_weight=2)
    ada.record([episode(f"Ada and Bruno did march to where the {n} is.", day=n) for n in range(90)])
    source = told(ada, YES, 200)
    assert source not in ids(ask(ada, PROPOSAL, 20, policy=narrow).items)
    known(ada, PIER, [source])
    assert source in ids(ask(ada, PROPOSAL, 20, policy=narrow).items)


def test_only_so_many_memories_come_back(ada: Namespace) -> None:
    source = told(ada, YES, 10)
    for year in range(1950, 1956):
        known(ada, f"{PIER} in {year}", [source])
    assert len(ask(ada, PROPOSAL).memories) == POLICY.memories
    assert ask(ada, PROPOSAL, policy=DreamPolicy(memories=0)).memories == ()


def test_memories_beyond_the_keys_lift_nothing(ada: Namespace) -> None:
    one, other = told(ada, YES, 10), told(ada, "Nobody on the promenade had expected it.", 11)
    known(ada, PIER, [one])
    known(ada, f"{PIER} among strangers who applauded loudly", [other])
    assert of(ask(ada, PROPOSAL), other).why.lift > 0
    assert of(ask(ada, PROPOSAL, policy=DreamPolicy(memory_keys=1)), other).why.lift == 0


def test_a_source_that_was_forgotten_or_never_there_is_passed_over(ada: Namespace) -> None:
    source = told(ada, YES, 10)
    known(ada, PIER, ["e-never", source])
    found = ask(ada, PROPOSAL)
    assert found.items[0].item.id == source
    assert found.items[0].why.lift == pytest.approx(0.9 * found.memories[0].score ** 3, abs=1e-3)


def test_a_lifted_episode_sends_activation_on(ada: Namespace) -> None:
    source, far = told(ada, YES, 10), told(ada, "Rings were bought at Hollis and Sons.", 20)
    ends = {"a": far, "b": source}
    link = Link(id=link_id(far, source), channel="mine", weight=0.9, created=START, **ends)
    ada.add_links([link])
    before = of(ask(ada, PROPOSAL), far).why.activation
    known(ada, PIER, [source])
    assert of(ask(ada, PROPOSAL), far).why.activation > before


# -- pages


def page(namespace: Namespace, head: str, *memories: Memory) -> Memory:
    made = gathered(Memory(id=memory_id("page", head), text=head, kind="page", **NEW), memories)
    namespace.vault.put_memories([made])
    return made


NEW: dict[str, Any] = {"status": "active", "sources": (), "learned_at": START}
PARTS = ("Gulls scream at dusk", "Crowds clapped on Sunday", "Rain fell on the promenade")


def laid_out(namespace: Namespace, **fields: Any) -> tuple[list[str], list[Memory], Memory]:
    """Three turns that the question does not find, their memories, and the page they are on."""
    said = [told(namespace, f"Nobody expected it: {word}.", 10 + n) for n, word in enumerate("xyz")]
    parts = [known(namespace, t, [s], **fields) for t, s in zip(PARTS, said, strict=True)]
    return said, parts, page(namespace, PIER, *parts)


def test_a_page_lifts_the_sources_of_all_its_memories_in_full(ada: Namespace) -> None:
    said, _, made = laid_out(ada)
    found = ask(ada, PROPOSAL)
    lifts = {of(found, name).why.lift for name in said}
    assert len(lifts) == 1
    assert lifts.pop() > 0.3
    assert {of(found, name).why.memory for name in said} == {made.id}
    off = ask(ada, PROPOSAL, policy=DreamPolicy(page_weight=0))
    assert {of(off, name).why.lift for name in said} == {0}


def test_what_its_own_memory_says_comes_before_what_is_on_the_page_beside_it(
    ada: Namespace,
) -> None:
    said, parts, _ = laid_out(ada)
    own = told(ada, YES, 20)
    page(ada, "Bruno and Ada", *parts, known(ada, PIER, [own]))
    found = ask(ada, PROPOSAL)
    assert of(found, own).why.lift > max(of(found, name).why.lift for name in said)


def test_a_page_lifts_nothing_by_a_memory_that_ended(ada: Namespace) -> None:
    said, parts, _ = laid_out(ada)
    ada.vault.put_memories([parts[0].model_copy(update={"status": "retired"})])
    assert of(ask(ada, PROPOSAL), said[0]).why.lift == 0
    assert of(ask(ada, PROPOSAL), said[1]).why.lift > 0


def test_a_page_makes_no_outdated_evidence_current(ada: Namespace) -> None:
    old, new = told(ada, "The pier it was, they say.", 10), told(ada, YES, 12)
    later = known(ada, PIER, [new])
    ended = {"status": "superseded", "superseded_by": later.id, "valid_to": START}
    gone = known(ada, f"{PIER}, on the old pier", [old], **ended)
    without = ids(ask(ada, PROPOSAL).items)
    page(ada, "Bruno and Ada", gone, later)
    assert without.index(new) < without.index(old)
    assert ids(ask(ada, PROPOSAL).items).index(new) < ids(ask(ada, PROPOSAL).items).index(old)


def test_a_page_is_returned_with_the_lines_that_fit_and_no_memory_twice(ada: Namespace) -> None:
    turns = [told(ada, f"It was said: {n}.", 10 + n) for n in range(7)]
    texts = [f"{PIER} {n} years ago" for n in range(5)] + ["Ada keeps bees", "Rent is due in May"]
    parts = [known(ada, text, [turn]) for text, turn in zip(texts, turns, strict=True)]
    made = page(ada, "Bruno: marriage", *parts)
    found = ask(ada, PROPOSAL)
    *memories, shown = [r.item for r in found.memories]
    assert len(memories) == POLICY.memories
    assert shown.id == made.id
    lines = shown.text.split("\n")
    assert lines[0] == "Bruno: marriage"
    assert 1 < len(lines) <= 5
    assert not {f"- {m.text}" for m in memories} & set(lines)
    assert "- Rent is due in May" not in lines
    assert isinstance(shown, Memory)
    assert set(shown.sources) == {s for m in parts if m.id in shown.cites for s in m.sources}
    assert made.id not in {r.borne_by for r in found.items}
    assert made.id not in ids(ask(ada, PROPOSAL, policy=DreamPolicy(pages=0)).memories)


def test_a_page_without_a_line_that_fits_is_not_returned(ada: Namespace) -> None:
    _, _, made = laid_out(ada)
    assert made.id not in ids(ask(ada, PROPOSAL).memories)


def test_a_page_as_of_a_time_has_what_held_then(ada: Namespace) -> None:
    one, two = told(ada, YES, 3), told(ada, "It was so again.", 30)
    early = known(ada, f"{PIER} once", [one], valid_from=START + timedelta(days=3))
    late = known(ada, f"{PIER} twice", [two], valid_from=START + timedelta(days=30))
    page(ada, "Bruno: marriage", early, late)
    policy = DreamPolicy(memories=0)
    now = ask(ada, PROPOSAL, policy=policy).memories
    then = ask(ada, PROPOSAL, policy=policy, as_of=START + timedelta(days=9)).memories
    assert [m.item.text.count("\n") for m in now] == [2]
    assert [m.item.text for m in then] == [f"Bruno: marriage\n- {PIER} once"]


def test_memories_of_a_dream_can_be_left_out(ada: Namespace) -> None:
    source = told(ada, YES, 10)
    known(ada, PIER, [source], dream="d1")
    assert ask(ada, PROPOSAL, without_dream=["d2"]).memories
    without = ask(ada, PROPOSAL, without_dream=["d1"])
    assert without.memories == ()
    assert of(without, source).why.lift == 0


# -- what no longer holds

BERLIN = "I moved house and now live in Berlin near the old airport, Ada said."
OSLO = "The boxes are unpacked and Oslo is cold, but the fjord is beautiful."
HOME = "In which city does Ada live now?"


def moved(namespace: Namespace, **fields: object) -> tuple[str, str, Memory, Memory]:
    """Ada lived in Berlin until day 40, and lives in Oslo since: evidence and memories of both."""
    old, new = told(namespace, BERLIN, 10), told(namespace, OSLO, 40)
    later = known(
        namespace, "Oslo is home to Ada", [new], valid_from=START + timedelta(days=40), **fields
    )
    earlier = known(
        namespace,
        "The city in which Ada lives now is Berlin",
        [old],
        status="superseded",
        valid_from=START + timedelta(days=10),
        valid_to=START + timedelta(days=40),
        superseded_by=later.id,
    )
    return old, new, earlier, later


def test_what_was_superseded_is_not_returned_and_hands_on_its_match(ada: Namespace) -> None:
    old, new, earlier, later = moved(ada)
    found = ask(ada, HOME)
    assert ids(found.memories) == [later.id]
    assert of(found, old).why.memory == ""
    assert of(found, new).why.memory == later.id
    # It matches as well as the text that it replaced, not only as its own.
    ada.vault.put_memories([earlier.model_copy(update={"superseded_by": ""})])
    alone = {r.item.id: r.score for r in ask(ada, HOME).memories}
    assert found.memories[0].score > alone.get(later.id, 0.0)


def test_a_better_match_of_its_own_is_not_lost_to_what_it_replaced(ada: Namespace) -> None:
    new = told(ada, OSLO, 40)
    later = known(ada, "The city in which Ada does live now is Oslo", [new])
    alone = ask(ada, HOME).memories[0].score
    changes = {"status": "superseded", "superseded_by": later.id, "valid_to": START}
    for text in ("Ada does live in the city", "In Berlin does Ada live"):
        known(ada, text, [told(ada, BERLIN, 10)], **changes)
        assert ask(ada, HOME).memories[0].score == alone


def test_outdated_evidence_stays_but_ranks_after_the_current(ada: Namespace) -> None:
    old, new, *_ = moved(ada)
    plain = ids(ask(ada, HOME, policy=DreamPolicy(memory_weight=0, memories=0)).items)
    assert plain.index(old) < plain.index(new)  # by itself the outdated matches better
    found = ask(ada, HOME)
    order = ids(found.items)
    assert order.index(new) < order.index(old)
    assert of(found, old).score <= POLICY.outdated * of(found, new).score + 1e-4


def test_the_current_evidence_has_the_place_of_what_it_replaced(ada: Namespace) -> None:
    old, new, *_ = moved(ada)
    before = of(ask(ada, HOME, policy=DreamPolicy(memory_weight=0, memories=0)), old).score
    found = ask(ada, HOME, policy=DreamPolicy(memory_weight=0.01))
    assert of(found, new).score == pytest.approx(before, abs=1e-3)
    assert of(found, old).score < of(found, new).score


def test_evidence_of_a_current_memory_is_not_outdated(ada: Namespace) -> None:
    old, new, *_ = moved(ada)
    known(ada, "Airports are noisy", [old])
    order = ids(ask(ada, HOME, policy=DreamPolicy(memory_weight=0.01)).items)
    assert order.index(old) < order.index(new)


def test_a_chain_of_changes_ends_at_what_holds(ada: Namespace) -> None:
    old, new, _, later = moved(ada, status="superseded", valid_to=START + timedelta(days=60))
    last = told(ada, "Customs took an hour, then at last the taxi to the flat.", 60)
    rome = known(ada, "Rome is home to Ada", [last])
    ada.vault.put_memories([later.model_copy(update={"superseded_by": rome.id})])
    found = ask(ada, HOME)
    assert ids(found.memories) == [rome.id]
    order = ids(found.items)
    assert order.index(last) < min(order.index(old), order.index(new))


def test_a_circle_of_memories_that_replaced_each_other_ends(ada: Namespace) -> None:
    _, _, earlier, later = moved(ada)
    changes = {"status": "superseded", "superseded_by": earlier.id}
    ada.vault.put_memories([later.model_copy(update=changes)])
    assert ask(ada, HOME).memories == ()


@pytest.mark.parametrize("status", ["retired", "superseded"])
def test_what_is_set_aside_without_heir_lifts_nothing(ada: Namespace, status: str) -> None:
    source = told(ada, YES, 10)
    known(ada, PIER, [source], status=status)
    found = ask(ada, PROPOSAL)
    assert found.memories == ()
    assert of(found, source).why.lift == 0


# -- as of a time


def test_as_of_a_time_the_memory_of_then_answers(ada: Namespace) -> None:
    old, new, earlier, later = moved(ada)
    then = ask(ada, HOME, as_of=START + timedelta(days=20))
    assert ids(then.memories) == [earlier.id]
    assert then.items[0].item.id == old
    assert then.items[0].why.memory == earlier.id
    assert new not in ids(then.items)
    change = START + timedelta(days=40)
    assert ids(ask(ada, HOME, as_of=change).memories) == [later.id]
    assert new in ids(ask(ada, HOME, as_of=change).items)
    assert ask(ada, HOME, as_of=START + timedelta(days=5)).memories == ()


def test_as_of_leaves_out_all_that_is_later(ada: Namespace) -> None:
    as_of = START + timedelta(days=3)
    found = ask(ada, "rain glaze church baker", as_of=as_of)
    assert sorted(r.item.text for r in found.items) == sorted(CHATTER[:4])
    assert ask(ada, "rain", as_of=START - timedelta(days=1)).items == ()


def test_neighbours_and_links_do_not_lead_past_the_time(ada: Namespace) -> None:
    first, second = ada.record(
        [
            episode("Where did the three-legged hedgehog sleep?", day=50, position=0),
            episode("Behind the stove.", day=50, position=1),
        ]
    )
    ends = {"a": second, "b": first}
    link = Link(id=link_id(second, first), channel="mine", weight=1.0, created=START, **ends)
    ada.add_links([link])
    question = "three-legged hedgehog"
    assert second in ids(ask(ada, question).items)
    between = ask(ada, question, as_of=START + timedelta(days=50, seconds=30))
    assert between.items[0].item.id == first
    assert second not in ids(between.items)


def test_a_way_over_a_later_episode_was_not_there(ada: Namespace) -> None:
    start, far = told(ada, "Bruno asked about marriage.", 10), told(ada, YES, 20)
    later = told(ada, "Minutes of the rowing club.", 60)
    for end in (start, far):
        ends = {"a": later, "b": end}
        link = Link(id=link_id(later, end), channel="mine", weight=1.0, created=START, **ends)
        ada.add_links([link])
    assert of(ask(ada, PROPOSAL), far).why.activation > 0
    assert of(ask(ada, PROPOSAL, as_of=START + timedelta(days=30)), far).why.activation == 0


def test_a_time_without_zone_is_utc_and_others_are_converted(
    ada: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    old, *_ = moved(ada)
    when = START + timedelta(days=10)
    plain = ask(ada, HOME, as_of=when.replace(tzinfo=None))
    assert plain == ask(ada, HOME, as_of=when)
    east = when.astimezone(timezone(timedelta(hours=9)))
    assert plain == ask(ada, HOME, as_of=east)
    assert old in ids(plain.items)
    for wrong in ("2026-03-02", 7):
        with pytest.raises(InvalidInputError, match="as_of"):
            ask(ada, HOME, as_of=wrong)
    assert ask(ada, HOME, as_of=datetime.max).items == ask(ada, HOME).items
    monkeypatch.undo()
    time.tzset()


def test_as_of_in_a_namespace_too_large_to_look_at_whole() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder(dimension=256)) as store:
        ada = store.namespace("ada")
        texts = [f"Ledger row {n} lists item {n * 7} at price {n % 13}." for n in range(1100)]
        ada.record([episode(text, day=n) for n, text in enumerate(texts)])
        found = ask(ada, "ledger row price", 10, as_of=START + timedelta(days=30))
        assert len(found.items) == 10
        assert all(r.item.time <= START + timedelta(days=30) for r in found.items)


# -- replay with candidate links


def test_an_extra_link_is_followed_and_named(ada: Namespace) -> None:
    start, far = told(ada, "Bruno asked about marriage.", 10), told(ada, YES, 20)
    edge = Edge(far, start, 1.0, 0, link_id(far, start), "d9", False)
    before = of(ask(ada, PROPOSAL), far)
    after = of(ask(ada, PROPOSAL, extra=[edge]), far)
    assert before.why.path == ()
    (hop,) = after.why.path
    assert (hop.link, hop.source, hop.target, hop.dream) == (edge.link, start, far, "d9")
    assert hop.channel == "candidate"
    assert after.score == pytest.approx(before.score + POLICY.lone_link_weight, abs=1e-3)
    assert ada.links() == []


def test_an_extra_link_replaces_the_stored_one(ada: Namespace) -> None:
    start, far = told(ada, "Bruno asked about marriage.", 10), told(ada, YES, 20)
    ends = {"a": far, "b": start}
    stored = Link(id=link_id(far, start), channel="mine", weight=0.9, created=START, **ends)
    ada.add_links([stored])
    weak = Edge(far, start, 0.2, 0, stored.id, "d9", False)
    assert of(ask(ada, PROPOSAL), far).why.activation == pytest.approx(0.9)
    assert of(ask(ada, PROPOSAL, extra=[weak]), far).why.activation == pytest.approx(0.2)


def test_the_parts_add_up_to_the_score(ada: Namespace) -> None:
    # Each turn is alone in its thread, which is no thread: nothing speaks for it but itself.
    source = told(ada, YES, 10)
    known(ada, PIER, [source])
    why, score = (r := of(ask(ada, PROPOSAL), source)).why, r.score
    terms = len(ada.vault.terms([source])[source])
    substance = min(1.0, math.log1p(terms) / math.log1p(POLICY.substance_terms))
    own = why.seed + why.lift
    assert score == pytest.approx(own + POLICY.substance_weight * substance, abs=1e-3)
