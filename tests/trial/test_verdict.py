"""The verdict: what is counted, and what it says when dreams do not help."""

from langgraph_dreams.trial.questions import PastQuestion
from langgraph_dreams.trial.replay import Asked
from langgraph_dreams.trial.verdict import Cost, Verdict


def asked(alone: int, dreamt: int) -> Asked:
    question = PastQuestion(9, "Whom do I call?", {"tamsin": "Tamsin"}, {"tamsin": (1,)})
    path = ("The kiln is a Brandhorst.", "shares “brandhorst” with: We call Tamsin.")
    return Asked(question, alone, dreamt, ("We call Tamsin.",), path)


def verdict(*results: tuple[int, int], turns: int = 500, links: int = 90) -> Verdict:
    return Verdict(
        turns=turns,
        threads=50,
        skipped=0,
        dreamt=400,
        dreams=3,
        links=links,
        memories=links and 4,
        questions=100,
        possible=len(results),
        asked=tuple(asked(*ranks) for ranks in results),
        repeated=(("The yard is under water.", 7),),
        contradicted=(),
        updated=(("It costs 300.", "It costs 400."),),
        cost=Cost(40, 90_000, 20_000, 0.068, 0.4, 1.6),
    )


def test_dreams_help_when_they_bring_clearly_more() -> None:
    found = verdict(*[(0, 4)] * 9, (2, 0), *[(1, 1)] * 20)
    assert (found.alone, found.with_dreams) == (21, 29)
    assert found.helps
    assert found.because() == []
    text = found.text()
    assert "Dreams help this log: they bring the evidence of 8 more into reach." in text
    assert text.count("asked: “Whom do I call?”") == 3
    assert "shares “brandhorst” with: We call Tamsin." in text
    assert "$0.07 at $0.4" in text
    assert "7 times: “The yard is under water.”" in text
    assert found.data()["gained"] == 9


def test_a_few_more_may_be_chance() -> None:
    found = verdict(*[(0, 4)] * 3, (2, 0), *[(1, 1)] * 4)
    assert not found.helps
    assert found.because() == ["3 gained and 1 lost is too few to be more than chance"]
    assert "Dreams do not help this log yet, because\n  - 3 gained" in found.text()


def test_it_says_why_they_do_not_help() -> None:
    assert "too few" in verdict(turns=12).because()[0]
    few = verdict((0, 1), (0, 1)).because()
    assert few == [
        "of 100 questions that users asked, 2 needed something that was said in an earlier"
        " conversation: too few to tell"
    ]
    known = verdict(*[(1, 1)] * 20).because()
    assert known[0] == "search alone finds the evidence of 20 of 20"
    assert known[1] == "they change for no question whether its evidence is found"
    assert any("rare" in why for why in verdict(*[(0, 0)] * 20, links=0).because())
    worse = verdict(*[(1, 0)] * 6, *[(0, 0)] * 6)
    assert worse.because() == ["they lose 6 and gain 0"]
    assert not worse.helps
