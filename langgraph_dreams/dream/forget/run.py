"""Forgetting as a transaction: what is asked is noted first, by id, then carried out in steps.

What was derived goes before what it was derived from, so that after a death in between the rest is
found again from what is still there. The files are compacted last.
"""

from collections.abc import Callable
from contextlib import suppress

from langgraph_dreams.dream.forget.plan import Plan, forgetting_plan
from langgraph_dreams.dream.forget.select import EVERY_STATUS, Chosen, notes
from langgraph_dreams.dream.transaction.apply import put_links
from langgraph_dreams.errors import StoreError
from langgraph_dreams.store import NamespaceStore
from langgraph_dreams.types.forgotten import Forgotten

INTENT = "forget"


def begin(vault: NamespaceStore, chosen: Chosen) -> None:
    """Note what is to be forgotten; from here on it will be, also if this process dies."""
    vault.expect_compaction()
    vault.put_intent(
        INTENT,
        {
            "episodes": list(chosen.episodes),
            "memories": list(chosen.memories),
            "recalls": list(chosen.recalls),
            "text": chosen.text,
        },
    )


def forget(vault: NamespaceStore, chosen: Chosen, *, at_once: bool = True) -> Forgotten:
    """Under the lease: forget what was chosen, and tell what went.

    Not `at_once`, nothing finds it any more, and its bytes go when the store is next opened: to
    compact the files takes a second, however little went.
    """
    plan = forgetting_plan(vault, chosen)
    if not (plan.episodes or plan.memories or plan.recalls):
        return forgotten(vault, plan)
    begin(vault, Chosen(plan.episodes, plan.memories, plan.recalls, chosen.text))
    return forgotten(vault, plan, compacted=_carry_out(vault, plan, at_once))


def forget_everything(vault: NamespaceStore, seconds: float, wait: float = 0.0) -> bool:
    """Forget the whole namespace, and its lease with it; true if the files are compacted.

    Raises BusyError when another has the lease, StoreError.
    """
    leases = vault.leases
    lease = leases.take("forgetting everything", seconds, wait)
    stop = leases.keep(lease, seconds)
    try:
        vault.put_intent(INTENT, {"everything": True})
        return vault.drop_namespace()
    except BaseException:
        with suppress(StoreError):  # the failure is what has to be told
            leases.release(lease)
        raise
    finally:
        stop()


def everything_begun(vault: NamespaceStore) -> bool:
    """True if a death cut short the forgetting of the whole namespace."""
    return bool(vault.intents().get(INTENT, {}).get("everything"))


def finish_forgetting(vault: NamespaceStore) -> None:
    """Under the lease: finish what a death cut short."""
    body = vault.intents().get(INTENT)
    if body is None:
        return
    if body.get("everything"):
        vault.drop_namespace()
        return
    ids = {name: tuple(body[name]) for name in ("episodes", "memories", "recalls")}
    _carry_out(vault, forgetting_plan(vault, Chosen(**ids, text=body["text"])))


def _carry_out(vault: NamespaceStore, plan: Plan, at_once: bool = True) -> bool:
    """Do every step; each may be done again. True if the files are compacted."""
    for step in _steps(vault, plan, at_once):
        step()
    return at_once and vault.compact()


def _steps(vault: NamespaceStore, plan: Plan, at_once: bool) -> list[Callable[[], object]]:
    core = plan.core
    return [
        lambda: vault.rewrite_dreams(plan.dreams),
        lambda: None if core is None else vault.put_core(core),
        lambda: vault.rewrite_recalls(plan.recalls, plan.changed_recalls),
        lambda: put_links(vault, list(plan.changed_links)),
        lambda: vault.remove_links(plan.links),
        lambda: vault.put_memories(list(plan.changed.values())),
        lambda: vault.mark_archived(dict.fromkeys(plan.restored, "")),
        lambda: vault.clear_reactions(plan.reactions),
        lambda: vault.erase_items(plan.memories),
        lambda: vault.erase_items(plan.episodes),
        vault.rebuild_thinned,
        *([vault.remove_traces] if at_once else []),
        lambda: vault.drop_intent(INTENT),
    ]


def forgotten(
    vault: NamespaceStore, plan: Plan, *, compacted: bool = False, dry_run: bool = False
) -> Forgotten:
    """Ids of all that goes, or would go."""
    return Forgotten(
        namespace=vault.parts,
        episodes=plan.episodes,
        memories=plan.memories,
        changed=tuple(plan.changed),
        links=tuple(link.id for link in plan.links),
        core=plan.core_lines,
        dreams=tuple(report.id for report in plan.dreams),
        recalls=plan.recalls,
        reactions=plan.reactions,
        compacted=compacted,
        dry_run=dry_run,
    )


def inventory(vault: NamespaceStore) -> Forgotten:
    """All there is, as what goes with the whole namespace."""
    return Forgotten(
        namespace=vault.parts,
        episodes=tuple(vault.episode_ids()),
        memories=(*vault.memory_ids(EVERY_STATUS), *vault.rehearsal_ids(EVERY_STATUS)),
        links=tuple(link.id for link in vault.links(include_expired=True)),
        core=tuple(line.memory for line in vault.get_core().lines),
        dreams=tuple(report.id for report in vault.dreams()),
        recalls=tuple(note.id for note in notes(vault)),
        everything=True,
    )
