"""Communities: which memories belong together, and which of them this dream looks at."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from dream_support import WordEmbedder
from narrate_support import (
    BURNER,
    KILN,
    Fair,
    answers,
    context,
    link,
    memory,
    night,
    operation,
    said,
    superseded,
)

from langgraph_dreams import DreamStore, Namespace, Trust
from langgraph_dreams.dream.memories.communities import communities
from langgraph_dreams.types.operations import final_states


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        yield store.namespace("acme", "ada")


@pytest.fixture
def fair(ada: Namespace) -> Fair:
    return Fair(ada)


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


def test_a_memory_that_holds_no_more_is_not_shown(ada: Namespace, fair: Fair) -> None:
    new = memory("Brandhorst burners stand any pressure.", fair.days[2])
    operations = [*fair.operations, operation("add_memory", new), superseded(fair.burner, new)]
    direct = operation("add_link", link(fair.days[2], fair.days[0]))
    _, _, asked = night(ada, [*operations, direct], answers(insights={}, narrate={}))
    assert KILN in asked[0].user
    assert new.text in asked[0].user
    assert BURNER not in asked[0].user


def test_a_community_beside_the_new_one_waits(ada: Namespace, fair: Fair) -> None:
    boats = [said(ada, f"Boat number {i} of the lake leaks.", 20 + i) for i in range(3)]
    ada.vault.put_memories([memory(e.text, e) for e in boats])
    ada.vault.put_links([link(b, a, 0.9) for a, b in combinations(boats, 2)])
    ada.vault.put_links([link(boats[0], fair.days[1], 0.01)])
    (found,) = communities(context(ada), fair.operations, final_states(fair.operations))
    assert {m.id for m in found.memories} == {m.id for m in fair.memories}


def test_a_link_that_this_dream_retires_joins_nothing(ada: Namespace, fair: Fair) -> None:
    old = link(fair.days[1], fair.days[0])
    gone = operation("retire_link", old.model_copy(update={"status": "expired"}), old)
    (found,) = communities(context(ada), [*fair.operations, gone], final_states(fair.operations))
    assert {m.id for m in found.memories} == {fair.burner.id, fair.gas.id}


def test_a_memory_that_was_only_used_is_not_new(ada: Namespace, fair: Fair) -> None:
    used = fair.kiln.model_copy(update={"uses": 5, "status": "active"})
    operations = [operation("merge_memory", used, fair.kiln)]
    assert not communities(context(ada), operations, final_states(operations))
    said_again = used.model_copy(update={"sources": (*used.sources, "enew")})
    operations = [operation("merge_memory", said_again, fair.kiln)]
    assert communities(context(ada), operations, final_states(operations))


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


def test_the_same_graph_has_the_same_communities(ada: Namespace) -> None:
    turns = [said(ada, f"Statement number {i} of the long tale.", i) for i in range(24)]
    memories = [memory(e.text, e) for e in turns]
    links = [link(turns[i + 1], turns[i]) for i in range(23) if i % 6 != 5]
    operations = [operation("add_memory", m) for m in memories]
    operations += [operation("add_link", x) for x in links]
    found = communities(context(ada), operations, final_states(operations))
    assert sorted(len(c.memories) for c in found) == [6, 6, 6, 6]
    again = communities(context(ada), operations[::-1], final_states(operations[::-1]))
    assert [c.memories for c in again] == [c.memories for c in found]


@pytest.mark.slow
def test_hashes_of_the_process_do_not_matter(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from test_communities import *\n"
        "with DreamStore.in_memory(embedder=WordEmbedder()) as store:\n"
        "    ada = store.namespace('a'); turns = [said(ada, f'Turn {i}.', i) for i in range(30)]\n"
        "    ops = [operation('add_memory', memory(e.text, e)) for e in turns]\n"
        "    ops += [operation('add_link', link(turns[i], turns[i * 7 % 30], 0.1 + i / 60))"
        " for i in range(1, 30) if i != i * 7 % 30]\n"
        "    found = communities(context(ada), ops, final_states(ops))\n"
        "    print([[m.text for m in c.memories] for c in found])\n"
    )
    here = str(Path(__file__).parent)
    told = {
        subprocess.run(
            [sys.executable, "-c", code, here, *sys.path],
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
    (found,) = communities(context(ada), operations, final_states(operations))
    assert len(found.memories) <= 8
    assert old.id in found.sessions


def test_far_away_memories_are_out_of_sight(ada: Namespace) -> None:
    turns = [said(ada, f"Link {i} of a chain.", i) for i in range(8)]
    memories = [memory(e.text, e) for e in turns]
    ada.vault.put_memories(memories[:-1])
    ada.vault.put_links([link(b, a, 0.9) for a, b in pairwise(turns)])
    operations = [operation("add_memory", memories[-1])]
    shown = {
        m.id
        for c in communities(context(ada), operations, final_states(operations))
        for m in c.memories
    }
    assert shown == {m.id for m in memories[-3:]}, "two links from what is new"
