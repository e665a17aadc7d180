"""The chats with long answers of an assistant."""

from collections import Counter

import pytest

from benchmarks import evidence
from benchmarks.assistant import __main__ as assistant
from benchmarks.assistant.chats import CHATS, KINDS, exchanges, generate
from benchmarks.evidence import measure
from benchmarks.sets import Case, read_set, take_half, write_set
from langgraph_dreams import DreamPolicy


def test_chats_have_their_length_and_enough_questions() -> None:
    cases = generate()
    assert len(cases) == 2 * CHATS
    for half in ("first", "second"):
        own = take_half(cases, half)
        assert all(half in case.name for case in own)
        assert sum(len(case.questions) for case in own) >= 60
        assert {q.category for case in own for q in case.questions} == set(KINDS)
    for case in cases:
        assert 80 <= len(case.units) <= 120
        long = [len(unit.text.split()) for unit in case.units if unit.speaker == "assistant"]
        short = [len(unit.text.split()) for unit in case.units if unit.speaker == "user"]
        assert 150 <= min(long) <= max(long) <= 400
        assert max(short) < 40
        assert not any("{" in unit.text for unit in case.units)
        assert len({unit.text for unit in case.units}) == len(case.units)


def test_evidence_lies_in_the_turn_that_its_kind_wants() -> None:
    turns = Counter[tuple[str, int]]()
    for case in generate():
        unit = {entry.id: entry for entry in case.units}
        for question in case.questions:
            gold = [unit[name] for name in question.gold]
            told = "assistant" if question.category == "assistant" else "user"
            assert {entry.speaker for entry in gold} == {told}
            assert len({entry.session for entry in gold}) == len(gold)
            turns[question.category, len(gold)] += 1
    assert {kind for kind, count in turns if count == 2} == {"multi", "temporal"}
    assert {kind for kind, count in turns if count == 1} == {*KINDS} - {"multi"}


def test_only_the_newer_of_two_turns_is_evidence_of_an_update() -> None:
    for case in generate():
        order = [unit.id for unit in case.units]
        text = {unit.id: unit.text for unit in case.units}
        for question in case.questions:
            if "our joint account" in text[question.gold[0]]:
                pytest.fail("the older bank is no evidence")
            if question.text == "Which bank is our account with?":
                old = next(u for u in order if "our joint account is at" in text[u].lower())
                assert order.index(old) < order.index(question.gold[0])


def test_halves_share_no_words_of_users_and_the_set_is_the_same_every_time() -> None:
    cases = generate()
    assert generate() == cases
    assert generate(8) != cases
    said = [
        {unit.text for case in take_half(cases, half) for unit in case.units}
        for half in ("first", "second")
    ]
    assert not said[0] & said[1]


def test_a_turn_and_its_answer_are_one_in_exchanges() -> None:
    for whole, case in zip(generate(), exchanges(), strict=True):
        assert len(case.units) == len(whole.units) / 2
        known = {unit.id for unit in case.units}
        text = {unit.id: unit.text for unit in whole.units}
        for unit in case.units:
            assert unit.text == f"user: {unit.said}\nagent: {unit.answered}"
            assert text[unit.id] == f"user: {unit.said}"
        assert all(known.issuperset(question.gold) for question in case.questions)


def test_exchanges_survive_their_file(tmp_path: object) -> None:
    file = tmp_path / "e.jsonl"  # type: ignore[operator]
    write_set(exchanges()[:1], file)
    assert read_set(file)[0].units == exchanges()[0].units


@pytest.mark.slow
def test_ours_before_any_dream_is_measured() -> None:
    whole = exchanges()[0]
    asked = tuple(q for q in whole.questions if q.category == "single")[:2]
    units = tuple(unit for unit in whole.units if unit.id in {g for q in asked for g in q.gold})
    small = Case("small", "small", units, asked)
    summary = measure([small], placebo=False, undreamt=True, policy=DreamPolicy(pool=10))
    assert summary["systems"]["undreamt"]["all"]["recall@20"] == 100.0
    assert "dreams - undreamt" in summary["differences"]


def test_the_command_is_that_of_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[str]] = []
    monkeypatch.setattr(evidence, "main", lambda argv: given.append(argv) or 0)
    assert assistant.main(["--half", "first"]) == 0
    assert given == [["--generated", "assistant", "--undreamt", "--half", "first"]]
