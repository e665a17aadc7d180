"""Operations: typed on the outside, the same JSON as ever inside."""

import pytest
from helpers_store import START, link, memory
from pydantic import ValidationError

from langgraph_dreams import Core, CoreLine, Operation
from langgraph_dreams.types.items import with_lines
from langgraph_dreams.types.operations import (
    ALL,
    beginning,
    final_states,
    leaving,
    operation_id,
    propose,
    propose_scaling,
)


def test_the_stored_form_is_the_dump_of_the_states() -> None:
    old = memory("The rent is 420 euros.", status="active")
    new = old.model_copy(update={"status": "superseded", "valid_to": START})
    made = propose("d1", "supersede_memory", new, before=old, reason="why")
    assert made.model_dump(mode="json") == {
        "id": operation_id("d1", "supersede_memory", old.id),
        "kind": "supersede_memory",
        "target": old.id,
        "before": old.model_dump(mode="json"),
        "after": new.model_dump(mode="json"),
        "reason": "why",
    }
    assert (made.state_before(), made.state_after(), made.memory()) == (old, new, new)


def test_each_kind_has_its_state() -> None:
    one = link("e2", "e1")
    assert propose("d1", "add_link", one).state_after() == one
    assert propose("d1", "add_link", one).state_before() is None
    core = with_lines(Core(), [CoreLine(memory="m1", text="Tea.", sources=("e1",))])
    changed = propose("d1", "change_core", core, before=Core())
    assert (changed.target, changed.core(), changed.state_before()) == ("core", core, Core())
    assert core.tokens > 0
    scaled = propose_scaling("d1", 0.98)
    assert (scaled.target, scaled.after, scaled.factor()) == (ALL, {"factor": 0.98}, 0.98)
    assert scaled.state_after() is None
    with pytest.raises(ValidationError):
        scaled.memory()


def test_what_an_earlier_version_left_out_is_read() -> None:
    stored = link("e2", "e1").model_dump(mode="json")
    del stored["helps"], stored["kind"]
    old = Operation(id="o1", kind="add_link", target=stored["id"], after=stored)
    assert old.link() == link("e2", "e1")
    assert old.after == stored  # and is kept as it was written


def test_the_last_operation_on_a_memory_decides() -> None:
    new = memory("The gate squeaks.", status="tentative")
    used = new.model_copy(update={"status": "active", "uses": 2})
    made = [propose("d1", "add_memory", new), propose("d1", "merge_memory", used)]
    assert final_states(made) == {new.id: used}
    assert leaving(made[0], used).memory() == used
    assert beginning(made[0], new).state_before() == new
    assert used.current
    assert not new.model_copy(update={"status": "retired"}).current
