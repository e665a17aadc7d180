"""Every public callable with arguments that work: what the fuzz starts from."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from dream_support import FIRST, QUESTION, day
from fuzz_support import Case, Life
from helpers_store import HashEmbedder, episode, link, memory
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import BaseModel

import langgraph_dreams as dreams
from langgraph_dreams import (
    Budget,
    Core,
    CoreLine,
    DreamDiff,
    DreamMiddleware,
    DreamPolicy,
    DreamStore,
    EpisodeRecorder,
    Forgotten,
    IdleDreamer,
    ImportReport,
    LangChainEmbedder,
    LocalEmbedder,
    Operation,
    Recall,
    RecallItem,
    Rollback,
    Trust,
    Why,
)
from langgraph_dreams.types.items import Archival
from langgraph_dreams.types.operations import propose, propose_scaling
from langgraph_dreams.types.weights import Learned

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
STATE = {"messages": [("user", "What kiln is it?"), ("ai", "A Brandhorst.")]}
PAST = InMemorySaver()
"""A checkpointer in which a graph has run once."""
_echo = StateGraph(MessagesState).add_node("echo", lambda state: {}).add_edge(START, "echo")
_echo.compile(checkpointer=PAST).invoke(
    {"messages": [("user", "The kiln is hot.")]}, {"configurable": {"thread_id": "past"}}
)
LOG = ['{"role": "user", "content": "We hired the Brandhorst kiln.", "thread": "t"}']


def ask(method: str, **good: Any) -> Case:
    """A method of a namespace that writes nothing but notes."""
    return Case(lambda life, **given: getattr(life.ada, method)(**given), lambda life: good)


def slow(method: str, **good: Any) -> Case:
    """The twin of such a method: fewer calls say enough."""
    return Case(
        lambda life, **given: getattr(life.ada, method)(**given), lambda life: good, costly=True
    )


def sleep(method: str) -> Case:
    return Case(
        lambda life, **given: getattr(life.ada, method)(**given),
        lambda life: DREAM,
        writes=True,
        keeps=False,
        costly=True,
    )


def write(method: str, good: Callable[[Life], Mapping[str, Any]], costly: bool = False) -> Case:
    return Case(
        lambda life, **given: getattr(life.ada, method)(**given), good, writes=True, costly=costly
    )


def take(method: str, good: Callable[[Life], Mapping[str, Any]]) -> Case:
    """A method of a namespace that may take away on purpose."""
    return Case(
        lambda life, **given: getattr(life.spare, method)(**given),
        good,
        writes=True,
        keeps=False,
        costly=method.startswith("a"),
    )


def dreamt(life: Life) -> str:
    return life.ada.dreams()[-1].id


SLEEP: Mapping[str, Any] = {"focus": "the kiln", "model": None, "budget": None, "policy": None}
ASKED: Mapping[str, Any] = {
    "query": QUESTION,
    "k": 3,
    "links": True,
    "without_dream": (),
    "as_of": None,
    "note": False,
    "policy": None,
    "floor": None,
    "archived": False,
}
FORGET: Mapping[str, Any] = {
    "episodes": None,
    "thread": "no such thread",
    "since": None,
    "until": None,
    "text": None,
    "memories": None,
    "everything": False,
    "dry_run": True,
}
DREAM: Mapping[str, Any] = {**SLEEP, "depth": None, "dry_run": True, "review": "", "on_event": None}


def undo(life: Life) -> dict[str, Any]:
    dream = life.spare.dreams()[-1].id
    return {"operations": [life.spare.report(dream).operations[0].id], "cascade": False}


def back(life: Life) -> dict[str, Any]:
    return {"dream_id": life.spare.dreams()[-1].id, "cascade": False, "redream": True}


def decided(method: str, **good: Any) -> Case:
    """A decision on a dream that waits."""

    def call(life: Life, **given: Any) -> object:
        return getattr(life.asked, method)(**given)

    def on(life: Life) -> dict[str, Any]:
        return {"dream_id": life.asked.dreams()[-1].id, **good}

    return Case(call, on, writes=True, keeps=False, costly=True)


NAMESPACE = {
    "aapprove": decided("aapprove", answer="all"),
    "approve": decided("approve", answer="all"),
    "areject": decided("areject", redream=True),
    "reject": decided("reject", redream=True),
    "add_links": write("add_links", lambda life: {"links": life.ada.links()[:1]}),
    "adream": sleep("adream"),
    "aforget": take("aforget", lambda life: FORGET),
    "aplan": slow("aplan", **SLEEP, depth=None),
    "arecall": slow("arecall", **ASKED),
    "arecord": write("arecord", lambda life: {"episodes": day(FIRST, 0)}),
    "arollback": take("arollback", back),
    "as_retriever": Case(
        lambda life, **given: life.ada.as_retriever(**given).invoke(QUESTION),
        lambda life: {"k": 3, "links": True, "floor": None, "memories": True},
    ),
    "attach": Case(
        lambda life, **given: life.ada.attach(**given), lambda life: {"writer": life.recorder}
    ),
    "aundo": take("aundo", undo),
    "core": ask("core"),
    "counts": ask("counts"),
    "diff": Case(
        lambda life, **given: life.ada.diff(**given), lambda life: {"dream": dreamt(life)}
    ),
    "dream": sleep("dream"),
    "dreams": ask("dreams"),
    "episodes": ask("episodes", ids=None),
    "flush": ask("flush"),
    "forget": take("forget", lambda life: FORGET),
    "links": ask("links", include_expired=False),
    "memories": ask("memories", ids=None),
    "plan": ask("plan", **SLEEP, depth=None),
    "recall": ask("recall", **ASKED),
    "record": write("record", lambda life: {"episodes": day(FIRST, 0)}),
    "report": Case(
        lambda life, **given: life.ada.report(**given), lambda life: {"dream_id": dreamt(life)}
    ),
    "resolve": Case(
        lambda life, **given: life.store.namespace("acme", "{user_id}").resolve(**given),
        lambda life: {"config": {"configurable": {"user_id": "u1"}}},
    ),
    "rollback": take("rollback", back),
    "undo": take("undo", undo),
}


def opened(life: Life, **given: Any) -> None:
    DreamStore.open(**given).close()


def attached(life: Life, **given: Any) -> None:
    DreamStore(**given).close()


def in_memory(life: Life, **given: Any) -> None:
    DreamStore.in_memory(**given).close()


def closed(life: Life) -> None:
    store = DreamStore.in_memory(embedder=HashEmbedder())
    store.close()
    store.close()


def named(life: Life, parts: Any, **given: Any) -> object:
    return life.store.namespace(*_several(parts), **given)


def reembedded(life: Life, parts: Any, **given: Any) -> object:
    return life.store.reembed(*_several(parts), **given)


def _several(parts: Any) -> tuple[Any, ...]:
    """The arguments of a call with a star: a value that is no tuple is the only one."""
    return parts if isinstance(parts, tuple) else (parts,)


def as_base(life: Life, root: Any, **given: Any) -> object:
    store = life.store.as_base_store(*_several(root), **given)
    store.stop_ttl_sweeper()
    return store


HOW = {
    **{"embedder": None, "policy": None, "redact": None, "language": None, "zone": None},
    "reranker": None,
}


def _of_nobody(life: Life) -> str:
    """A turn that is kept aside."""
    life.store._keep_aside(("{user}",), episode(1), "nobody")
    return str(life.store.unattributed()[0]["id"])


STORE = {
    "as_base_store": Case(
        as_base,
        lambda life: {
            **{"root": ("base",), "fields": ["text"], "trust": Trust.ASSERTED},
            "ttl": {"default_ttl": 5},
        },
    ),
    "attribute": Case(
        lambda life, ids, parts: life.store.attribute(ids, *_several(parts)),
        lambda life: {"ids": [_of_nobody(life)], "parts": ("other",)},
        writes=True,
    ),
    "discard": Case(
        lambda life, **given: life.store.discard(**given), lambda life: {"ids": [_of_nobody(life)]}
    ),
    "unattributed": Case(lambda life: life.store.unattributed()),
    "attach": Case(
        lambda life, **given: life.store.attach(**given), lambda life: {"writer": life.recorder}
    ),
    "check": Case(lambda life: life.store.check(), costly=True),
    "close": Case(closed),
    "in_memory": Case(in_memory, lambda life: HOW, costly=True),
    "listen": Case(
        lambda life, **given: life.store.listen(**given), lambda life: {"listener": life.dreamer}
    ),
    "namespace": Case(
        named,
        lambda life: {
            "parts": ("acme", "ada"),
            **{"policy": None, "model": None, "language": None, "zone": None},
        },
    ),
    "namespaces": Case(lambda life: life.store.namespaces()),
    "open": Case(opened, lambda life: {"path": life.folder / "open", **HOW}, costly=True),
    "reembed": Case(
        reembedded,
        lambda life: {"parts": ("ada",), "embedder": HashEmbedder(), "on_progress": None},
        costly=True,
    ),
    "unlisten": Case(
        lambda life, **given: life.store.unlisten(**given), lambda life: {"listener": None}
    ),
}


# -- awake and asleep


def invoked(make: Callable[..., Any], state: object) -> Callable[..., object]:
    return lambda life, **given: make(**given).invoke(state)


def recalled_and_closed(life: Life, **given: Any) -> None:
    EpisodeRecorder(**given).close()


def dreamer_closed(life: Life, **given: Any) -> None:
    IdleDreamer(**given).close()


def recorder(method: str, writes: bool = False, **good: Any) -> Case:
    return Case(
        lambda life, **given: getattr(life.recorder, method)(**given),
        lambda life: good,
        writes=writes,
    )


def idle(method: str, good: Callable[[Life], Mapping[str, Any]] = lambda life: {}) -> Case:
    return Case(lambda life, **given: getattr(life.dreamer, method)(**given), good)


def closing(method: str) -> Case:
    def call(life: Life, **given: Any) -> object:
        return getattr(IdleDreamer(life.other, quiet_seconds=1e6), method)(**given)

    return Case(call, lambda life: {"timeout": 1.0} if method != "closing" else {})


def idle_of(life: Life) -> dict[str, Any]:
    return {
        "store": life.other,
        "quiet_seconds": 1e6,
        "every_seconds": 3600.0,
        "least_episodes": 10**6,
        "most_at_once": 1,
        "only_between": None,
        "zone": None,
        "model": None,
        "budget": None,
        "policy": None,
        "review": "",
        "on_dream": None,
        "on_error": None,
        "clock": IDLE_CLOCK,
        "now": IDLE_NOW,
        "depth": None,
    }


def IDLE_CLOCK() -> float:  # noqa: N802
    return 0.0


def IDLE_NOW() -> datetime:  # noqa: N802
    return WHEN


AWAKE = {
    "EpisodeRecorder": Case(
        recalled_and_closed,
        lambda life: {
            "namespace": life.ada,
            "tags": (),
            "messages_key": "messages",
            "limits": None,
            "attempts": 1,
            "backoff": 0.0,
            "capacity": 10,
            "nap": False,
        },
    ),
    "EpisodeRecorder.aflush": recorder("aflush", timeout=1.0),
    "EpisodeRecorder.close": recorder("close", timeout=1.0),
    "EpisodeRecorder.flush": recorder("flush", timeout=1.0),
    "EpisodeRecorder.record_state": recorder(
        "record_state",
        writes=True,
        state=STATE,
        config=None,
        error=None,
        failed_call=None,
        recalled=False,
    ),
    "DreamMiddleware": Case(
        lambda life, **given: DreamMiddleware(**given),
        lambda life: {
            "namespace": life.ada,
            "k": 3,
            "tokens": 100,
            "core_tokens": None,
            "record": True,
            "recall": True,
            "tools": True,
            "recorder": None,
            "nap": False,
        },
    ),
    "create_recall_tool": Case(
        invoked(dreams.create_recall_tool, {"query": QUESTION}),
        lambda life: {
            "namespace": life.ada,
            "k": 3,
            "name": "recall",
            "description": "Recalls.",
            "links": True,
            "characters": 100,
        },
    ),
    "create_dream_tool": Case(
        invoked(dreams.create_dream_tool, {"focus": None}),
        lambda life: {
            "namespace": life.ada,
            "name": "dream",
            "description": "Dreams.",
            "characters": 100,
            "review": "",
            "approve": None,
            "depth": None,
        },
        writes=True,
        keeps=False,
        costly=True,
    ),
    "create_dream_graph": Case(
        lambda life, **given: dreams.create_dream_graph(**given).compile(),
        lambda life: {
            "namespace": life.ada,
            "model": None,
            "budget": None,
            "review": "",
            "approve": None,
        },
        costly=True,
    ),
    "dream_node": Case(
        invoked(dreams.dream_node, STATE),
        lambda life: {
            "namespace": life.ada,
            "focus": "",
            "output": None,
            "model": None,
            "budget": None,
            "review": "",
            "approve": None,
            "depth": None,
        },
        writes=True,
        keeps=False,
        costly=True,
    ),
    "recall_node": Case(
        invoked(dreams.recall_node, STATE),
        lambda life: {
            "namespace": life.ada,
            "k": 3,
            "tokens": 100,
            "key": "messages",
            "into": "recalled",
            "question": None,
            "core": "",
            "core_tokens": 100,
        },
    ),
    "record_node": Case(
        invoked(dreams.record_node, STATE),
        lambda life: {"namespace": life.ada, "recorder": life.recorder, "messages_key": "messages"},
        writes=True,
    ),
    "IdleDreamer": Case(dreamer_closed, idle_of),
    "IdleDreamer.aclose": closing("aclose"),
    "IdleDreamer.close": closing("close"),
    "IdleDreamer.closing": closing("closing"),
    "IdleDreamer.recorded": idle("recorded", lambda life: {"parts": ("other",), "episodes": 1}),
    "IdleDreamer.touch": idle("touch", lambda life: {"namespace": life.other}),
    "IdleDreamer.wake": idle("wake"),
}


def scheduled(make: Callable[..., Any], **good: Any) -> Case:
    """What a server is asked for; a client that is a text is an address, so none is tried."""
    if make.__name__.startswith("a"):
        return Case(
            lambda life, **given: make(**given), lambda life: {"client": life.aclient(), **good}
        )
    return Case(lambda life, **given: make(**given), lambda life: {"client": life.client(), **good})


SOON: Mapping[str, Any] = {
    "namespace": ("acme", "ada"),
    "after_seconds": 5,
    "graph": "dream",
    "focus": "the kiln",
    "review": "",
    "depth": None,
}
SWEEP: Mapping[str, Any] = {
    "cron": "0 3 * * *",
    "timezone": "UTC",
    "least_episodes": 10,
    "graph": "sweep",
    "depth": None,
}


def exported(life: Life, **given: Any) -> object:
    """To a place of its own each time, unless that is what is tried."""
    if given["out"] == life.folder / "out":
        given["out"] = life.folder / f"out {len(list(life.folder.iterdir()))}"
    return dreams.export_namespace(**given)


def _file(life: Life) -> Path:
    path = life.folder / "small.jsonl"
    if not path.exists():
        with DreamStore.in_memory(embedder=HashEmbedder()) as store:
            small = store.namespace("small")
            small.record(day(FIRST, 0))
            dreams.export_namespace(small, path)
    return path


def restored(life: Life, **given: Any) -> object:
    if given["namespace"] == life.store.namespace("new"):
        given["namespace"].forget(everything=True)
    return dreams.restore_namespace(**given)


def backlog(method: Callable[..., Any]) -> Case:
    return Case(
        lambda life, **given: method(**given),
        lambda life: {
            "namespace": life.spare,
            **SLEEP,
            "depth": None,
            "review": "",
            "on_progress": None,
        },
        writes=True,
        keeps=False,
        costly=True,
    )


ELSEWHERE = {
    "dream_all": backlog(dreams.dream_all),
    "adream_all": backlog(dreams.adream_all),
    "aschedule_dreams": scheduled(dreams.aschedule_dreams, **SOON),
    "schedule_dreams": scheduled(dreams.schedule_dreams, **SOON),
    "aschedule_sweep": scheduled(dreams.aschedule_sweep, **SWEEP),
    "schedule_sweep": scheduled(dreams.schedule_sweep, **SWEEP),
    "read_log": Case(lambda life, **given: dreams.read_log(**given), lambda life: {"source": LOG}),
    "import_log": Case(
        lambda life, **given: dreams.import_log(**given),
        lambda life: {"namespace": life.ada, "path": LOG, "on_progress": None},
        writes=True,
    ),
    "import_past": Case(
        lambda life, **given: dreams.import_past(**given),
        lambda life: {
            "namespace": life.ada,
            "source": PAST,
            "on_progress": None,
            "dry_run": False,
        },
        writes=True,
    ),
    "export_namespace": Case(
        exported, lambda life: {"namespace": life.ada, "out": life.folder / "out", "form": "jsonl"}
    ),
    "restore_namespace": Case(
        restored, lambda life: {"namespace": life.store.namespace("new"), "file": _file(life)}
    ),
    "LangChainEmbedder": Case(
        lambda life, **given: LangChainEmbedder(**given).embed(["a"]),
        lambda life: {
            "embeddings": DeterministicFakeEmbedding(size=8),
            "name": None,
            "dimension": None,
            "batch_size": 2,
        },
    ),
    "LangChainEmbedder.embed": Case(
        lambda life, **given: LangChainEmbedder(DeterministicFakeEmbedding(size=8)).embed(**given),
        lambda life: {"texts": ["a"]},
    ),
    "LangChainEmbedder.embed_query": Case(
        lambda life, **given: LangChainEmbedder(DeterministicFakeEmbedding(size=8)).embed_query(
            **given
        ),
        lambda life: {"text": "a"},
    ),
    "LocalEmbedder": Case(
        lambda life, **given: LocalEmbedder(**given), lambda life: {"threads": 1}
    ),
    "LocalEmbedder.as_langchain": Case(lambda life: LocalEmbedder(1).as_langchain()),
    "LocalEmbedder.embed": Case(
        lambda life, **given: LocalEmbedder().embed(**given),
        lambda life: {"texts": []},
        costly=True,
    ),
}


# -- the words as types

TOLD = {"id": "d1", "namespace": ("ada",), "status": "committed", "started": WHEN, "finished": WHEN}
HOP = {"source": "e1", "target": "e2", "link": "l1", "channel": "bridge", "weight": 0.5}
ITEM = RecallItem(item=episode(1), score=0.5, why=Why())
PLAN = {"episodes": 1, "revisited": 0, "waiting": 0, "pairs": 2}
MODELS: dict[type[BaseModel], Mapping[str, Any]] = {
    Budget: {},
    dreams.Concern: {"kind": "focus", "text": "the kiln"},
    Core: {},
    CoreLine: {"memory": "m1", "text": "A kiln.", "sources": ("e1",)},
    DreamDiff: {"dream": "d1", "status": "committed", "operations": ()},
    dreams.DreamPlan: PLAN,
    DreamPolicy: {},
    dreams.DreamReport: TOLD,
    dreams.Episode: episode(1).model_dump(),
    Forgotten: {"namespace": ("ada",)},
    dreams.Hop: HOP,
    dreams.ReviewRule: {},
    dreams.Link: link("e1", "e2").model_dump(),
    dreams.Memory: memory("A kiln.").model_dump(),
    Operation: {"id": "o1", "kind": "add_link", "target": "l1"},
    Recall: {"query": QUESTION, "items": (ITEM,)},
    RecallItem: {"item": episode(1), "score": 0.5, "why": Why()},
    Rollback: {"dream": "d1", "operations": ()},
    dreams.ToolUse: {"name": "look_up"},
    Why: {},
}


def constructed(kind: type[BaseModel], good: Mapping[str, Any]) -> Case:
    """The model, and what its other public methods and JSON say of it."""

    def call(life: Life, **given: Any) -> object:
        made: Any = kind(**given)
        return made.text() if callable(getattr(made, "text", None)) else made

    return Case(call, lambda life: good)


def said(kind: type[BaseModel], good: Mapping[str, Any], name: str, life: Life) -> str:
    made: Any = kind(**good)
    return str(getattr(made, name)())


def texts() -> dict[str, Case]:
    """Methods without parameters: constructing calls them, with whatever was taken."""
    return {
        f"{kind.__name__}.{name}": Case(partial(said, kind, good, name))
        for kind, good in MODELS.items()
        for name in ("text", "markdown")
        if callable(getattr(kind, name, None))
    }


OPERATIONS = {
    "memory": propose("d1", "add_memory", memory("A kiln.")),
    "link": propose("d1", "add_link", link("e1", "e2")),
    "core": propose("d1", "change_core", Core()),
    "learned": propose("d1", "change_weights", Learned()),
    "archival": propose("d1", "retire_episode", Archival(id="e1", archived="e2")),
    "factor": propose_scaling("d1", 0.9),
    "state_after": propose("d1", "add_link", link("e1", "e2")),
    "state_before": propose("d1", "add_link", link("e1", "e2")),
}
"""What says each thing of itself, by the method that it says it with."""


def told_by(name: str, life: Life) -> object:
    return getattr(OPERATIONS[name], name)()


CASES: dict[str, Case] = {
    **{f"Operation.{name}": Case(partial(told_by, name)) for name in OPERATIONS},
    "DreamPolicy.level": Case(
        lambda life, **given: DreamPolicy().level(**given), lambda life: {"name": "core"}
    ),
    "DreamPolicy.model_copy": Case(
        lambda life, **given: DreamPolicy().model_copy(**given),
        lambda life: {"update": {"stated": False}, "deep": False},
    ),
    "DreamPolicy.with_level": Case(
        lambda life, name, changes: DreamPolicy().with_level(name, every=changes),
        lambda life: {"name": "core", "changes": 3},
    ),
    **{f"Namespace.{name}": case for name, case in NAMESPACE.items()},
    **{f"DreamStore.{name}": case for name, case in STORE.items()},
    "DreamStore": Case(
        attached,
        lambda life: {"client": life.chroma, **HOW, "index_path": None},
        costly=True,
    ),
    **AWAKE,
    **ELSEWHERE,
    **{kind.__name__: constructed(kind, good) for kind, good in MODELS.items()},
    **texts(),
    "redact_secrets": Case(
        lambda life, **given: dreams.redact_secrets(**given),
        lambda life: {
            "text": "Write to ada@example.org.",
            "kinds": ("email",),
            "regions": ("US",),
        },
    ),
    "create_journal_app": Case(
        lambda life, **given: dreams.create_journal_app(**given),
        lambda life: {
            "store": life.store,
            "token": "a token of many letters",
            "hosts": (),
            "only": None,
        },
    ),
    "Backlog": Case(
        lambda life, **given: dreams.Backlog(**given),
        lambda life: {
            "dreams": (),
            "dreamt": 0,
            "left": 0,
            "dreams_left": 0,
            "seconds": 0.0,
            "seconds_left": None,
            "stopped": "",
            "event": None,
        },
    ),
    "ExportReport": Case(
        lambda life, **given: dreams.ExportReport(**given),
        lambda life: {"form": "jsonl", "path": Path("out"), "counts": {}, "left_out": 0},
    ),
    "RestoreReport": Case(
        lambda life, **given: dreams.RestoreReport(**given),
        lambda life: {"namespace": ("a",), "source": ("a",), "exported": "", "counts": {}},
    ),
    "ImportReport": Case(
        lambda life, **given: ImportReport(**given),
        lambda life: {"imported": 1, "already_there": 0, "problems": (), "dry_run": False},
    ),
}
