"""What a user writes who has a strict type checker: it is checked, not run (`make lint`)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import assert_type

from langgraph_dreams import (
    Backlog,
    Budget,
    Core,
    DreamDiff,
    DreamEvent,
    DreamMiddleware,
    DreamPlan,
    DreamPolicy,
    DreamReport,
    DreamsError,
    DreamStore,
    Episode,
    EpisodeRecorder,
    ExportReport,
    Forgotten,
    IdleDreamer,
    ImportReport,
    InvalidInputError,
    Link,
    Memory,
    Namespace,
    Recall,
    Rollback,
    ToolUse,
    Trust,
    create_dream_graph,
    create_dream_tool,
    create_recall_tool,
    dream_all,
    dream_node,
    export_namespace,
    import_log,
    recall_node,
    record_node,
    redact_secrets,
)


def remembered(folder: Path) -> list[str]:
    """A day, a night, and a question."""
    policy = DreamPolicy(keep_items=100)
    with DreamStore.open(folder, policy=policy, redact=redact_secrets) as store:
        ada = store.namespace("ada", model="openai:gpt-4.1-mini")
        assert_type(ada, Namespace)
        asked = ToolUse(name="calendar", args="{}", result="3 May")
        told = Episode(
            id="e1",
            text="I moved to Graz.",
            time=datetime.now(UTC),
            trust=Trust.TRUSTED,
            done=(asked,),
        )
        assert_type(ada.record([told]), list[str])
        assert_type(ada.plan(), DreamPlan)
        report = ada.dream(depth="sleep", budget=Budget(calls=3))
        assert_type(report, DreamReport)
        print(report.summary.upper(), report.finished - report.started, report.counts.get("links"))
        for operation in report.operations:
            print(operation.kind, operation.reason)
        answer = ada.recall("Where do I live?", k=3)
        assert_type(answer, Recall)
        why = answer.items[0].why
        print(why.lift + answer.items[0].score, [hop.link for hop in why.path])
        for memory in ada.memories():
            assert_type(memory, Memory)
            print(memory.text, memory.sources, (memory.valid_from or told.time) + timedelta(days=1))
        for link in ada.links():
            assert_type(link, Link)
            print(link.a, link.b, link.weight)
        assert_type(ada.core(), Core)
        assert_type(ada.diff(report.id), DreamDiff)
        assert_type(ada.rollback(report.id), Rollback)
        assert_type(ada.forget(episodes=["e1"]), Forgotten)
        assert_type(dream_all(ada), Backlog)
        assert_type(export_namespace(ada, folder / "out.jsonl", "jsonl"), ExportReport)
        assert_type(import_log(ada, folder / "log.jsonl"), ImportReport)
        return [item.item.text for item in answer.items]


async def later(ada: Namespace) -> str:
    """The same, awaited."""
    assert_type(await ada.arecord([]), list[str])
    report = await ada.adream()
    assert_type(report, DreamReport)
    answer = await ada.arecall("what?")
    assert_type(answer, Recall)
    return report.narrative or answer.items[0].item.text


def attached(store: DreamStore) -> None:
    """All that is built into an agent."""
    namespace = store.namespace("{user_id}")
    print(recall_node(namespace), record_node(namespace), dream_node(namespace))
    print(create_dream_tool(namespace).name, create_recall_tool(namespace).name)
    print(DreamMiddleware(namespace, tokens=1000).name)
    print(EpisodeRecorder(namespace), create_dream_graph(namespace))
    with IdleDreamer(store, quiet_seconds=600.0) as idle:
        print(idle)


def heard(event: DreamEvent) -> str:
    """What a stream tells."""
    try:
        return f"{event['node']}: {event['text']}"
    except (InvalidInputError, DreamsError) as error:
        return str(error)
