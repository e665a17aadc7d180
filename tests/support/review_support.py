"""A night that waits for a person: memories, a page of them, links, and the core."""

from typing import Any

from dream_support import SMALL, episode
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from mind_support import life, model, note

from langgraph_dreams import Core, DreamReport, Namespace, create_dream_graph

POLICY = SMALL.model_copy(update={"guard_questions": 6})
POLICY = POLICY.with_level("core", every=1, least=1).with_level("page", least=1)


def all_notes(shown: Any) -> dict[str, Any]:
    """The first new turns of a window as memories, in their own words."""
    new = [b for b in shown if b.letter == "E" and "from earlier" not in b.heading]
    return {"memories": [note(b) for b in new[:12]]}


def page(shown: Any) -> dict[str, Any]:
    """The first memories on one page."""
    numbers = [b.number for b in shown if b.letter == "M"][:4]
    return {"pages": [{"about": "workshop", "title": "repairs", "memories": numbers}]}


MIND = model(consolidate=all_notes, pages=page)


def rich(namespace: Namespace) -> None:
    """Something to dream of."""
    shared = ("The Quillon stove smokes.", "A Quillon pipe leaks.", "We sold the Quillon lamp.")
    turns = [episode(t, day=0, position=n - 9, thread=f"q{n}") for n, t in enumerate(shared)]
    namespace.record([*turns, *life(3, 8)])


def waiting(namespace: Namespace) -> DreamReport:
    """A dream over it that waits in the journal."""
    rich(namespace)
    report = namespace.dream(model=MIND, review="ask")
    assert report.status == "waiting"
    return report


class Thread:
    """One thread of a dream graph that asks a person."""

    def __init__(self, namespace: Namespace, **how: Any) -> None:
        built = create_dream_graph(namespace, model=MIND, review="ask", **how)
        self.graph = built.compile(checkpointer=InMemorySaver())
        self.config: Any = {"configurable": {"thread_id": "night"}}

    def begin(self, **given: Any) -> dict[str, Any]:
        """What it asks."""
        return asked(self.graph.invoke(given, self.config))

    def go_on(self, answer: Any) -> DreamReport:
        """The report after an answer."""
        found = self.graph.invoke(Command(resume=answer), self.config)
        assert "__interrupt__" not in found, found["__interrupt__"][0].value.get("problem")
        return DreamReport.model_validate(found["report"])

    def ask_again(self, answer: Any) -> dict[str, Any]:
        """What it asks after an answer that it cannot take."""
        return asked(self.graph.invoke(Command(resume=answer), self.config))


def asked(found: dict[str, Any]) -> dict[str, Any]:
    (interrupt,) = found["__interrupt__"]
    request: dict[str, Any] = interrupt.value
    assert interrupt.response_schema == request["response_schema"]
    return request


def untold(request: dict[str, Any]) -> dict[str, Any]:
    """A request without what it says of the last answer."""
    actions = [
        {**action, "description": action["description"].split("\n\n", 1)[1]}
        for action in request["action_requests"]
    ]
    without = {name: value for name, value in request.items() if name != "problem"}
    return {**without, "action_requests": actions}


def of_kind(report: DreamReport, kind: str) -> list[str]:
    """Targets of the operations of a kind."""
    return [o.target for o in report.operations if o.kind == kind]


def pages_of(report: DreamReport) -> list[dict[str, Any]]:
    added = [o.after or {} for o in report.operations if o.kind == "add_memory"]
    return [after for after in added if after["kind"] == "page"]


def core_of(report: DreamReport) -> Core:
    (after,) = (o.after for o in report.operations if o.kind == "change_core")
    return Core.model_validate(after)


def untouched(namespace: Namespace) -> bool:
    """Whether no dream has written anything."""
    return not (
        namespace.memories()
        or namespace.links(include_expired=True)
        or namespace.core().lines
        or namespace.vault.committed_numbers()
        or namespace.counts()["undreamt"] != namespace.counts()["episodes"]
    )


RENT = "The workshop rent is 420 euros a month and Odile pays it."
HIGHER = "The workshop rent is 510 euros a month and Odile pays it."


def updated(namespace: Namespace) -> tuple[str, DreamReport]:
    """A memory that holds, and a dream that waits to supersede it."""
    namespace.record([episode(RENT, day=0), episode(RENT, day=1)])
    namespace.dream()
    (held,) = namespace.memories()
    namespace.record([episode(HIGHER, day=9)])
    return held.id, namespace.dream(review="ask")
