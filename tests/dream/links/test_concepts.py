"""What brings texts together: words that name something, none of the library's, no idle ones."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest
from dream_support import WordEmbedder, episode
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.graph import START, MessagesState, StateGraph

from langgraph_dreams import DreamPolicy, DreamStore, EpisodeRecorder, Namespace, import_log
from langgraph_dreams.dream.links.concepts import Lexicon
from langgraph_dreams.dream.links.frequency import COMMON, zipf
from langgraph_dreams.language.mixed import language_by_code
from langgraph_dreams.types.labels import unlabelled

LABELS = ("user", "input", "agent", "assistant", "tool", "error", "interrupted", "failed", "called")
ANYTHING = DreamPolicy(cosine_low=-1.0, cosine_high=1.0)


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=ANYTHING) as store:
        yield store.namespace("ada")


def bridges(ada: Namespace, texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Terms over which a night links texts that were said on different days."""
    ada.record([episode(text, day=number) for number, text in enumerate(texts)])
    ada.dream()
    return [link.bridge for link in ada.links()]


# -- the library's own words


def recorded(ada: Namespace) -> None:
    """Turns of every form that the library writes: answered, with tools that fail, failed, left."""
    replies = [
        [AIMessage("A Brandhorst.")],
        [
            AIMessage("", tool_calls=[{"id": "c1", "name": "gauge", "args": {"n": 1}}]),
            ToolMessage("no power", tool_call_id="c1", status="error"),
            AIMessage("Cold."),
        ],
        ValueError("glaze cracked"),
    ]

    def reply(state: MessagesState) -> dict[str, object]:
        answer = replies.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"messages": answer}

    graph = StateGraph(MessagesState)
    graph.add_node("reply", reply)
    graph.add_edge(START, "reply")
    recorder = EpisodeRecorder(ada)
    app = graph.compile().with_config(callbacks=[recorder])
    for number, said in enumerate(("What kiln?", "Is it hot?", "Why?")):
        thread = {"configurable": {"thread_id": str(number)}}
        with suppress(ValueError):
            app.invoke({"messages": [HumanMessage(said)]}, thread)
    recorder.close()


