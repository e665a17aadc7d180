"""Deeds of the tenants of `benchmarks.tenants`, each with its own memory and at another's."""

import json
import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from langgraph_dreams import (
    BusyError,
    DreamsError,
    Episode,
    InvalidInputError,
    Link,
    Namespace,
    NamespaceError,
    RollbackError,
    UnknownDreamError,
    import_log,
    read_log,
)
from langgraph_dreams.namespace.store import store_of
from langgraph_dreams.types.base import now
from langgraph_dreams.types.items import episode_id, link_id

TURNS = 3
"""Episodes of a conversation."""
_START = datetime(2024, 3, 1, 12, tzinfo=UTC)
_THINGS = ("vase", "kiln", "glaze", "boat", "harbour", "violin", "garden", "lantern")
_PLACES = ("Lisbon", "Oslo", "Kyoto", "Quito", "Cairo")
# Names that are easily taken for one another; the n-th tenant has the form n % 8.
_FORMS: tuple[Callable[[int], tuple[str, ...]], ...] = (
    lambda n: ("tenants", f"u{n}"),
    lambda n: ("tenants", f"U{n - 1}"),
    lambda n: (f"tenants/u{n - 2}",),
    lambda n: ("tenants", f"u{n - 3} "),
    lambda n: ("tenants", f"u{n - 4}", "*"),
    lambda n: ("tenants", f"\N{CYRILLIC SMALL LETTER U}{n - 5}"),
    lambda n: ("tenants", f"u{n - 6}\N{ZERO WIDTH SPACE}"),
    lambda n: (f'["tenants", "u{n - 7}"]',),
)


class NotRefusedError(Exception):
    """An act that reaches for another tenant's memory was done."""


@dataclass
class Tenant:
    """A namespace, and the record that is kept of it outside the library."""

    number: int
    space: Namespace
    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each acknowledged conversation the texts by episode id."""
    dreams: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    """Ids of others under which this one keeps something of its own."""
    threads: int = 0

    @property
    def mark(self) -> str:
        """The word that every text of this tenant holds, and none of another's."""
        return f"zq{self.number}mark"

    def texts(self) -> dict[str, str]:
        """All that is kept, by id."""
        with self.lock:
            return {id_: text for thread in self.kept.values() for id_, text in thread.items()}

    def new_thread(self) -> str:
        """A conversation that is nobody else's here; all tenants use the same names."""
        with self.lock:
            self.threads += 1
            return f"t{self.threads}"

    def acknowledged(self, thread: str, texts: dict[str, str]) -> None:
        """Texts by id that are kept from now on."""
        with self.lock:
            self.kept.setdefault(thread, {}).update(texts)


@dataclass(frozen=True)
class Answer:
    """Answer of a call, and what of another's it was given."""

    value: object
    given: frozenset[str] = frozenset()


def parts_of(number: int) -> tuple[str, ...]:
    """The name of a tenant."""
    return _FORMS[number % len(_FORMS)](number)


