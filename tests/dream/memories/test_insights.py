"""Insights: what is put to the model, what of its answers stands, and when an insight retires."""

from collections.abc import Iterator
from typing import Any

import pytest
from dream_support import WordEmbedder
from narrate_support import (
    BURNER,
    GAS,
    KILN,
    Fair,
    answers,
    context,
    insight,
    link,
    memory,
    night,
    numbered,
    operation,
    said,
    state,
    superseded,
)

from langgraph_dreams import DreamStore, Namespace, Trust
from langgraph_dreams.dream.memories.insights import expected
from langgraph_dreams.dream.transaction.apply import apply
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import Operation

RISK = "The kiln may crack at the summer fair, where the pressure is too low."


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("acme", "ada")


@pytest.fixture
def fair(ada: Namespace) -> Fair:
    return Fair(ada)


def dreamt(ada: Namespace, fair: Fair, *notes: dict[str, Any], **fields: Any) -> list[Operation]:
    """The insight operations after a model gave these notes."""
    made, _, _ = night(ada, fair.operations, answers(insights={"insights": notes}), **fields)
    return made


def test_an_insight_cites_memories_of_several_conversations(ada: Namespace, fair: Fair) -> None:
    made, changes, asked = night(
        ada, fair.operations, answers(insights={"insights": [insight(RISK, 1, 2, 3)]})
    )
    (added,) = made
    assert added.kind == "add_memory"
    new = Memory.model_validate(added.after)
    assert (new.kind, new.status, new.text) == ("insight", "tentative", RISK)
    assert set(new.cites) == {m.id for m in fair.memories}
    assert set(new.sources) == {e.id for e in fair.days}
    assert new.valid_from == fair.days[2].time, "as new as its newest evidence"
    assert new.learned_at.isoformat() == state()["started"]
    assert changes["counts"]["add_memory"] == 1
    assert [r.step for r in asked] == ["insights", "narrate"]
    apply(ada.vault, (*map(Operation.model_validate, changes["operations"]),))
    assert new.id in {m.id for m in ada.memories()}


def test_the_prompt_shows_the_linked_memories_and_no_others(ada: Namespace, fair: Fair) -> None:
    lone = memory("Grandmother walks again.", said(ada, "Grandmother walks again.", 9))
    ada.vault.put_memories([lone])
    _, _, asked = night(ada, fair.operations, answers(insights={}, narrate={}))
    prompt = asked[0].user
    assert sorted(numbered(prompt, *fair.memories)) == [1, 2, 3]
    assert lone.text not in prompt
    assert "of G1" in prompt
    assert "of G2" not in prompt


def test_an_insight_is_trusted_as_little_as_what_it_cites(ada: Namespace) -> None:
    fair = Fair(ada)
    fair.gas = fair.gas.model_copy(update={"trust": Trust.ASSERTED})
    fair.operations[0] = operation("add_memory", fair.gas)
    (added,) = dreamt(ada, fair, insight(RISK, 1, 2, 3))
    assert Memory.model_validate(added.after).trust == Trust.ASSERTED


def test_an_insight_is_about_what_all_it_cites_is_about(ada: Namespace) -> None:
    fair = Fair(ada, about="the kiln")
    (added,) = dreamt(ada, fair, insight(RISK, 1, 2, 3))
    assert Memory.model_validate(added.after).about == "the kiln"
    other = fair.gas.model_copy(update={"about": "the fairground"})
    fair.operations[0] = operation("add_memory", other)
    (added,) = dreamt(ada, fair, insight(RISK, 1, 2, 3))
    assert Memory.model_validate(added.after).about == ""


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (insight(RISK, 1), "cite fewer than two"),
        (insight(RISK, 1, 1, 1), "cite fewer than two"),
        (insight(RISK, 2, 99, 0), "cite fewer than two"),
        (insight(RISK), "cite fewer than two"),
        (insight("   ", 1, 2), "without text"),
        (insight("\u200b\u202e!!", 1, 2), "without text"),
        (insight("word " * 20_000, 1, 2), "too long"),
        (insight("x" + " " * 100_000 + "y" * 600, 1, 2), "too long"),
        (insight("What could crack the pots at the fair?", 1, 2), "state nothing"),
        (insight("Check the gas pressure before the fair.", 1, 2), "state nothing"),
        (insight(KILN, 1, 2, 3), "copy a memory"),
        (insight("the  BRANDHORST kiln, is hired for the summer fair", 1, 2), "copy a memory"),
        (insight("The Brandhorst kiln is hired for the summer fair now.", 1, 2), "copy a memory"),
        (insight("Hired for the summer fair.", 1, 2), "copy a memory"),
        (insight("For the summer fair is hired the Brandhorst kiln.", 1, 2), "copy a memory"),
        (insight("Thee Brandhorsts kilns iss hire fore the summers fairs.", 1, 2), "copy a memory"),
    ],
)
def test_what_cannot_stand_is_refused(
    ada: Namespace, fair: Fair, note: dict[str, Any], why: str
) -> None:
    made, changes, _ = night(ada, fair.operations, answers(insights={"insights": [note]}))
    assert not made
    assert any(why in text and "refused 1 " in text for text in changes["notes"]), changes["notes"]


