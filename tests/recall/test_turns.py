"""What states comes before what asks; turns that say the same share a place; the newer first."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from dream_support import START, episode

from langgraph_dreams import DreamPolicy, DreamStore, Episode, Memory, Namespace, Trust
from langgraph_dreams.integrations.fenced_recall import fence_recall, fence_within
from langgraph_dreams.types.items import Contribution, ToolUse, memory_id
from langgraph_dreams.types.recall import Recall, RecallItem

CHATTER = (
    "The printer is out of toner.",
    "The neighbours are rebuilding their terrace.",
    "I finished the third novel of the saga.",
    "The choir rehearses an oratorio by Haydn.",
    "The bike has a flat tyre.",
    "We ate gnocchi with sage.",
    "The tax office sent a letter.",
    "Running shoes are on my list.",
    "The cat caught a shrew.",
    "Please water the ficus.",
)
FACT = "My sister has a cat that is called Pumpernickel."
QUESTION = "What is the name of my sister's cat?"
UNKNOWN = "I do not know that."
OTHERS = (
    "Hey, what is my sister's cat called?",
    "Can you tell me the name of my sister's cat?",
    "Sorry, once more: what is the name of my sister's cat?",
    "The name of my sister's cat?",
    "what is the name of my sister's cat",
)
REPLIES = (
    "I don't have that information yet.",
    "Sorry, I could not find anything about your sister's cat. Could you tell me?",
    "No idea.",
)


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory() as store:
        namespace = store.namespace("ada")
        namespace.record([turn(text, day=-i - 1) for i, text in enumerate(CHATTER)])
        yield namespace


def turn(said: str, answered: str = "", **fields: object) -> Episode:
    """A turn as a recorder writes it."""
    text = f"user: {said}" + (f"\nagent: {answered}" if answered else "")
    return episode(text, **{"said": said, "answered": answered, "day": 0, **fields})


def asked(times: int, answered: str = UNKNOWN, said: str = QUESTION) -> list[Episode]:
    return [turn(said, answered, day=1 + i) for i in range(times)]


def ask(ada: Namespace, question: str = QUESTION, k: int = 30, **options: object) -> Recall:
    return ada.recall(question, k, note=False, **options)


def said(found: Recall) -> list[str]:
    return [r.item.said for r in found.items]


def of(found: Recall, words: str) -> list[RecallItem]:
    return [r for r in found.items if r.item.said == words]


# -- what asks


@pytest.mark.parametrize("times", [0, 1, 5, 10, 20])
@pytest.mark.parametrize("dreamt", [False, True])
def test_a_fact_comes_first_however_often_it_was_asked_for(
    ada: Namespace, times: int, dreamt: bool
) -> None:
    ada.record([turn(FACT, "Noted."), *asked(times)])
    if dreamt:
        ada.dream()
    found = ask(ada)
    assert said(found)[0] == FACT
    assert len(found.items) == len(CHATTER) + 1 + bool(times)
    assert said(ask(ada, k=1)) == [FACT]
    if times:
        (last,) = of(found, QUESTION)
        assert found.items[-1] == last
        assert last.times == times
        assert not any(QUESTION in m.item.text for m in found.memories)


def test_askings_in_other_words_leave_room_for_facts_and_are_found(ada: Namespace) -> None:
    for i, words in enumerate(OTHERS):
        ada.record([turn(words, reply, day=2 + 3 * i + j) for j, reply in enumerate(REPLIES)])
    ada.record([turn(FACT, day=30)])
    first = said(ask(ada, k=5))
    assert first[0] == FACT
    assert not set(OTHERS) & set(first)
    assert set(OTHERS) & set(said(ada.recall("What did I ask you about the cat?", 5)))
    assert set(OTHERS) < set(said(ask(ada)))


def test_what_asks_and_was_answered_is_found_with_its_trust(ada: Namespace) -> None:
    answer = "Your sister's cat is called Pumpernickel."
    ada.record(asked(3))
    ada.record([turn(QUESTION, answer, day=9, trust=Trust.ASSERTED, said_trust=Trust.TRUSTED)])
    found = ask(ada)
    assert found.items[0].item.answered == answer
    assert found.items[0].item.trust == Trust.ASSERTED
    assert found.items[0].times == 1


@pytest.mark.parametrize(
    "words",
    [
        "Did you know that my sister's cat is called Pumpernickel?",
        "My sister's cat is called Pumpernickel, right?",
        "My sister's cat is called Pumpernickel. What does such a cat eat?",
        "Can you remember that my sister's cat is called Pumpernickel?",
    ],
)
def test_a_question_that_tells_is_no_mere_asking(ada: Namespace, words: str) -> None:
    ada.record([*asked(5), turn(words, "I do not know that.", day=20)])
    assert said(ask(ada))[0] == words


def test_what_was_stated_comes_before_an_answer_that_only_tells_it_again(ada: Namespace) -> None:
    ada.record([turn(FACT, "Noted."), turn(QUESTION, f"I remember: {FACT}", day=3)])
    assert said(ask(ada, k=2)) == [FACT, QUESTION]
    ada.record([turn(QUESTION, "Her cat is called Mog, and sleeps in the barn.", day=5)])
    assert set(said(ask(ada, k=3))) == {FACT, QUESTION}


def test_a_question_to_another_member_of_a_group_is_no_mere_asking(ada: Namespace) -> None:
    ada.record(
        [
            turn("Is that cat for the barn or for the house?", UNKNOWN, speaker="Ida", position=1),
            turn("For the house, she sleeps on my bed.", "Noted.", speaker="Ben", position=2),
        ]
    )
    asking = "What is the cat for, the barn or the house?"
    assert said(ask(ada, asking, k=2))[0] == "Is that cat for the barn or for the house?"


def test_the_same_question_of_a_member_stands_behind_the_fact(ada: Namespace) -> None:
    ada.record(
        [
            turn("I detest opera.", "Noted.", day=1, speaker="Ida"),
            turn("Do I enjoy opera?", UNKNOWN, day=2, speaker="Ida", position=1),
            turn("We were at the lake.", "Noted.", day=2, speaker="Ben", position=2),
        ]
    )
    assert said(ask(ada, "Do I enjoy opera?", k=2))[0] == "I detest opera."


def test_what_an_agent_brings_to_many_turns_takes_one_place(ada: Namespace) -> None:
    finding = Contribution(name="researcher", text="The museum of Basel is closed on Mondays.")
    for n, words in enumerate(("My tooth hurts.", "The van is green.", "Ben plays chess.")):
        ada.record(
            [
                turn(words, "Noted.", day=n, others=(finding,)).model_copy(
                    update={"text": f"user: {words}\nresearcher: {finding.text}\nagent: Noted."}
                )
            ]
        )
    ada.record([turn("I went to the museum with Eva.", day=8)])
    found = ask(ada, "When was I in the museum of Basel?", k=3)
    assert sum("Mondays" in r.item.text for r in found.items) == 1
    assert max(r.times for r in found.items) == 3
    found = ask(ada, "Who is the researcher?", k=3, floor=0)
    assert not any(r.why.lexical for r in found.items)


def test_a_line_of_a_chat_may_be_answered_by_the_next(ada: Namespace) -> None:
    lines = ["Bo: When did you adopt the lame hedgehog?", "Cy: Last Sunday, in the rain."]
    ada.record([episode(line, day=40, position=i) for i, line in enumerate(lines)])
    found = [r.item.text for r in ask(ada, "When was the lame hedgehog adopted?", 3).items]
    assert found[:2] == lines
    ada.record([episode("Where is the lame hedgehog?", day=50, thread="alone")])
    found = [r.item.text for r in ask(ada, "Where is the lame hedgehog?").items]
    assert found[-1] == "Where is the lame hedgehog?"


def test_a_question_is_no_memory_that_is_shown(ada: Namespace) -> None:
    (source,) = ada.record([turn(FACT)])
    texts = (QUESTION, "The sister's cat is called Pumpernickel")
    question, fact = (
        Memory(
            id=memory_id("fact", text),
            text=text,
            status="active",
            sources=(source,),
            learned_at=START,
        )
        for text in texts
    )
    ada.vault.put_memories([question, fact])
    assert [r.item.text for r in ask(ada).memories] == [fact.text]


# -- what says the same


def test_equal_lines_share_the_place_of_the_newest(ada: Namespace) -> None:
    lines = ["The build is green.", "the build is green", "Build is green!"]
    ids = ada.record([turn(lines[i % 3], "Noted.", day=i) for i in range(20)])
    found = ask(ada, "Is the build green?", 5)
    assert len(found.items) == 5
    first = found.items[0]
    assert first.item.id == ids[-1]
    assert list(first.repeats) == ids[-2::-1]
    assert list(first.repeats.values()) == [START + timedelta(days=i) for i in range(18, -1, -1)]
    assert all(not r.repeats for r in found.items[1:])


def test_more_equal_lines_than_candidates_hide_nothing(ada: Namespace) -> None:
    ada.record([turn("The nightly build is green.", day=i) for i in range(450)])
    ada.record([turn("The build server moved to Oslo.", day=500)])
    found = ask(ada, "nightly build green", 6)
    assert len(found.items) == 6
    assert "The build server moved to Oslo." in said(found)
    assert found.items[0].times == 450


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The code is 1240.", "The code is 1260."),
        ("The offset is 5.", "The offset is -5."),
        ("The rate is 1.5 percent.", "The rate is 15 percent."),
        ("Anna has the keys.", "Hanna has the keys."),
        ("The keys are here.", "The keys are not here."),
        ("The server is down.", "The server was down."),
        ("The train leaves from Rome.", "The train leaves for Rome."),
        ("My phone is broken.", "Her phone is broken."),
        ("Ann owes Bob ten euros.", "Bob owes Ann ten euros."),
        ("I write C++.", "I write C#."),
        ("The keys are here.", "The keys are here?"),
        ("The keys are with Eva.", "The keys are with Eva, too."),
    ],
)
def test_what_differs_keeps_its_own_place(ada: Namespace, one: str, other: str) -> None:
    ada.record([turn(one, "Noted.", day=1), turn(other, "Noted.", day=2)])
    found = ask(ada, one)
    assert {one, other} < set(said(found))
    assert not any(r.repeats for r in found.items)


@pytest.mark.parametrize(
    "fields",
    [
        {"answered": "It is locked, ask Eva for the code."},
        {"speaker": "bo"},
        {"origin": "web", "trust": Trust.UNTRUSTED},
        {"outcome": "error"},
        {"done": (ToolUse(name="look", result="closed"),)},
    ],
)
def test_equal_words_in_other_circumstances_are_apart(
    ada: Namespace, fields: dict[str, object]
) -> None:
    answered = str(fields.pop("answered", "Noted."))
    ada.record([turn("The gate is open.", "Noted.", day=1)])
    ada.record([turn("The gate is open.", answered, day=2, **fields)])
    assert [r.times for r in of(ask(ada, "Is the gate open?"), "The gate is open.")] == [1, 1]


def test_of_what_changed_to_and_fro_the_last_state_stands_first(ada: Namespace) -> None:
    places = ["Berlin", "Paris", "Berlin"]
    for i, place in enumerate(places):
        ada.record([turn(f"The office is in {place} now.", "Noted.", day=10 * i)])
        ada.dream()
    found = ask(ada, "Where is the office?")
    assert said(found)[:2] == ["The office is in Berlin now.", "The office is in Paris now."]
    assert found.items[0].times == 2


# -- the newer first

OLD, NEW = "The door code is 1240.", "The door code is 1260 now."
CODE = "What is the door code?"


@pytest.mark.parametrize("answers", [0, 5, 10])
@pytest.mark.parametrize("dreamt", [False, True])
@pytest.mark.parametrize("lead", [("",), ("", "Sure: ", "As you told me, ", "By my notes: ")])
def test_old_answers_stand_behind_the_newer_fact(
    ada: Namespace, answers: int, dreamt: bool, lead: Sequence[str]
) -> None:
    texts = [f"{lead[i % len(lead)]}The door code is 1240." for i in range(answers)]
    ada.record([turn(OLD, "Noted.")])
    ada.record([turn(CODE, text, day=1 + i) for i, text in enumerate(texts)])
    if dreamt:
        ada.dream()
    ada.record([turn(NEW, "Noted.", day=40)])
    if dreamt:
        ada.dream()
    found = ask(ada, CODE)
    assert said(found)[0] == NEW
    assert said(ask(ada, CODE, 1)) == [NEW]
    assert OLD in said(found)
    assert len(of(found, CODE)) == len(set(texts))
    before = ask(ada, CODE, as_of=START + timedelta(days=30))
    assert NEW not in said(before)
    assert sum(r.times for r in of(before, CODE)) == answers


def test_what_is_less_trusted_or_said_before_is_not_put_first(ada: Namespace) -> None:
    answer = "The door code is 1240."
    ada.record([turn(CODE, answer, day=1)])
    web = {"origin": "web", "trust": Trust.UNTRUSTED}
    ada.record([turn("The door code is 6666 by this page.", day=5, **web)])
    ada.record([turn("The door code was long ago.", day=-20)])
    assert said(ask(ada, CODE))[0] == CODE


# -- as a model is shown it


def test_the_number_and_the_times_are_told(ada: Namespace) -> None:
    ada.record([turn(FACT, "Noted."), *asked(3)])
    text = fence_recall(ask(ada))
    assert text.count(f"| user: {QUESTION}") == 1
    assert "3 times, also 2026-03-04 UTC, 2026-03-03 UTC" in text
    ada.record([turn(QUESTION, UNKNOWN, day=4 + i) for i in range(40)])
    text = fence_recall(ask(ada))
    assert "43 times" in text
    assert "first 2026-03-03 UTC" in text
    assert len(max(text.splitlines(), key=len)) < 700
    within = fence_within(ask(ada, k=5), 150)
    assert FACT in within


def test_async_answers_alike(ada: Namespace) -> None:
    ada.record([turn(FACT, "Noted."), *asked(6)])
    assert asyncio.run(ada.arecall(QUESTION, 5, note=False)) == ask(ada, k=5)


# -- what was asked before neither measures nor draws in


def test_what_stands_beside_an_asking_is_not_drawn_in(ada: Namespace) -> None:
    fact = turn(FACT, "Noted.", day=30, thread="told")
    again = asked(1)[0].model_copy(update={"thread": "noise", "position": 1})
    beside = [turn(f"The {w} is due.", "Noted.", day=1, thread="noise") for w in ("tax", "rent")]
    beside = [e.model_copy(update={"position": 2 * i}) for i, e in enumerate(beside)]
    ada.record([fact])
    before = ada.recall(QUESTION, 3, note=False).items[0].score
    ada.record([again, *beside])
    items = ada.recall(QUESTION, 5, note=False).items
    assert items[0].item.text == fact.text
    assert items[0].score == pytest.approx(before, rel=0.1)
    assert not any(entry.why.neighbour_of == again.id for entry in items)


def test_a_newer_answer_in_other_words_stands_first_though_linked_by_no_dream(
    ada: Namespace,
) -> None:
    old = turn("The name of my cat is Mozart.", "Noted.", day=1)
    looked = (ToolUse(name="search", result="nothing"),)
    again = turn("The name of my cat is Mozart.", "Noted.", day=2, done=looked)
    new = turn("My cat is called Zorro.", "Noted.", day=9)
    ada.record([old, again, new])
    for dreamt in (False, True):
        if dreamt:
            ada.dream()
        for k in (1, 5):
            first = ada.recall("What is the name of my cat?", k, note=False).items[0]
            assert first.item.text == new.text, (dreamt, k)


# -- whose it is


@pytest.mark.parametrize(
    ("question", "own", "others"),
    [
        (
            "When do I see the doctor?",
            "My appointment at the doctor is on Friday.",
            ("My mother's doctor is in on Mondays.", "I drive my mum to the doctor on Wednesday."),
        ),
        (
            "When does my mother see the doctor?",
            "My mum's doctor's appointment is on Tuesday.",
            ("I see the doctor on Friday.", "My father sees the doctor on Monday."),
        ),
        ("Where do I work?", "I work at Siemens in Graz.", ("My husband works at Bosch.",)),
    ],
)
def test_ones_own_comes_before_a_relatives_and_nothing_is_lost(
    ada: Namespace, question: str, own: str, others: Sequence[str]
) -> None:
    ada.record([turn(text, day=1 + i) for i, text in enumerate((own, *others))])
    assert [item.item.said for item in ada.recall(question, 1).items] == [own]
    found = [item.item.said for item in ada.recall(question, 5).items]
    assert found[0] == own
    assert set(others) <= set(found)


@pytest.mark.parametrize("answer", ["You told me: she is called Pumpernickel.", "Pumpernickel."])
def test_who_asked_before_and_was_answered_lends_nothing_to_what_was_said_around(
    ada: Namespace, answer: str
) -> None:
    talk = "We talked for hours about the new bridge, the ferry, the harbour and its dull cafe."
    ada.record(
        [
            turn(talk, thread="evening", position=0, day=2),
            turn(QUESTION, answer, thread="evening", position=1, day=2),
            turn("My sister owns Pumpernickel, who is a cat.", thread="night", day=9),
        ]
    )
    scores = {r.item.said: r.score for r in ask(ada).items}
    (alone,) = (r.score for r in ask(ada).items if r.item.said == talk)
    ada.forget(episodes=[of(ask(ada), QUESTION)[0].item.id])
    assert of(ask(ada), talk)[0].score == pytest.approx(alone, abs=0.02)
    assert max(scores, key=lambda words: scores[words]) != talk


def test_what_is_found_by_far_best_comes_before_longer_turns_beside_such(ada: Namespace) -> None:
    fact = "My browser is Firefox."
    evening = [
        turn("We work from early to late with a printer, two colleagues and paper forms.", day=3),
        turn(fact, "Firefox keeps its own list of certificates.", day=3),
        turn("People who work with a crane need patience, strong nerves and a warm coat.", day=3),
    ]
    ada.record(
        [
            each.model_copy(update={"thread": "evening", "position": place})
            for place, each in enumerate(evening)
        ]
    )
    found = ask(ada, "Which browser do I work with?")
    assert said(found)[0] == fact
    score = {r.item.said: r.score for r in found.items}
    assert max(score, key=lambda words: score[words]) != fact  # more is lent to those beside it


BESIDE = (
    "We work from early to late with a printer, two colleagues and paper forms.",
    "People who work with a crane need patience, strong nerves and a warm coat.",
)


def test_what_updates_the_best_hit_is_no_rival_of_it(ada: Namespace) -> None:
    old, new = "My browser is Firefox.", "My browser is Vivaldi now."
    for day, fact in ((3, old), (5, new)):
        evening = [turn(text, day=day) for text in (BESIDE[0], fact, BESIDE[1])]
        ada.record(
            each.model_copy(update={"thread": f"evening {day}", "position": place})
            for place, each in enumerate(evening)
        )
    ada.dream()
    lent = DreamPolicy(neighbour_weight=1.0)
    found = ask(ada, "Which browser do I work with?", policy=lent)
    assert said(found)[:2] == [new, old]
    bare = lent.model_copy(update={"memories": 0, "memory_weight": 0.0})
    found = ask(ada, "Which browser do I work with?", policy=bare, links=False)
    assert said(found)[0] in BESIDE  # more is lent to it


def test_a_memory_of_what_stands_behind_a_newer_word_is_not_shown_before_it(
    ada: Namespace,
) -> None:
    old, new = "My bank is Sparbank.", "I am with the bank Fidelia now."
    ada.record([turn(old, day=1)])
    ada.dream()
    assert [entry.item.text for entry in ask(ada, "Which bank am I with?").memories] == [old]
    ada.record([turn(new, day=4)])
    ada.dream()
    found = ask(ada, "Which bank am I with?")
    assert said(found)[0] == new
    assert old in said(found)
    assert old not in [entry.item.text for entry in found.memories]
    assert old in [memory.text for memory in ada.memories()]  # no dream ended it
