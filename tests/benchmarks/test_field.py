"""The benchmark of the field: what is planned, that it is lived, and what is measured on it."""

import json
from collections import Counter
from pathlib import Path

import pytest
from helpers_store import HashEmbedder, memory

from benchmarks.field.__main__ import chosen, main, run, summarise
from benchmarks.field.figures import AT, FIELD, PLAIN, Told
from benchmarks.field.life import live, statements
from benchmarks.field.plan import STATING, Plan, plan
from benchmarks.generated import generate
from benchmarks.runner import CachingEmbedder
from benchmarks.sets import Case, Half
from langgraph_dreams import DreamStore, InvalidInputError, Namespace, Trust


def quiet(text: str, done: int, total: int) -> None:
    """No progress."""


def short() -> Case:
    """The first sessions of a generated chat."""
    case = generate(1)[0]
    units = tuple(unit for unit in case.units if int(unit.session) <= 6)
    known = {unit.id for unit in units}
    asked = tuple(q for q in case.questions if known.issuperset(q.gold))
    return Case(case.name, case.dataset, units, asked)


@pytest.mark.parametrize("half", ["first", "second"])
def test_a_plan_has_all_that_happens_and_is_the_same_every_time(half: Half) -> None:
    case = generate(1)[0]
    planned = plan(case, half)
    assert planned == plan(case, half)
    steps = planned.steps()
    assert len({step.id for step in steps}) == len(steps)
    assert {step.way for step in steps} == {"talk", "tool", "workers", "writer", "approval"}
    assert {s.again for s in steps} == {"", "edit", "regenerate", "send again", "retry"}
    assert [s.unit for s in steps if s.kind == "unit"] == [unit.id for unit in case.units]
    times = [step.time for sitting in planned.sittings for step in sitting]
    assert times == sorted(times)
    asked = Counter(step.text for step in steps if step.kind == "question")
    assert max(asked.values()) > 1
    for fact in planned.facts:
        told = [s.time for s in steps if s.kind == "fact" and s.text == fact.told]
        corrected = [s.time for s in steps if s.kind == "correction" and s.text == fact.corrected]
        assert len(corrected) == 1
        assert max(told) < corrected[0]
    drafts = [step for step in steps if step.again == "edit"]
    assert drafts
    assert all(step.draft != step.text for step in drafts if len(step.text.split()) > 1)


def test_the_halves_share_nothing_that_is_planted() -> None:
    case = generate(1)[0]
    ours, others = (
        {step.text for step in plan(case, half).steps() if step.kind not in ("unit", "question")}
        for half in ("first", "second")
    )
    assert not ours & others


def test_cases_are_taken_of_both_halves_in_turn() -> None:
    cases = generate(5)
    taken = [(case.name[-1], half) for case, half in chosen(cases, 4)]
    assert taken == [("1", "first"), ("4", "second"), ("2", "first"), ("5", "second")]
    assert len(chosen(cases)) == 5
    assert [case.name[-1] for case, _ in chosen(cases, half="second")] == ["4", "5"]
    with pytest.raises(InvalidInputError, match="half"):
        chosen(cases[:1], half="second")
    with pytest.raises(InvalidInputError, match="evidence"):
        chosen([Case("empty", "", cases[0].units, ())])


class Both:
    """A short chat, lived and recorded plainly."""

    def __init__(self, store: DreamStore) -> None:
        self.plan: Plan = plan(short(), "first")
        self.field: Namespace = store.namespace(FIELD)
        self.plain: Namespace = store.namespace(PLAIN)
        live(self.plan, self.field, self.plain, 3, quiet)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    folder: Path = tmp_path_factory.mktemp("field")
    store = DreamStore.open(folder, embedder=CachingEmbedder(HashEmbedder()))
    return Both(store)


@pytest.mark.slow
def test_all_is_lived_through_the_agents(both: Both) -> None:
    episodes = both.field.episodes()
    told = Told(both.plan)
    by_step = Counter(step.id for e in episodes if (step := told.step_of(e)) is not None)
    for step in both.plan.steps():
        least = 1 + (step.again in ("edit", "regenerate", "send again"))
        assert by_step[step.id] >= least, step
    assert any("connection" in e.error.lower() for e in episodes)  # retried
    assert any(e.outcome == "interrupted" for e in episodes)
    assert {"workers", "writer"} & {told.step_of(e).way for e in episodes if e.others}  # type: ignore[union-attr]
    assert {use.name for e in episodes for use in e.done} >= {"search", "send"}
    # The agents were shown what was recalled: the trust of some answers is not their user's.
    assert {e.trust for e in episodes} >= {Trust.TRUSTED, Trust.ASSERTED}
    assert len(both.field.dreams()) == len(both.plain.dreams()) == 2


@pytest.mark.slow
def test_what_was_stated_is_found_again(both: Both) -> None:
    told = Told(both.plan)
    plain = {told.unit_of(episode) for episode in both.plain.episodes()} - {""}
    assert plain == {unit.id for unit in both.plan.case.units}
    lived = {told.unit_of(episode) for episode in both.field.episodes()} - {""}
    assert lived <= plain
    drafts = {s.id: s for s in both.plan.steps() if s.again == "edit" and s.draft not in s.text}
    for episode in both.field.episodes():
        if episode.message in drafts and episode.said == drafts[episode.message].draft:
            assert told.states(episode) is None


def test_a_memory_that_states_nothing_is_known() -> None:
    planned = plan(short(), "first")
    told, steps = Told(planned), planned.steps()
    plain = {episode.message: episode for episode in statements(steps)}

    def kind(text: str, *messages: str) -> str:
        return told.nothing_in(memory(text), [plain[message] for message in messages])

    for step in steps:
        if step.kind in ("fact", "correction", "steady"):
            assert kind(step.text, step.id) == ""
        elif step.kind not in STATING:
            assert kind(step.text) == step.kind
    unit = next(step for step in steps if step.kind == "unit" and "?" not in step.text)
    assert kind(unit.text, unit.id) == ""
    assert kind(planned.findings[0], unit.id) == "tool or other agent"
    assert kind(planned.summary) == "summary"
    assert kind("Noted.", unit.id) == "agent"
    assert kind("Is it so? Or is it not?", unit.id) == "question"
    assert kind("A statement of nobody.") == "unknown"


@pytest.mark.slow
def test_the_figures_of_a_chat(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = run(short(), "first", CachingEmbedder(HashEmbedder()), 3, quiet)
    found = summarise([figures])
    assert found["questions"] == len(short().questions) > 0
    for name, row in found["recall"].items():
        for k in AT:
            assert (0 <= row[f"@{k}"]["percent"] <= 100) or name == "difference"
    here, there = (found["recall"][name]["@10"]["percent"] for name in (FIELD, PLAIN))
    assert found["recall"]["difference"]["@10"]["percent"] == pytest.approx(here - there, abs=0.02)
    assert there > 0
    assert found["corrections"][FIELD][1] == len(figures.outdated) == 10
    assert sum(found["nothing"].values()) <= found["memories"]
    assert json.loads(json.dumps(found)) == found


def test_a_file_that_cannot_be_read_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--generated", "x.jsonl"])
