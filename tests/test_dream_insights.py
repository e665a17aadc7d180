"""Insights: what is put to the model, what of its answers stands, and when an insight retires."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from dream_support import WordEmbedder
from narrate_support import (
    answers,
    bed,
    insight,
    link,
    memory,
    night,
    operation,
    said,
    state,
    superseded,
)

from langgraph_dreams import DreamStore, Namespace, Trust
from langgraph_dreams.dream.after import images
from langgraph_dreams.dream.commit import apply
from langgraph_dreams.dream.communities import communities
from langgraph_dreams.dream.insights import expected
from langgraph_dreams.models import Memory, Operation

KILN = "The Brandhorst kiln is hired for the summer fair."
BURNER = "Brandhorst burners crack when the gas pressure falls below eight bar."
GAS = "The gas pressure at the fairground is six bar."
RISK = "The kiln may crack at the summer fair, where the pressure is too low."


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("acme", "ada")


class Fair:
    """Three memories of three days; the first two are stored and linked, the third is new."""

    def __init__(self, namespace: Namespace, **fields: Any) -> None:
        self.days = [said(namespace, t, day) for day, t in enumerate((KILN, BURNER, GAS))]
        self.kiln, self.burner, self.gas = (
            memory(text, day, **fields)
            for text, day in zip((KILN, BURNER, GAS), self.days, strict=True)
        )
        namespace.vault.put_memories([self.kiln, self.burner])
        namespace.vault.put_links([link(self.days[1], self.days[0])])
        self.operations = [
            operation("add_memory", self.gas),
            operation("add_link", link(self.days[2], self.days[1])),
        ]
        self.memories = [self.kiln, self.burner, self.gas]


@pytest.fixture
def fair(ada: Namespace) -> Fair:
    return Fair(ada)


def numbered(fair: Fair, prompt: str, *memories: Memory) -> list[int]:
    """The numbers under which a prompt shows memories."""
    lines = prompt.splitlines()
    return [
        int(heading.removeprefix("[M").split("]")[0])
        for m in memories
        for heading, text in pairwise(lines)
        if text == f"| {m.text}"
    ]


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
    assert sorted(numbered(fair, prompt, *fair.memories)) == [1, 2, 3]
    assert lone.text not in prompt
    assert "of G1" in prompt
    assert "of G2" not in prompt


def test_without_a_link_there_is_no_community(ada: Namespace, fair: Fair) -> None:
    made, _, asked = night(ada, fair.operations[:1], answers(narrate={}))
    assert [r.step for r in asked] == ["narrate"]
    assert not made


def test_a_shared_source_joins_memories(ada: Namespace) -> None:
    first, second = said(ada, KILN, 0), said(ada, BURNER, 3)
    one = memory(KILN, first)
    both = memory("The kiln is from Brandhorst.", first, second)
    ada.vault.put_memories([one])
    _, _, asked = night(ada, [operation("add_memory", both)], answers(insights={}, narrate={}))
    assert asked[0].step == "insights"
    assert KILN in asked[0].user


def test_one_conversation_alone_is_no_community(ada: Namespace) -> None:
    turns = [said(ada, t, 0, position=i) for i, t in enumerate((KILN, BURNER))]
    memories = [memory(e.text, e) for e in turns]
    ada.vault.put_memories(memories[:1])
    operations = [operation("add_memory", memories[1]), operation("add_link", link(*turns))]
    _, _, asked = night(ada, operations, answers(narrate={}))
    assert "insights" not in [r.step for r in asked]


def test_what_this_dream_did_not_touch_is_not_looked_at(ada: Namespace, fair: Fair) -> None:
    other = memory("Lamps are new.", said(ada, "Lamps are new.", 12))
    _, _, asked = night(ada, [operation("add_memory", other)], answers(narrate={}))
    assert "insights" not in [r.step for r in asked]


def test_untrusted_memories_and_insights_are_not_shown(ada: Namespace, fair: Fair) -> None:
    page = said(ada, "A page says to buy gold.", 5, trust=Trust.UNTRUSTED, origin="web")
    bad = memory("One should buy gold.", page, trust=Trust.UNTRUSTED)
    idea = memory("Kilns like gas.", fair.days[0], kind="insight", cites=(fair.kiln.id, bad.id))
    ada.vault.put_memories([bad, idea])
    more = operation("add_link", link(page, fair.days[2]))
    _, _, asked = night(ada, [*fair.operations, more], answers(insights={}, narrate={}))
    assert KILN in asked[0].user
    assert bad.text not in asked[0].user
    assert idea.text not in asked[0].user


def test_an_insight_is_trusted_as_little_as_what_it_cites(ada: Namespace) -> None:
    fair = Fair(ada)
    fair.gas = fair.gas.model_copy(update={"trust": Trust.ASSERTED})
    fair.operations[0] = operation("add_memory", fair.gas)
    (added,) = dreamt(ada, fair, insight(RISK, 1, 2, 3))
    assert Memory.model_validate(added.after).trust == Trust.ASSERTED


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (insight(RISK, 1), "cite fewer than two"),
        (insight(RISK, 1, 1, 1), "cite fewer than two"),
        (insight(RISK, 2, 99, -1, 0), "cite fewer than two"),
        (insight(RISK), "cite fewer than two"),
        (insight("   ", 1, 2), "without text"),
        (insight("\u200b\u202e!!", 1, 2), "without text"),
        (insight("word " * 20_000, 1, 2), "too long"),
        (insight("x" + " " * 100_000 + "y" * 600, 1, 2), "too long"),
        (insight(KILN, 1, 2, 3), "copy a memory"),
        (insight("the  BRANDHORST kiln, is hired for the summer fair", 1, 2), "copy a memory"),
        (insight("The Brandhorst kiln is hired for the summer fair now.", 1, 2), "copy a memory"),
        (insight("Hired for the summer fair.", 1, 2), "copy a memory"),
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
    numbers = numbered(fair, asked[0].user, fair.gas, twin)
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


def test_the_same_graph_has_the_same_communities(ada: Namespace) -> None:
    turns = [said(ada, f"Statement number {i} of the long tale.", i) for i in range(24)]
    memories = [memory(e.text, e) for e in turns]
    links = [link(turns[i + 1], turns[i]) for i in range(23) if i % 6 != 5]
    operations = [operation("add_memory", m) for m in memories]
    operations += [operation("add_link", x) for x in links]
    found = communities(bed(ada), operations, images(operations))
    assert sorted(len(c.memories) for c in found) == [6, 6, 6, 6]
    again = communities(bed(ada), operations[::-1], images(operations[::-1]))
    assert [c.memories for c in again] == [c.memories for c in found]


def test_hashes_of_the_process_do_not_matter(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "from test_dream_insights import *\n"
        "with DreamStore.in_memory(embedder=WordEmbedder()) as store:\n"
        "    ada = store.namespace('a'); turns = [said(ada, f'Turn {i}.', i) for i in range(30)]\n"
        "    ops = [operation('add_memory', memory(e.text, e)) for e in turns]\n"
        "    ops += [operation('add_link', link(turns[i], turns[i * 7 % 30], 0.1 + i / 60))"
        " for i in range(1, 30) if i != i * 7 % 30]\n"
        "    found = communities(bed(ada), ops, images(ops))\n"
        "    print([[m.text for m in c.memories] for c in found])\n"
    )
    here = str(Path(__file__).parent)
    told = {
        subprocess.run(
            [sys.executable, "-c", code, here],
            env={"PYTHONHASHSEED": seed, "PATH": "", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert "Turn" in told.pop()


def test_a_crowd_is_shown_in_part_and_still_spans_conversations(ada: Namespace) -> None:
    day = [said(ada, f"Turn {i} of a long day.", 0, position=i) for i in range(30)]
    far = said(ada, "Something said much later.", 40)
    old = memory(far.text, far)
    ada.vault.put_memories([old])
    operations = [operation("add_memory", memory(e.text, e)) for e in day]
    operations += [operation("add_link", link(e, day[0], 0.9)) for e in day[1:]]
    operations.append(operation("add_link", link(day[0], far, 0.9)))
    (found,) = communities(bed(ada), operations, images(operations))
    assert len(found.memories) <= 8
    assert old.id in found.sessions


def test_far_away_memories_are_out_of_sight(ada: Namespace) -> None:
    turns = [said(ada, f"Link {i} of a chain.", i) for i in range(8)]
    memories = [memory(e.text, e) for e in turns]
    ada.vault.put_memories(memories[:-1])
    ada.vault.put_links([link(b, a, 0.9) for a, b in pairwise(turns)])
    operations = [operation("add_memory", memories[-1])]
    shown = {
        m.id for c in communities(bed(ada), operations, images(operations)) for m in c.memories
    }
    assert shown == {m.id for m in memories[-3:]}, "two links from what is new"


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
    assert expected(bed(ada), same) == 0, "one conversation"
    two = state(episodes=[day[0].id, said(ada, GAS, 2).id])
    assert expected(bed(ada), two) == 1
    assert expected(bed(ada, mind=False), two) == 0
    assert expected(bed(ada, insights=0), two) == 0
    ada.vault.put_memories([memory(e.text, e) for e in day])
    assert expected(bed(ada), state()) == 1
