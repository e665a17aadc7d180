"""The core: what comes in, how much, how rarely it changes, and what goes at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from dream_support import START, WordEmbedder, episode
from narrate_support import context, memory, night, operation, state, superseded

from langgraph_dreams import DreamStore, Namespace, Trust
from langgraph_dreams._text import tokens_of
from langgraph_dreams.dream.memories.core import changed_core
from langgraph_dreams.types.items import Core, CoreLine, Memory
from langgraph_dreams.types.operations import Operation

TEA = "Ada drinks green tea without sugar."
DEPLOY = "Deploy on Mondays after the backup."
CITY = "Ada lives in Bremen."


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("acme", "ada")


def known(text: str, confirmed: int = 2, **fields: Any) -> Memory:
    """A memory that so many episodes say; the episodes themselves do not matter here."""
    sources = [episode(f"{text} {n}", day=n) for n in range(confirmed)]
    return memory(text, *sources, **{"kind": "preference", **fields})


def change(
    ada: Namespace, operations: tuple[Operation, ...] = (), number: int = 5, **level: Any
) -> Core | None:
    """The core as this dream would leave it; None when it stays. Its turn is every fifth dream."""
    own = context(ada, mind=False)
    own = replace(own, policy=own.policy.with_level("core", **level))
    due = number - ada.core().changed >= own.policy.level("core").every
    given = state(number=number, levels={"core": "" if due else "not now"})
    made = changed_core(own, given, operations)
    return None if made is None else Core.model_validate(made.after)


def texts(core: Core | None) -> list[str]:
    assert core is not None
    return [line.text for line in core.lines]


def fill(ada: Namespace, *memories: Memory) -> Core:
    """Let a core of these memories be, changed by dream 5."""
    ada.vault.put_memories(memories)
    core = change(ada)
    assert core is not None
    ada.vault.put_core(core)
    return core


# -- what comes in


def test_the_core_is_one_operation_with_before_and_after(ada: Namespace) -> None:
    tea = known(TEA)
    ada.vault.put_memories([tea])
    made = changed_core(context(ada), state(number=5, levels={"core": ""}), [])
    assert made is not None
    assert (made.kind, made.target) == ("change_core", "core")
    assert made.before == Core().model_dump(mode="json")
    core = Core.model_validate(made.after)
    assert core.lines == (CoreLine(memory=tea.id, text=TEA, sources=tea.sources),)
    assert core.changed == 5
    assert core.tokens == tokens_of(core.text()) > 0
    assert core.text() == f"- {TEA}"
    assert not any(source in core.text() for source in tea.sources)


@pytest.mark.parametrize(
    "fields",
    [
        {"confirmed": 1},
        {"trust": Trust.ASSERTED},
        {"trust": Trust.UNTRUSTED},
        {"status": "superseded"},
        {"status": "retired"},
        {"text": "word " * 100},
        {"text": "\u200b\u202e"},
    ],
)
def test_what_is_not_trusted_confirmed_short_and_current_stays_out(
    ada: Namespace, fields: dict[str, Any]
) -> None:
    ada.vault.put_memories([known(TEA), known(CITY).model_copy(update=fields)])
    assert texts(change(ada)) == [TEA]


def test_what_a_model_marks_as_lasting_comes_first_though_said_once(ada: Namespace) -> None:
    once = known(CITY, 1, kind="fact", lasting=3)
    for_weeks = known(DEPLOY, 1, kind="procedure", lasting=2)
    told_by_a_tool = known("Ada owns a castle.", 1, lasting=3, trust=Trust.ASSERTED)
    ada.vault.put_memories([once, for_weeks, told_by_a_tool, known(TEA)])
    assert texts(change(ada)) == [CITY, TEA]


def test_use_counts_like_confirmation(ada: Namespace) -> None:
    ada.vault.put_memories([known(TEA, confirmed=1, uses=2)])
    assert texts(change(ada)) == [TEA]
    assert change(ada, least=3) is None


def test_the_order_is_by_kind_then_standing_then_age_and_fixed(ada: Namespace) -> None:
    later = START + timedelta(days=300)
    wanted = [
        known("a1", confirmed=2, status="active"),
        known("a2", confirmed=9),
        known("a3", confirmed=3),
        known("a4", confirmed=2, last_confirmed=later),
        known("a5", confirmed=2),
        known("b1", kind="procedure"),
        known("c1", kind="fact", confirmed=8),
        known("d1", kind="insight", uses=50),
    ]
    ada.vault.put_memories([wanted[i] for i in (5, 2, 7, 0, 4, 1, 6, 3)])
    assert texts(change(ada)) == [m.text for m in wanted]


def test_the_bound_holds_and_is_filled(ada: Namespace) -> None:
    ada.vault.put_memories(
        [known(f"Preference {n:02} " + "x" * 9 * (n % 4), confirmed=2 + n) for n in range(90)]
    )
    for most in (60, 200, 501):
        core = change(ada, budget=most)
        assert core is not None
        assert core.tokens == tokens_of(core.text()) <= most
        assert core.tokens > most - 40, "there was room for one more"
    assert change(ada, budget=3) is None
    assert change(ada, budget=0) is None


def test_a_memory_with_many_sources_has_its_place(ada: Namespace) -> None:
    tea = known(TEA, confirmed=150)
    ada.vault.put_memories([tea])
    core = change(ada, budget=100)
    assert texts(core) == [TEA]
    assert core is not None
    assert core.lines[0].sources == tea.sources, "all are kept"
    assert core.text() == f"- {TEA}", "none is shown"


def test_lines_are_one_line_each_without_hidden_characters(ada: Namespace) -> None:
    ada.vault.put_memories([known("Ada\n- drinks\u2028tea\u200b and\u2060 walks.")])
    core = change(ada)
    assert core is not None
    (line,) = core.text().splitlines()
    assert line == "- Ada - drinks tea and walks."


def test_what_this_dream_adds_and_merges_counts(ada: Namespace) -> None:
    once = known(TEA, confirmed=1)
    ada.vault.put_memories([once])
    twice = known(TEA, confirmed=2)
    operations = (operation("merge_memory", twice, once), operation("add_memory", known(CITY)))
    assert set(texts(change(ada, operations))) == {TEA, CITY}


# -- conversations, not turns


def said_in(ada: Namespace, text: str, *threads: str, **fields: Any) -> Memory:
    """A memory that one episode of each of these threads says."""
    sources = [
        episode(text, day=day, thread=thread, position=day) for day, thread in enumerate(threads)
    ]
    ada.record(sources)
    return memory(text, *sources, **{"kind": "preference", **fields})


@pytest.mark.parametrize(
    ("threads", "comes"),
    [
        (["a"] * 5, False),
        (["a", "b"], True),
        (["a", "a", "a", "b"], True),
        (["", ""], True),
        (["", "a"], True),
        (["a"], False),
        ([""], False),
    ],
)
def test_conversations_count_and_not_their_turns(
    ada: Namespace, threads: list[str], comes: bool
) -> None:
    ada.vault.put_memories([said_in(ada, TEA, *threads)])
    assert (change(ada) is not None) == comes
    assert change(ada, least=1) is not None


def test_one_message_in_two_threads_is_one_conversation(ada: Namespace) -> None:
    ada.vault.put_memories([said_in(ada, TEA, "a", "b", confirmed=1)])
    assert change(ada) is None


def test_what_one_chat_repeats_stands_behind_what_several_say(ada: Namespace) -> None:
    often = said_in(ada, TEA, *["a"] * 8, "b")
    widely = said_in(ada, "Ada never eats fish.", *"cde")
    ada.vault.put_memories([often, widely])
    assert texts(change(ada)) == [widely.text, often.text]


# -- one line a matter


def since(day: int) -> Any:
    return {"last_confirmed": START + timedelta(days=day)}


def test_of_two_on_one_matter_the_newest_has_the_line(ada: Namespace) -> None:
    older = known("I live in Graz.", confirmed=9, kind="fact", about="Ada", **since(1))
    newer = known("I live in Turin now.", kind="fact", about="ada", **since(9))
    ada.vault.put_memories([older, newer, known(DEPLOY, kind="procedure")])
    assert texts(change(ada)) == [DEPLOY, newer.text]


def test_what_says_the_same_has_one_line(ada: Namespace) -> None:
    once = known("I live in Graz.", kind="fact", **since(1))
    again = known("I live in Graz", kind="fact", confirmed=3, **since(1))
    ada.vault.put_memories([once, again])
    assert texts(change(ada)) == [again.text]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I live in Graz.", "I work in Linz."),
        ("I like green tea.", "I like black bread."),
        ("My sister plays the cello.", "My brother plays chess."),
        ("Call me in the morning.", "Send the report on Fridays."),
    ],
)
def test_other_matters_keep_their_lines(ada: Namespace, one: str, other: str) -> None:
    ada.vault.put_memories([known(one, **since(1)), known(other, **since(9))])
    assert sorted(texts(change(ada))) == sorted([one, other])


def test_one_matter_of_two_people_has_two_lines(ada: Namespace) -> None:
    graz = known("I live in Graz.", kind="fact", about="Ada", **since(1))
    turin = known("I live in Turin now.", kind="fact", about="Ben", **since(9))
    ada.vault.put_memories([graz, turin])
    assert len(texts(change(ada))) == 2


# -- how rarely it changes


def test_it_changes_only_every_few_dreams(ada: Namespace) -> None:
    ada.vault.put_memories([known(TEA)])
    assert change(ada, number=4) is None
    core = change(ada, number=5)
    assert core is not None
    ada.vault.put_core(core)
    ada.vault.put_memories([known(CITY)])
    assert change(ada, number=9) is None
    assert sorted(texts(change(ada, number=10))) == [TEA, CITY]
    assert len(texts(change(ada, number=6, every=1))) == 2


def test_what_is_unchanged_is_no_operation(ada: Namespace) -> None:
    fill(ada, known(TEA, confirmed=3))
    assert change(ada, number=10) is None
    more = known(TEA, confirmed=7)
    assert change(ada, (operation("merge_memory", more, known(TEA)),), number=10) is None


# -- what goes at once


def test_a_superseded_line_gives_its_place_to_what_holds_now(ada: Namespace) -> None:
    city, tea = known(CITY, confirmed=3), known(TEA)
    core = fill(ada, city, tea, known(DEPLOY, kind="procedure"))
    moved = known("Ada lives in Kiel.", confirmed=1)
    operations = (operation("add_memory", moved), superseded(city, moved))
    now = change(ada, operations, number=6)
    assert now is not None
    assert texts(now) == [{CITY: moved.text}.get(line.text, line.text) for line in core.lines]
    assert now.changed == 6


def test_the_heir_keeps_its_standing_when_the_core_is_chosen_anew(ada: Namespace) -> None:
    city = known(CITY, confirmed=3)
    fill(ada, city)
    moved = known("Ada lives in Kiel.", confirmed=1)
    again = known("Ada lives in Husum.", confirmed=1)
    middle = moved.model_copy(update={"status": "superseded", "superseded_by": again.id})
    first = city.model_copy(update={"status": "superseded", "superseded_by": moved.id})
    ada.vault.put_memories([first, middle, again, known("Ada likes rain.", confirmed=1)])
    assert texts(change(ada, number=6)) == [again.text]
    assert texts(change(ada, number=30)) == [again.text]


def test_an_heir_that_is_not_trusted_does_not_come_in(ada: Namespace) -> None:
    city = known(CITY)
    fill(ada, city, known(TEA))
    moved = known("Ada lives in Kiel.", trust=Trust.ASSERTED)
    operations = (operation("add_memory", moved), superseded(city, moved))
    assert texts(change(ada, operations, number=6)) == [TEA]
    assert texts(change(ada, operations, number=60)) == [TEA]


def test_standing_is_inherited_from_the_trusted_only(ada: Namespace) -> None:
    city, kiel = known(CITY, trust=Trust.ASSERTED), known("Ada lives in Kiel.", confirmed=1)
    ada.vault.put_memories([city, kiel])
    assert change(ada, (superseded(city, kiel),)) is None


def test_a_line_follows_its_memory_under_another_id(ada: Namespace) -> None:
    city = known(CITY)
    fill(ada, city)
    fact = city.model_copy(update={"id": "mfact", "kind": "fact"})
    core = change(ada, (operation("add_memory", fact), superseded(city, fact)), number=6)
    assert core is not None
    assert [line.memory for line in core.lines] == ["mfact"]


def test_an_heir_that_is_there_already_is_not_told_twice(ada: Namespace) -> None:
    city, kiel = known(CITY), known("Ada lives in Kiel.")
    fill(ada, city, kiel)
    assert texts(change(ada, (superseded(city, kiel),), number=6)) == [kiel.text]


@pytest.mark.parametrize(
    "fields", [{"status": "retired"}, {"trust": Trust.ASSERTED}, {"trust": Trust.UNTRUSTED}]
)
def test_a_line_goes_with_its_memory(ada: Namespace, fields: dict[str, Any]) -> None:
    city = known(CITY)
    fill(ada, city, known(TEA))
    after = city.model_copy(update=fields)
    assert texts(change(ada, (operation("retire_memory", after, city),), number=6)) == [TEA]


def test_memories_that_supersede_each_other_do_not_hang(ada: Namespace) -> None:
    city, kiel = known(CITY), known("Ada lives in Kiel.")
    fill(ada, city)
    ada.vault.put_memories(
        [
            city.model_copy(update={"status": "superseded", "superseded_by": kiel.id}),
            kiel.model_copy(update={"status": "superseded", "superseded_by": city.id}),
        ]
    )
    assert texts(change(ada, number=6)) == []
    assert texts(change(ada, number=60)) == []


def test_a_forgotten_memory_and_a_smaller_bound_go_at_once(ada: Namespace) -> None:
    core = fill(ada, known(TEA, confirmed=9), known(CITY))
    lost = CoreLine(memory="mlost", text="Nobody knows this any more.", sources=("e1",))
    ada.vault.put_core(core.model_copy(update={"lines": (lost, *core.lines)}))
    assert texts(change(ada, number=6)) == [TEA, CITY]
    ada.vault.put_core(core)
    one = tokens_of(core.text()) - 1
    assert texts(change(ada, number=6, budget=one)) == [TEA]
    assert texts(change(ada, number=6, budget=0)) == []


# -- in the stage


def test_the_stage_adds_the_change_last_and_counts_it(ada: Namespace) -> None:
    ada.vault.put_memories([known(TEA)])
    made, changes, _ = night(ada, [], mind=False, levels={"core": ""}, counts={"add_link": 3})
    assert [o.kind for o in made] == ["change_core"]
    assert changes["counts"] == {"add_link": 3, "change_core": 1}
    assert TEA in changes["summary"]


def test_lines_of_one_page_stand_together(ada: Namespace) -> None:
    tea, deploy, city = known(TEA, 4), known(DEPLOY, 3), known(CITY, 2)
    ada.vault.put_memories([tea, deploy, city])
    assert texts(change(ada)) == [TEA, DEPLOY, CITY]
    page = known("Ada: at home", kind="page", status="active", cites=(tea.id, city.id))
    new = operation("add_memory", page)
    assert texts(change(ada, (new,))) == [TEA, CITY, DEPLOY]
    ada.vault.put_memories([page])
    assert texts(change(ada)) == [TEA, CITY, DEPLOY]


def test_a_page_is_no_line(ada: Namespace) -> None:
    ada.vault.put_memories([known(TEA), known("Ada: tea", kind="page", uses=9, cites=("m1", "m2"))])
    assert texts(change(ada)) == [TEA]


@pytest.mark.parametrize("text", ["What is on my list today?", "/model sonnet", "Check the queue."])
def test_what_states_nothing_is_no_line(ada: Namespace, text: str) -> None:
    ada.vault.put_memories([known(text, kind="fact"), known(CITY, kind="fact")])
    assert texts(change(ada)) == [CITY]
