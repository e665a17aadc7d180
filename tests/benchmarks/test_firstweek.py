"""The first weeks of five persons, and what is measured on them."""

import json
from collections import Counter
from pathlib import Path

import pytest
from helpers_store import HashEmbedder

from benchmarks.firstweek import __main__ as firstweek
from benchmarks.firstweek.figures import (
    ALIKE,
    EVERY,
    OURS,
    Links,
    _links,
    _memories,
    _words,
    together,
)
from benchmarks.firstweek.week import TRAPS, Week, weeks
from benchmarks.runner import CachingEmbedder
from langgraph_dreams import DreamPolicy


def frequency(word: str, language: str) -> float:
    """As if all short words were common."""
    return 5.0 if len(word) < 6 else 2.0


def week(name: str) -> Week:
    return next(week for week in weeks() if week.name == name)


def test_each_half_has_two_languages_and_there_are_enough_persons() -> None:
    assert len(weeks()) == 5
    languages = Counter(week.language for week in weeks())
    assert languages == {"en": 3, "de": 1, "es": 1}
    for half in ("first", "second"):
        assert len({week.language for week in weeks() if week.half == half}) > 1


@pytest.mark.parametrize("name", [week.name for week in weeks()])
def test_a_week_has_what_is_planted(name: str) -> None:
    own = week(name)
    assert 40 <= len(own.turns) <= 60
    assert len({turn.id for turn in own.turns}) == len({turn.say for turn in own.turns})
    assert [turn.time for turn in own.turns] == sorted(turn.time for turn in own.turns)
    stated = [turn for turn in own.turns if turn.holds]
    assert len(stated) >= 12
    assert {turn.kind for turn in own.turns} - {"talk"} == {*TRAPS, *(t.kind for t in stated)}
    for turn in stated:
        assert turn.kind not in TRAPS
        assert all(word.casefold() in turn.say.casefold() for word in turn.holds), turn.id


@pytest.mark.parametrize("name", [week.name for week in weeks()])
def test_a_bridge_is_one_word_of_turns_of_different_days_with_other_wording(name: str) -> None:
    own = week(name)
    turns = {turn.id: turn for turn in own.turns}
    assert len(own.bridges()) >= 6
    for word, ids in own.bridges().items():
        ends = [turns[end] for end in ids]
        assert len(ends) in (2, 3)
        assert len({turn.day for turn in ends}) == len(ends)
        assert all(word.casefold() in turn.say.casefold() for turn in ends), word
        said = [_words(turn.say) for turn in ends]
        assert len(said[0] & said[1]) / min(map(len, said[:2])) < 0.5, word
        named = [t for t in own.turns if word.casefold() in t.say.casefold()]
        assert len(named) <= len(ends) + 2, word


def test_bridges_are_uncommon_words() -> None:
    zipf = pytest.importorskip("wordfreq").zipf_frequency  # of the dev packages
    for own in weeks():
        for word in own.bridges():
            assert zipf(word, own.language) < 4.5, word


def test_links_are_counted_by_their_words() -> None:
    own = week("priya")
    turns = {turn.id: turn for turn in own.turns}
    ids = own.bridges()["boiler"]
    boiler = (turns[ids[0]], turns[ids[1]])
    other = (turns["1.1"], turns["2.1"])
    missed: list[str] = []
    counts = _links(
        own,
        [(boiler, ["boiler"]), (other, ["morn"]), (other, ["good", "morn"]), (other, [])],
        frequency,
        missed,
    )
    # "morn" is the stem of "morning", which is no short word.
    assert counts == Links(links=4, common=0, found=1, planted=len(own.bridges()))
    assert _links(own, [(other, ["good"])], frequency, missed).common == 1
    assert _links(own, [(other, ["good"])], None, missed).common == 0
    assert sum(line.startswith("common") for line in missed) == 1


def test_memories_are_counted_by_what_they_rest_on() -> None:
    own = week("priya")
    turns = {turn.id: turn for turn in own.turns}
    trap = next(turn for turn in own.turns if turn.kind == "joke")
    talk = next(turn for turn in own.turns if turn.kind == "talk")
    missed: list[str] = []
    kept = [
        ("The user is called Priya.", [turns["1.2"]]),
        ("The user has a name.", [turns["1.2"]]),
        ("The user moved to Leeds.", [turns["1.3"], trap]),
        (trap.say, [trap]),
        (talk.say, [talk]),
        ("Nothing said it.", []),
    ]
    counts = _memories(own, kept, missed)
    assert (counts.right, counts.wrong, counts.beside) == (2, 2, 1)
    assert counts.traps == {"joke": 1}
    assert (counts.recalled, counts.stated) == (2, 15)
    assert counts.precision() == 40.0
    assert sum(line.startswith("not kept") for line in missed) == 13


@pytest.mark.slow
def test_a_week_is_lived_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = week("priya")
    short = Week("short", "first", "en", tuple(t for t in whole.turns if t.day in (1, 5)))
    ours = firstweek.run(short, CachingEmbedder(HashEmbedder()), DreamPolicy(), frequency)
    assert ours.links[OURS].links == ours.links[ALIKE].links > 0
    assert ours.links[OURS].planted == len(short.bridges())
    assert ours.memories[EVERY].recalled == ours.memories[EVERY].stated > 0
    assert ours.memories[EVERY].trapped() > 0
    twice = together([ours, ours], "both")
    assert twice.links[OURS].links == 2 * ours.links[OURS].links
    assert twice.memories[EVERY].trapped() == 2 * ours.memories[EVERY].trapped()

    monkeypatch.setattr(firstweek, "run", lambda *_: ours)
    out = tmp_path / "out.json"
    assert firstweek.main(["--weeks", "priya", "--show", "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "half first, dreams" in printed
    assert all(line in printed for line in ours.missed)
    assert json.loads(out.read_text())[0]["links"][OURS]["links"] == ours.links[OURS].links
    assert firstweek.main(["--set", "nonsense=1"]) == 2
