"""The rules of forgetting by themselves: what becomes of a memory, and what tells of a text."""

from collections.abc import Mapping, Sequence

import pytest
from dream_support import episode
from forget_support import SECRETS
from helpers_store import memory

from langgraph_dreams import Episode, Memory
from langgraph_dreams.dream.forget.effects import Fates, fates
from langgraph_dreams.dream.forget.scrub import FORGOTTEN, Redaction
from langgraph_dreams.dream.forget.select import Phrase


def decided(memories: Sequence[Memory], episodes: Sequence[Episode], gone: Episode) -> Fates:
    known = {e.id: e for e in episodes}

    def read(ids: Sequence[str]) -> Mapping[str, Episode]:
        return {id_: known[id_] for id_ in ids if id_ in known}

    return fates({m.id: m for m in memories}, {gone.id}, (), read)


def test_who_supersedes_in_a_ring_rules_nothing() -> None:
    turn = episode("The kiln is old.", day=1)
    lost = episode("The kiln is new.", day=2)
    one = memory("The kiln is old.", [turn.id], id="m1", status="superseded", superseded_by="m2")
    two = memory("The kiln is new.", [lost.id], id="m2", status="superseded", superseded_by="m1")
    fate = decided([one, two], [turn, lost], lost)
    assert fate.removed == ("m2",)
    assert fate.changed["m1"].status == "active"


def test_what_was_retired_stays_so_without_what_replaced_it() -> None:
    turn = episode("The kiln is old.", day=1)
    lost = episode("The kiln is new.", day=2)
    one = memory("The kiln is old.", [turn.id], id="m1", status="retired", superseded_by="m2")
    two = memory("The kiln is new.", [lost.id], id="m2")
    changed = decided([one, two], [turn, lost], lost).changed["m1"]
    assert (changed.status, changed.superseded_by) == ("retired", "")


def test_a_quote_and_a_subject_stay_with_the_source_that_has_them() -> None:
    kept = episode("Quendolyn fires the kiln at noon.", day=1)
    lost = episode("The kiln is fired at noon.", day=2)
    held = memory(
        "The kiln is fired at noon.",
        [kept.id, lost.id],
        quote="the kiln, at NOON",
        about="Quendolyn",
    )
    changed = decided([held], [kept, lost], lost).changed[held.id]
    assert (changed.quote, changed.about) == (held.quote, "Quendolyn")
    other = held.model_copy(update={"quote": "is fired at", "about": "kiln of fired noon clay"})
    changed = decided([other], [kept, lost], lost).changed[held.id]
    assert (changed.quote, changed.about) == ("", "")


def test_a_memory_of_other_evidence_is_left_alone() -> None:
    kept, lost = episode("One.", day=1), episode("Two.", day=2)
    fate = decided([memory("One.", [kept.id])], [kept, lost], lost)
    assert fate == Fates((), {})


REDACTION = Redaction(
    ids={"e12", "m:3-4"},
    texts=[*SECRETS, "Blue heron"],
    lost={"vexhollow", "2026", "83127", "dream"},
    known={"The door code is 83127, says the sign."},
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("She says the VEXHOLLOW thing", FORGOTTEN),
        ("help against the panic, again", FORGOTTEN),
        ("help against the rain, again", "help against the rain, again"),
        ("a blue heron, twice", FORGOTTEN),
        ("a blue bird", "a blue bird"),
        ("as e12 has it", FORGOTTEN),
        ("as e123 has it", "as e123 has it"),
        ("m:3-4", FORGOTTEN),
        ("code 83127", FORGOTTEN),
        ("A dream of 3 Mar 2026", "A dream of 3 Mar 2026"),
        ("Fine.\nVexhollow came.\nFine.", f"Fine.\n{FORGOTTEN}\nFine."),
        ("The door code is 83127, says the sign.", "The door code is 83127, says the sign."),
        ("", ""),
    ],
)
def test_what_tells_of_a_text_is_cut(text: str, left: str) -> None:
    assert REDACTION.text(text) == left


def test_values_lose_ids_and_texts_but_keep_their_form() -> None:
    body = {"sources": ["e1", "e12"], "dream": "blue heron", "superseded_by": "e12", "n": 3}
    body["lines"] = [{"memory": "e12", "text": "x"}, {"memory": "e1", "text": "Vexhollow"}]
    assert REDACTION.value(body) == {
        "sources": ["e1"],
        "dream": "blue heron",
        "superseded_by": "",
        "n": 3,
        "lines": [{"memory": "e1", "text": FORGOTTEN}],
    }


@pytest.mark.parametrize(
    ("phrase", "text", "within"),
    [
        ("red door", "The RED, door.", True),
        ("red door", "redo the door", False),
        ("door", "doors", False),
        ("don't", "I don't.", True),
        ("陶艺", "我的陶艺室", True),
        ("a+b", "a+b", True),
    ],
)
def test_phrases_are_whole_words(phrase: str, text: str, within: bool) -> None:
    assert Phrase(phrase).within([text]) is within
