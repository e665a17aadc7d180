"""The one function by which a dream rehearses what it and earlier ones have learned.

With a model it is asked what a later session may ask of the new memories, and of them together with
earlier ones near them, once there are enough; without one, before there are, and for what it gave
no usable answer to, questions are made by the form of the statements. What passes the checks is
stored as a memory of the kind "rehearsal".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from langgraph_dreams.dream.memories.windows import holds
from langgraph_dreams.dream.pages.unfiled import REHEARSALS, learned_since, mark_after
from langgraph_dreams.dream.rehearsals.checks import Draft, Rehearsing
from langgraph_dreams.dream.rehearsals.templated import templated, worth_asking
from langgraph_dreams.dream.rehearsals.upkeep import brought_up_to_date, ended, ended_by
from langgraph_dreams.dream.runtime.context import StageContext, calls_allowed
from langgraph_dreams.dream.runtime.prompts import Rehearsals, rehearsals_request
from langgraph_dreams.dream.runtime.state import DreamState
from langgraph_dreams.dream.runtime.work import Asking, Done
from langgraph_dreams.safety.trust import may_become
from langgraph_dreams.types.items import Memory
from langgraph_dreams.types.operations import Operation, propose

SLICE = 40
"""New memories that are put to the model in one call at most."""
_NEAR, _HITS = 24, 4  # earlier memories shown, and looked at for every new one


@dataclass
class Rehearsed(Done):
    """What rehearsing changes."""

    endings: list[Operation] = field(default_factory=list)
    """Of rehearsals that others replace: these are added before."""


def kept_up(context: StageContext, state: DreamState) -> Done:
    """What any dream does: operations on the rehearsals of memories that it ends."""
    before = [Operation.model_validate(o) for o in state["operations"]]
    gone = ended_by(before)
    if not gone:
        return Done()
    rehearsing = Rehearsing.of(context, state, before)
    done = Done(list(brought_up_to_date(rehearsing, gone)))
    if moved := sum(o.kind == "add_memory" for o in done.operations):
        done.counts["rehearsals"] = moved
    return done


def rehearse(context: StageContext, state: DreamState) -> Asking[Rehearsed]:
    """Operations on rehearsals: of new memories, and of those that this dream ends."""
    before = [Operation.model_validate(o) for o in state["operations"]]
    rehearsing = Rehearsing.of(context, state, before)
    done = Rehearsed(list(brought_up_to_date(rehearsing, ended_by(before))))
    moved = sum(o.kind == "add_memory" for o in done.operations)
    if context.policy.rehearsals:
        yield from _new(rehearsing, done)
    told = rehearsing.added[moved:]
    done.operations += [
        propose(state["dream"], "add_memory", m, reason=f"asked of {len(m.cites)} memories")
        for m in told
    ]
    done.operations += done.endings
    if told or moved:
        done.counts["rehearsals"] = len(told) + moved
    refused = sorted(rehearsing.refused.items())
    done.notes += [f"refused {count} questions {what}" for what, count in refused]
    return done


def _new(rehearsing: Rehearsing, done: Rehearsed) -> Asking[None]:
    """Rehearse what was learned since the mark: by the model if it is enough, else by form.

    Questions by form cost nothing, and wait for no others. The mark stays where it is while there
    is not enough, so that a model is asked of these memories, too.
    """
    context, state = rehearsing.context, rehearsing.state
    learned = learned_since(context, state["number"], _added(rehearsing), REHEARSALS)
    new = [m for m in rehearsing.memories([one.id for one in learned]) if _fit(m)]
    left = worth_asking(rehearsing, [one.id for one in learned])
    if len(new) < context.policy.rehearsals:
        done.endings += _by_form(rehearsing, left)
        return
    shown = 0
    calls = calls_allowed(context, state, "rehearsals")
    for start in range(0, min(len(new), calls * SLICE), SLICE):
        part = new[start : start + SLICE]
        near = _near(rehearsing, part)
        characters = context.policy.episode_characters
        request = rehearsals_request(part, near, characters, context.vault.zone)
        answer = (yield [request])[0]
        if answer.problem:
            done.notes.append(f"rehearsals: {answer.problem}")
        if not isinstance(answer.value, Rehearsals):
            break
        every = (*part, *near)
        drafts = [
            Draft(
                note.question,
                tuple(every[n - 1] for n in note.memories if 1 <= n <= len(every)),
            )
            for note in answer.value.questions
        ]
        if rehearsing.add(drafts) or not drafts:
            gone = {m.id for m in part}
            left = [m for m in left if m.id not in gone]
        shown = start + len(part)
    endings = list(_by_form(rehearsing, left))
    last = new[shown - 1].id if 0 < shown < len(new) else ""
    count = len(learned) if not last else [one.id for one in learned].index(last) + 1
    if calls and not shown:
        count = 0  # the model is asked again
    done.counts |= mark_after(context, learned, count, REHEARSALS)
    done.endings += endings


def _by_form(rehearsing: Rehearsing, memories: Sequence[Memory]) -> Iterator[Operation]:
    """Rehearse by form; what is asked already is asked of those memories too, from now on."""
    for draft in templated(rehearsing, memories):
        old = rehearsing.same(draft.question)
        if old is None:
            rehearsing.add([draft])
            continue
        before = rehearsing.ended
        rehearsing.ended |= {old.id}
        whole = (*rehearsing.memories(old.cites), *draft.memories)
        new = rehearsing.add([Draft(draft.question, whole, old.must_not_say)])
        if not new:
            rehearsing.ended = before  # it stays
        else:
            yield ended(rehearsing.state["dream"], old, new[0], rehearsing.state["started"])


def _added(rehearsing: Rehearsing) -> list[Memory]:
    stored = rehearsing.context.vault.standings(list(rehearsing.changed))
    return [m for n, m in rehearsing.changed.items() if n not in stored and not m.derived]


def _fit(memory: Memory) -> bool:
    return holds(memory) and may_become(memory)


def _near(rehearsing: Rehearsing, new: Sequence[Memory]) -> list[Memory]:
    """Earlier memories near the new ones, the nearest first; of what was replaced too."""
    vault = rehearsing.context.vault
    own = {m.id for m in new}
    best: dict[str, float] = {}
    for hits in vault.dense(vault.embed([m.text for m in new]), _HITS, "m"):
        for name, cosine in hits:
            best[name] = max(best.get(name, -1.0), cosine)
    ranked = sorted((n for n in best if n not in own), key=lambda n: (-best[n], n))
    found = (m for m in rehearsing.memories(ranked) if not m.derived and may_become(m))
    return [m for m in found if m.status != "retired"][:_NEAR]