def test_no_word_of_the_library_is_found_or_linked(ada: Namespace) -> None:
    recorded(ada)
    call = {"id": "c", "type": "function", "function": {"name": "gauge", "arguments": "{}"}}
    said = [
        {"role": "user", "content": "Rhubarb is out."},
        {"role": "assistant", "content": [{"type": "image"}, {"type": "text", "text": "Ja."}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
    ]
    import_log(ada, map(json.dumps, said))
    texts = "\n".join(e.text for e in ada.episodes())
    for label in ("user:", "agent:", "tool:", "error:", " failed:", "called ", "[image]"):
        assert label in texts
    for label in (*LABELS, "image"):
        assert ada.vault.lexical(label, 9) == [], label
        assert ada.vault.frequencies([label]) == {label: 0}
    for word in ("brandhorst", "gauge", "glaze", "rhubarb", "power"):
        assert ada.vault.lexical(word, 9), word
    ids = ada.vault.episode_ids()
    concepts = Lexicon(ada.vault, rare_most=9, fan_penalty=0.5).of(
        {e.id: e.text for e in ada.episodes(ids)}
    )
    named = {c.text.lower() for own in concepts.values() for c in own}
    assert named.isdisjoint(LABELS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user: The tool is blunt.\nagent: Noted.", "The tool is blunt.\nNoted."),
        ('tool: gauge {"n": 1} failed: no power', 'gauge {"n": 1} no power'),
        ("interrupted: the stream was abandoned before its end", ""),
        ('called gauge({"n": 1})', 'gauge({"n": 1})'),
        ("Look [image_url] here … [120 more characters]", "Look  here "),
        ("decision: approve", "approve"),
        ("error:", ""),
        ("The agent called; user: nobody.", "The agent called; user: nobody."),
        ("I called (twice) for the agent", "I called (twice) for the agent"),
        ("toolbox: empty", "toolbox: empty"),
    ],
)
def test_labels_go_and_what_was_said_stays(text: str, said: str) -> None:
    assert unlabelled(text) == said


def test_what_is_said_of_tools_and_agents_is_found(ada: Namespace) -> None:
    ada.record([episode("user: The tool for the lid is blunt.\nagent: I told the agent.", day=0)])
    assert ada.vault.lexical("tool", 3)
    assert ada.vault.lexical("agent", 3)


def test_the_first_line_of_a_turn_is_no_title(ada: Namespace) -> None:
    turn = "user: Thanks again, brilliant\nagent: {}"
    texts = [turn.format("Rhubarb."), turn.format("The kiln.")]
    ada.record([episode(text, day=n) for n, text in enumerate(texts)])
    found = Lexicon(ada.vault, rare_most=9, fan_penalty=0.5).of(
        {e.id: e.text for e in ada.episodes()}
    )
    assert not any(c.is_name for own in found.values() for c in own)


# -- idle words

GERMAN = [
    "Der Ofen brennt.",
    "Die Nachbarin singt abends.",
    "Der Zug hatte Verspätung.",
    "Die Waschmaschine brummt.",
    "Das Auto braucht Sprit.",
    "Die Katze schläft.",
    "Der Bäcker verkauft Brezeln.",
    "Das Fenster klemmt.",
    "Der Hund bellt.",
    "Ein Bote klingelt.",
    "Eine Kerze flackert.",
    "Wir feiern Ostern.",
]
ENGLISH = [
    "The bike needs tyres.",
    "My sister wants a novel lamp.",
    "The roof needs paint.",
    "We want a dog.",
    "The office needs a new printer.",
    "They have a new neighbour.",
    "A novel idea came from Kit.",
    "The choir needed tenors.",
    "My uncle wanted rhubarb.",
    "I think the kiln is cold.",
    "He thinks Bonn is far.",
    "My first violin was red.",
    "Our first guest was Zoe.",
    "Thanks, the soup was tasty.",
    "Thank Mia for plums.",
    "Two ducks hatched.",
    "Two wheels wobble.",
    "It is usually foggy.",
    "Usually Tom cooks.",
]
MIXED_UP = [
    *GERMAN[:6],
    "The boat will die soon.",
    "Der Spiegel is on my desk.",
    "Las Vegas was hot.",
    "El gato duerme.",
    "El perro ladra.",
    "La sopa quema.",
    "La radio zumba.",
    "Le chat dort.",
    "Le pain brûle.",
]


@pytest.mark.parametrize("texts", [GERMAN, ENGLISH, MIXED_UP], ids=["de", "en", "mixed"])
def test_nothing_is_linked_over_words_that_name_nothing(ada: Namespace, texts: list[str]) -> None:
    assert bridges(ada, texts) == []


@pytest.mark.parametrize(
    ("texts", "bridge"),
    [
        (["Der Ofen brennt.", "Wir kaufen einen neuen Ofen."], "ofen"),
        (["The kiln needs bricks.", "A new kiln wants bricks."], "kiln"),
        (["New York needs rain.", "We want to see New York."], "new york"),
        (["El gato duerme.", "Mi gato come."], "gato"),
    ],
)
def test_what_names_something_still_links(ada: Namespace, texts: list[str], bridge: str) -> None:
    others = [text for text in (*GERMAN, *ENGLISH) if text not in texts and "kiln" not in text]
    found, *rest = bridges(ada, [*texts, *others[1:]])
    assert rest == [], (found, rest)
    assert bridge in {term.lower() for term in found}


def test_a_term_is_held_only_where_it_is_a_content_word(ada: Namespace) -> None:
    ada.record([episode(t, day=n) for n, t in enumerate([*MIXED_UP, "Many plants die here."])])
    texts = {e.id: e.text for e in ada.episodes()}
    assert {texts[i] for i in ada.vault.postings(["die"], 99)["die"]} >= {
        "The boat will die soon.",
        "Many plants die here.",
    }
    assert "Die Katze schläft." not in {texts[i] for i in ada.vault.postings(["die"], 99)["die"]}


@pytest.mark.parametrize(
    ("code", "common", "rare"),
    [
        ("en", "wants needing novels using thirteen noon Thursday kilometres", "kiln password"),
        ("de", "wollten gutes dienstags zwanzig Mitternacht Treffen", "Bratsche Wärmepumpe"),
        ("es", "quieres buenas reuniones mediodía catorce", "cerámica calefacción"),
        ("zh", "今天 明天 天去", "陶瓷 娜迪"),
        ("en", "", "Nadia Balu zyrtl"),
    ],
)
def test_what_is_common_in_a_language_is_known_in_every_form(
    code: str, common: str, rare: str
) -> None:
    def frequency(word: str) -> float:
        stem = next(iter(language_by_code(code).tokens(word))).stem
        return zipf(stem, word, code, ["en"])

    assert [word for word in common.split() if frequency(word) < COMMON] == []
    assert [word for word in rare.split() if frequency(word) >= COMMON] == []


# -- what the user says counts

ADVICE = (
    "A kiln wants a slow ramp, a pyrometer, stilts, grog and dry shelves, and glazes with feldspar "
    "craze over a thin engobe; the raku barrel, tongs and sawdust stay outside the studio."
)


def linked(ada: Namespace, turns: Sequence[dict[str, object]]) -> list[tuple[str, ...]]:
    """Bridges of the links between turns, of which each is a day and a thread of its own."""
    ada.record([episode(day=n, thread=f"t{n}", **turn) for n, turn in enumerate(turns)])
    ada.dream()
    return [link.bridge for link in ada.links()]


def answered(said: str, answer: str) -> dict[str, object]:
    return {"text": f"user: {said}\nagent: {answer}", "said": said, "answered": answer}


OTHERS = [{"text": text} for text in (*GERMAN, *ENGLISH) if "kiln" not in text]


@pytest.mark.parametrize(
    "turns",
    [
        [answered("What now?", ADVICE), answered("And then?", ADVICE + " Good luck.")],
        [
            {"text": f"assistant: {ADVICE}", "speaker": "assistant"},
            {"text": f"assistant: {ADVICE} Good luck.", "speaker": "Assistant"},
        ],
        [answered("My kiln broke.", "Oh no."), answered("And then?", ADVICE)],
        [{"text": ADVICE, "origin": "tool"}, {"text": ADVICE + " Yes.", "origin": "web"}],
        [{"text": ADVICE, "origin": "agent"}, {"text": "My kiln broke."}],
    ],
    ids=["answers", "turns of the assistant", "one side", "tools", "agents"],
)
def test_what_only_others_say_links_nothing(ada: Namespace, turns: list[dict[str, object]]) -> None:
    assert linked(ada, [*turns, *OTHERS]) == []


@pytest.mark.parametrize(
    "turns",
    [
        [answered("My kiln broke.", "Oh no."), answered("A new kiln came.", ADVICE)],
        [{"text": "Kiln prices", "origin": "web"}, answered("My kiln broke.", "Oh no.")],
        [{"text": "My kiln broke.", "speaker": "Ada"}, {"text": "A kiln came.", "speaker": "Bo"}],
    ],
    ids=["turns", "what the web brought", "a chat"],
)
def test_what_the_user_says_links_over_that_alone(
    ada: Namespace, turns: list[dict[str, object]]
) -> None:
    assert [tuple(map(str.lower, bridge)) for bridge in linked(ada, [*turns, *OTHERS])] == [
        ("kiln",)
    ]


# -- rare in the language as well

TALK = [
    "We have a good meeting on Thursday at noon, about thirteen people.",
    "Another meeting next Thursday, not at noon, and thirteen things to say.",
    "El martes tengo una reunión a mediodía, catorce personas.",
    "Otro martes, otra reunión buena a mediodía con catorce personas.",
    "Dienstags habe ich um Mitternacht zwanzig Besprechungen mit Leuten.",
    "Zwanzig Leute kommen dienstags gegen Mitternacht.",
]


@pytest.mark.parametrize("size", [0, 400])
def test_few_turns_and_many_are_judged_alike(ada: Namespace, size: int) -> None:
    noise = [f"zq{number}a zq{number}b" for number in range(size)]
    said = [*TALK, "The kiln is cold.", "My sister has a kiln.", *noise]
    assert [tuple(map(str.lower, bridge)) for bridge in bridges(ada, said)] == [("kiln",)]


def test_a_name_is_worth_more_than_another_rare_word(ada: Namespace) -> None:
    said = ["I saw Nadia and the boiler.", "We told Nadia of it.", "The old boiler is loud."]
    ada.record([episode(text, day=n) for n, text in enumerate(said)])
    own = Lexicon(ada.vault, rare_most=9, fan_penalty=1.0).of(
        {e.id: e.text for e in ada.episodes()}
    )
    values = {c.text: (c.worth, c.is_name) for found in own.values() for c in found}
    assert values["Nadia"][0] > values["boiler"][0]
    assert (values["Nadia"][1], values["boiler"][1]) == (True, False)