def test_a_wrong_number_beside_right_ones_is_left_out(ada: Namespace, fair: Fair) -> None:
    (added,) = dreamt(ada, fair, insight(RISK, 1, 2, 77))
    assert len(Memory.model_validate(added.after).cites) == 2


def test_both_memories_of_one_conversation_are_not_enough(ada: Namespace, fair: Fair) -> None:
    beside = said(ada, "Gas comes in red bottles.", 2, position=1)
    twin = memory(beside.text, beside)
    fair.operations.append(operation("add_memory", twin))
    fair.operations.append(operation("add_link", link(beside, fair.days[0])))
    _, _, asked = night(ada, fair.operations, answers(insights={}, narrate={}))
    numbers = numbered(asked[0].user, fair.gas, twin)
    assert len(numbers) == 2
    assert not dreamt(ada, fair, insight(RISK, *numbers))
    assert dreamt(ada, fair, insight(RISK, 1, 2, 3, 4))


def test_one_insight_a_group_and_no_more_groups_than_allowed(ada: Namespace) -> None:
    first = Fair(ada)
    turns = [said(ada, f"Boat number {i} of the lake leaks badly.", 20 + i) for i in range(2)]
    boats = [memory(e.text, e) for e in turns]
    first.operations += [operation("add_memory", m) for m in boats]
    first.operations.append(operation("add_link", link(*turns)))
    notes = [insight(RISK, 1, 2), insight("All of this goes wrong at once.", 2, 3)]
    assert len(dreamt(ada, first, *notes)) == 1
    _, _, asked = night(ada, first.operations, answers(insights={}, narrate={}))
    assert {"of G1", "of G2"} <= {part for part in ("of G1", "of G2") if part in asked[0].user}
    _, _, asked = night(
        ada, first.operations, answers(insights={}, narrate={}), policy={"insights": 1}
    )
    assert "of G1" in asked[0].user
    assert "of G2" not in asked[0].user
    made, _, asked = night(ada, first.operations, answers(narrate={}), policy={"insights": 0})
    assert [r.step for r in asked] == ["narrate"]
    assert not made


def test_the_same_memories_are_not_asked_about_again(ada: Namespace, fair: Fair) -> None:
    done = dreamt(ada, fair, insight(RISK, 1, 2, 3))
    apply(ada.vault, (*fair.operations, *done))
    again = fair.gas.model_copy(update={"sources": (*fair.gas.sources, fair.days[0].id)})
    merged = operation("merge_memory", again, fair.gas)
    _, _, asked = night(ada, [merged], answers(narrate={}))
    assert "insights" not in [r.step for r in asked]


def test_a_known_statement_is_no_insight(ada: Namespace, fair: Fair) -> None:
    gone = memory(RISK, fair.days[0], kind="insight", status="retired", cites=("m1", "m2"))
    ada.vault.put_memories([gone])
    assert not dreamt(ada, fair, insight(RISK, 1, 2, 3))
    assert not dreamt(ada, fair, insight(RISK.upper(), 1, 2, 3))


def test_a_memory_elsewhere_is_known_too(ada: Namespace, fair: Fair) -> None:
    ada.vault.put_memories([memory(RISK, said(ada, RISK, 30))])
    assert not dreamt(ada, fair, insight(RISK, 1, 2, 3))