def conversation(own: Tenant, thread: str) -> list[Episode]:
    """A few turns in the words of a tenant; every clause has its mark."""
    made = []
    for position in range(TURNS):
        number = int(thread[1:]) * TURNS + position
        thing, place = _THINGS[number % len(_THINGS)], _PLACES[number // 8 % len(_PLACES)]
        text = f"note {number} says that the {own.mark} {thing} is in {place}"
        time = _START + timedelta(minutes=number)
        id_ = episode_id(thread, position, text, time)
        made.append(Episode(id=id_, text=text, thread=thread, position=position, time=time))
    return made


def record(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """A conversation."""
    thread = own.new_thread()
    new = conversation(own, thread)
    ids = own.space.record(new)
    own.acknowledged(thread, dict(zip(ids, (one.text for one in new), strict=True)))
    return Answer(ids)


def record_under_foreign_id(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """An own episode that has the id of another's."""
    taken = _one(other.texts(), chance)
    with own.lock:
        if taken in own.told:
            return Answer(())
        own.told.add(taken)
    thread = own.new_thread()
    new = conversation(own, thread)[0].model_copy(update={"id": taken})
    own.space.record([new])
    own.acknowledged(thread, {taken: new.text})
    return Answer(())


def import_foreign_ids(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """A log whose messages bear ids of another's."""
    taken = _one(other.texts(), chance)
    with own.lock:
        own.told.add(taken)
    thread = own.new_thread()
    lines = [
        json.dumps({"role": "user", "content": one.text, "thread": thread, "id": taken})
        for one in conversation(own, thread)
    ]
    report = import_log(own.space, lines)
    own.acknowledged(thread, {one.id: one.text for one in read_log(lines).episodes})
    return Answer(report)


def recall(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """An own question."""
    return Answer(own.space.recall(f"Where is the {own.mark} {chance.choice(_THINGS)}?", 5))


def recall_foreign_words(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """A question in another's very words; only its own may come."""
    texts = other.texts()
    query = texts.get(_one(texts, chance), other.mark)
    as_of = chance.choice((None, now()))
    found = own.space.recall(query, 10, note=False, as_of=as_of)
    return Answer((found.items, found.memories))


def look(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """All there is to see."""
    space = own.space
    seen = (space.episodes(), space.memories(), space.links(True), space.dreams(), space.counts())
    return Answer((*seen, space.core()))


def look_by_foreign_ids(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """Another's episodes and memories by id: there are none."""
    ids = list(other.texts())
    memories = [one.id for one in other.space.memories()]
    return Answer((own.space.episodes(ids), own.space.memories([*memories, *ids])))


def link_foreign_ends(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """A link to another's episode."""
    a, b = _one(own.texts(), chance), _one(other.texts(), chance)
    if b in own.told:
        return Answer(())
    link = Link(id=link_id(a, b), a=a, b=b, channel="own", weight=0.9, created=now())
    return _refused(lambda: own.space.add_links([link]), InvalidInputError, [a, b])


def use_foreign_dream(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """Another's dream by id, in every call that takes one."""
    dream = _one(other.dreams, chance)
    space = own.space
    calls: list[Callable[[], Any]] = [
        lambda: space.report(dream),
        lambda: space.diff(dream),
        lambda: space.rollback(dream, cascade=True),
        lambda: space.recall(own.mark, without_dream=dream),
    ]
    return _refused(chance.choice(calls), UnknownDreamError, [dream])


def undo_foreign_operation(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """Another's operation by id."""
    if not other.dreams:
        return Answer(())
    try:
        operations = other.space.report(chance.choice(other.dreams)).operations
    except UnknownDreamError:  # its owner has forgotten it meanwhile
        return Answer(())
    if not operations:
        return Answer(())
    operation = chance.choice(operations).id
    return _refused(lambda: own.space.undo([operation]), UnknownDreamError, [operation])


def forget_foreign(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """Another's episode by id, and by its words."""
    taken = _one(other.texts(), chance)
    if taken in own.told:
        return Answer(())
    refused = _refused(lambda: own.space.forget(episodes=[taken]), InvalidInputError, [taken])
    gone = own.space.forget(text=other.mark)
    if gone.episodes or gone.memories:
        raise NotRefusedError(f"forgot {gone!r} for the words of another")
    return Answer((refused.value, gone), refused.given)


def forget(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """An own conversation; others have one of the same name."""
    with own.lock:
        if len(own.kept) < 3:
            return Answer(())
        thread = chance.choice(list(own.kept))
        texts = own.kept.pop(thread)
    try:
        return Answer(own.space.forget(thread=thread))
    except BusyError:
        own.acknowledged(thread, texts)
        raise


def dream(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """A dream, with or without focus."""
    report = own.space.dream(focus=chance.choice(("", f"the {own.mark} kiln")))
    with own.lock:
        own.dreams.append(report.id)
    return Answer(report)


def dry_dream(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """A dream that writes nothing, about another's words, and what it would cost."""
    focus = f"the {other.mark} kiln"
    report = own.space.dream(focus=focus, dry_run=True)
    return Answer((report, own.space.plan(focus=focus)), frozenset([other.mark]))


def rollback(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """An own dream undone, with what was built on it."""
    found = [one.id for one in own.space.dreams() if one.status == "committed"]
    if not found:
        return Answer(())
    id_ = chance.choice(found)
    return Answer((own.space.diff(id_), own.space.rollback(id_, cascade=True)))


def template(own: Tenant, other: Tenant, chance: random.Random) -> Answer:
    """The own name filled from a config, and what must not fill one."""
    store = store_of(own.space)
    *outer, last = own.space.parts
    if "{" in "".join(outer) or "[" in last:
        return Answer(())
    made = store.namespace(*outer, "{user_id}")
    bad: Any = chance.choice((None, "", " ", True, ["u1"], "{user_id}", {"user_id": last}))
    wrong = {"configurable": {"user_id": bad}}
    refused = _refused(lambda: made.resolve(wrong), NamespaceError, [last])  # type: ignore[arg-type]
    mine = made.resolve({"configurable": {"user_id": last}})
    return Answer((refused.value, mine.recall(own.mark, 3), mine.counts()), refused.given)


def _refused(call: Callable[[], object], error: type[DreamsError], given: Iterable[str]) -> Answer:
    """The message of the refusal. Raises NotRefusedError when the call went through."""
    try:
        done = call()
    except error as refusal:
        return Answer(f"{refusal} {refusal.__cause__}", frozenset(given))
    raise NotRefusedError(f"{error.__name__} was due, and the answer was {done!r:.300}")


def _one(ids: Iterable[str], chance: random.Random) -> str:
    """One of them, or a made-up one when there is none."""
    return chance.choice(list(ids) or ["e" + "0" * 24])


Use = Callable[[Tenant, Tenant, random.Random], Answer]
USES: dict[Use, int] = {
    record: 20,
    record_under_foreign_id: 3,
    import_foreign_ids: 3,
    recall: 20,
    recall_foreign_words: 20,
    look: 5,
    look_by_foreign_ids: 8,
    link_foreign_ends: 5,
    use_foreign_dream: 8,
    undo_foreign_operation: 3,
    forget_foreign: 2,
    forget: 1,
    dream: 5,
    dry_dream: 2,
    rollback: 2,
    template: 5,
}
"""Frequency of each, relative to the others."""
BUSY: dict[Use, tuple[type[DreamsError], ...]] = {
    forget: (BusyError,),
    forget_foreign: (BusyError,),
    rollback: (BusyError, RollbackError),
    dream: (BusyError,),
    dry_dream: (BusyError,),
    undo_foreign_operation: (BusyError,),
    use_foreign_dream: (BusyError,),
}
"""Errors that two threads in one namespace at once may be told."""
