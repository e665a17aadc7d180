"""`langgraph-dreams try` on a log: nothing of what comes later helps, and nothing is kept."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dream_support import WordEmbedder

from langgraph_dreams import DreamStore
from langgraph_dreams.cli.main import main
from langgraph_dreams.importers import read_log
from langgraph_dreams.trial import run
from langgraph_dreams.trial.run import run_trial

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAKERS = ("Brandhorst", "Selura", "Ostravin", "Quenley", "Thalbek", "Mordova", "Pexgar", "Zanwick")
PEOPLE = ("Tamsin", "Okoro", "Lindqvist", "Marisol", "Fenwick", "Adaeze", "Ruprecht", "Yolanda")
LANES = ("Orrery", "Tallow", "Gannet", "Sexton", "Wharf", "Cooper", "Juniper", "Mallard")


def log() -> list[str]:
    """Who is to be called stands two turns away from what is asked, by a name alone."""
    lines: list[str] = []

    def say(day: int, role: str, text: str) -> None:
        time = FIRST + timedelta(days=day, minutes=len(lines))
        message = {"role": role, "content": text, "thread": f"d{day}", "time": time.isoformat()}
        lines.append(json.dumps(message))

    for n, (maker, person, lane) in enumerate(zip(MAKERS, PEOPLE, LANES, strict=True)):
        say(n, "user", f"The oven in {lane} Lane is a {maker} from before the flood.")
        say(n, "user", "It rained on the tin roof all afternoon, and the dog slept.")
        say(n + 8, "user", f"Whatever {maker} ever built, {person} has the drawings for it.")
        say(n + 8, "user", "Breakfast was late again because somebody burnt the toast.")
    lines.sort(key=lambda line: json.loads(line)["time"])
    for n, (person, lane) in enumerate(zip(PEOPLE, LANES, strict=True)):
        say(n + 30, "user", f"Whom do I ask about the oven in {lane} Lane?")
        say(n + 30, "assistant", f"Ask {person}.")
    return lines


def test_a_log_is_tried_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("\n".join(log()))
    before = file.read_bytes()
    monkeypatch.chdir(tmp_path)
    small = WordEmbedder()

    def in_memory(**given: object) -> DreamStore:
        return whole(embedder=small)

    def opened(path: str, **given: object) -> DreamStore:
        return at(path, embedder=small)

    whole, at = DreamStore.in_memory, DreamStore.open
    monkeypatch.setattr("langgraph_dreams.cli.past.trying.DreamStore.in_memory", in_memory)
    monkeypatch.setattr("langgraph_dreams.cli.past.trying.DreamStore.open", opened)
    assert main(["try", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["turns"] == len(before.splitlines())
    assert told["questions"] == 8
    assert told["asked"] == told["possible"] == 8
    assert told["dreamt"] < told["turns"]
    assert told["cost"]["calls"] > 0
    assert told["helps"] or told["because"]
    assert [f.name for f in tmp_path.iterdir()] == ["log.jsonl"]
    assert file.read_bytes() == before

    assert main(["try", str(file), "--keep", "kept"]) == 0
    assert "Evidence within the first 10 turns recalled" in capsys.readouterr().out
    with at(tmp_path / "kept", embedder=small) as store:
        counts = store.namespace("default").counts()
    assert (counts["episodes"], counts["undreamt"]) == (told["turns"], 0)
    assert main(["try", str(file), "--keep", "kept"]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert main(["try", str(file), "--model", "openai:x"]) == 1
    assert "--yes" in capsys.readouterr().err


def test_a_question_is_asked_of_what_was_there_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = read_log(log())
    seen: list[tuple[str, int]] = []
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        recall = type(ada).recall

        def watched(self: object, query: str, *args: object, **more: object) -> object:
            seen.append((query, ada.counts()["episodes"]))
            return recall(self, query, *args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(type(ada), "recall", watched)
        found = run_trial(ada, reading)
    assert found is not None
    texts = [e.said for e in reading.episodes]
    assert seen
    for query, episodes in seen:
        assert episodes <= texts.index(query)


def test_a_model_is_asked_for_nothing_before_it_is_agreed_to() -> None:
    with DreamStore.in_memory(embedder=WordEmbedder()) as store:
        ada = store.namespace("ada")
        shown: list[run.Cost] = []
        model = run.FakeListChatModel(responses=["never"])

        def refuse(cost: run.Cost) -> bool:
            shown.append(cost)
            return False

        assert run_trial(ada, read_log(log()), model=model, agreed=refuse) is None
        assert shown[0].calls > 0
        assert ada.dreams() == []