def test_one_insight_over_the_same_memories(ada: Namespace, fair: Fair) -> None:
    turns = [said(ada, f"Gas bottle {i} of the fair is half empty.", 20 + i) for i in range(2)]
    fair.operations += [operation("add_memory", memory(e.text, e)) for e in turns]
    fair.operations += [operation("add_link", link(e, fair.days[1])) for e in turns]
    idea = memory(RISK, *fair.days[:2], kind="insight", cites=(fair.kiln.id, fair.burner.id))
    ada.vault.put_memories([idea])
    _, _, asked = night(ada, fair.operations, answers(insights={}, narrate={}))
    again = numbered(asked[0].user, fair.kiln, fair.burner)
    other = numbered(asked[0].user, fair.kiln, fair.gas)
    text = "Somebody must look after the bottles."
    assert len(again) == len(other) == 2
    assert not dreamt(ada, fair, insight(text, *again))
    assert dreamt(ada, fair, insight(text, *other))


def test_without_a_model_or_a_call_in_the_plan_nothing_is_asked(ada: Namespace, fair: Fair) -> None:
    made, changes, asked = night(ada, fair.operations, mind=False)
    assert not made
    assert not asked
    assert not changes["notes"]
    spent = {"calls": {"consolidate": 3}}
    made, _, asked = night(ada, fair.operations, plan=spent)
    assert not made
    assert not asked
    some = {"calls": {"insights": 1}}
    made, _, asked = night(ada, fair.operations, answers(insights={}), plan=some)
    assert [r.step for r in asked] == ["insights"]


def test_a_model_that_fails_is_noted_and_the_dream_goes_on(ada: Namespace, fair: Fair) -> None:
    made, changes, _ = night(ada, fair.operations, answers(insights="the server is on fire"))
    assert not made
    assert any("the server is on fire" in note for note in changes["notes"])
    assert changes["summary"]


# -- retiring


def test_an_insight_goes_with_its_ground(ada: Namespace, fair: Fair) -> None:
    idea = memory(RISK, *fair.days[:2], kind="insight", cites=(fair.kiln.id, fair.burner.id))
    ada.vault.put_memories([idea])
    made, _, _ = night(ada, [], mind=False)
    assert not made, "it still stands on two"
    new = memory("Brandhorst burners stand any pressure.", fair.days[2])
    operations = [operation("add_memory", new), superseded(fair.burner, new)]
    made, changes, _ = night(ada, operations, mind=False)
    (gone,) = made
    assert (gone.kind, gone.target) == ("retire_memory", idea.id)
    assert gone.before == idea.model_dump(mode="json")
    after = Memory.model_validate(gone.after)
    assert after.status == "retired"
    assert (after.text, after.sources, after.cites) == (idea.text, idea.sources, idea.cites)
    assert changes["counts"]["retire_memory"] == 1
    apply(ada.vault, (*operations, *made))
    assert ada.memories([idea.id])[0].status == "retired"
    assert not night(ada, [], mind=False)[0], "once is enough"


def test_an_insight_whose_memories_are_gone_altogether_is_retired(ada: Namespace) -> None:
    idea = memory(RISK, said(ada, KILN, 0), kind="insight", cites=("mgone", "mlost"))
    ada.vault.put_memories([idea])
    assert [o.target for o in night(ada, [], mind=False)[0]] == [idea.id]


def test_an_insight_that_this_dream_changed_is_retired_as_it_left_it(
    ada: Namespace, fair: Fair
) -> None:
    idea = memory(RISK, fair.days[0], kind="insight", cites=(fair.kiln.id, "mgone"))
    ada.vault.put_memories([idea])
    used = idea.model_copy(update={"uses": 2, "status": "active"})
    (gone,) = night(ada, [operation("merge_memory", used, idea)], mind=False)[0]
    assert gone.before == used.model_dump(mode="json")
    assert Memory.model_validate(gone.after).uses == 2


# -- planning


def test_a_request_is_expected_where_there_may_be_memories(ada: Namespace) -> None:
    day = [said(ada, KILN, 0), said(ada, BURNER, 0, position=1)]
    same = state(episodes=[e.id for e in day])
    assert expected(context(ada), same) == 0, "one conversation"
    two = state(episodes=[day[0].id, said(ada, GAS, 2).id])
    assert expected(context(ada), two) == 1
    assert expected(context(ada, mind=False), two) == 0
    assert expected(context(ada, insights=0), two) == 0
    ada.vault.put_memories([memory(e.text, e) for e in day])
    assert expected(context(ada), state()) == 1
