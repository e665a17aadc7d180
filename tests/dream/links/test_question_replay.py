"""Does it help? Past questions and concerns are asked again with what is new."""

from collections.abc import Iterator

import pytest
from dream_support import WordEmbedder, episode
from mind_support import model, note

from langgraph_dreams import DreamPolicy, DreamStore, Namespace

KILN = "We hired the Brandhorst kiln for all the pots at the fair."
BURNER = "Brandhorst people say their burner cracks below eight bar."
ASKED = "We asked the Brandhorst people for all the reasons at the end."
HARBOUR = "Ombrage sails repair all the boats for the fair near our Brandhorst office."
QUESTION = "Which trouble may the pots at the fair meet?"
NAMES = ("Anna", "Bert", "Cleo", "Dora", "Emil", "Fred", "Gina", "Hugo", "Ines", "Jost", "Kai")
FILLER = [
    f"{name} counted {number} plain lamps under a green roof yesterday evening."
    for number, name in enumerate(NAMES)
]
FAIR = [f"The pots at the fair sold, said visitor {n}." for n in range(8)]


@pytest.fixture
def ada() -> Iterator[Namespace]:
    policy = DreamPolicy(cosine_low=-1.0, link_weight=2.0, protected=0)
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=policy) as store:
        namespace = store.namespace("ada")
        old = enumerate([KILN, *FAIR, *FILLER])
        namespace.record([episode(text, day=n, thread=f"t{n}") for n, text in old])
        namespace.dream()
        new = [BURNER, "Snow fell on the quiet northern hills again."]
        namespace.record([episode(t, day=60 + n, thread=f"n{n}") for n, t in enumerate(new)])
        yield namespace


def link_of(namespace: Namespace, one: str, other: str):
    text = {e.id: e.text for e in namespace.episodes()}
    found = [x for x in namespace.links() if {text[x.a], text[x.b]} == {one, other}]
    return found[0] if found else None


def test_a_link_that_brings_evidence_into_reach_is_worth_more(ada: Namespace) -> None:
    assert BURNER not in [r.item.text for r in ada.recall(QUESTION).items]
    report = ada.dream()
    link = link_of(ada, KILN, BURNER)
    assert report.counts["useful_links"] >= 1
    assert 0 < link.evidence["usefulness"] <= ada.policy.usefulness_bonus
    assert BURNER in [r.item.text for r in ada.recall(QUESTION, note=False).items]


def test_without_a_question_nothing_is_useful(ada: Namespace) -> None:
    report = ada.dream()
    assert report.counts["useful_links"] == 0
    assert link_of(ada, KILN, BURNER).evidence["usefulness"] == 0


def test_a_concern_is_a_question_too(ada: Namespace) -> None:
    report = ada.dream(focus=QUESTION)
    assert report.counts["useful_links"] >= 1
    assert link_of(ada, KILN, BURNER).evidence["usefulness"] > 0


def test_a_memory_that_brings_its_source_into_reach_is_active_at_once(ada: Namespace) -> None:
    ada.recall(QUESTION)
    wording = "The pots at the fair may meet trouble: the Brandhorst burner cracks below eight bar."

    def answer(shown):
        return {
            "memories": [
                note(b, text=wording if "burner" in b.text else b.text)
                for b in shown
                if b.letter == "E" and "from earlier" not in b.heading
            ]
        }

    report = ada.dream(model=model(consolidate=answer))
    status = {m.text: m.status for m in ada.memories()}
    assert report.counts["useful_memories"] == 1
    assert status[wording] == "active"
    assert set(status.values()) == {"active", "tentative"}


def night(bonus: float):
    """Two old turns and a new one share a name; one that went wrong shares it less closely."""
    policy = DreamPolicy(cosine_low=-1.0, affect_bonus=bonus, links_per_item=1)
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=policy) as store:
        ada = store.namespace("ada")
        ada.record([episode(t, day=n, thread=f"t{n}") for n, t in enumerate([KILN, *FILLER])])
        ada.dream()
        ada.record([episode(ASKED, day=60), episode(HARBOUR, day=63, outcome="error")])
        report = ada.dream()
        return report.counts, {x.evidence["affect"] for x in ada.links()}


def test_affect_is_capped_can_be_switched_off_and_says_what_it_changed() -> None:
    calm, none = night(0.0)
    assert none == {0.0}
    assert "affect.raised" not in calm
    moved, felt = night(0.1)
    assert max(felt) == 0.1
    assert moved["affect.raised"] >= 1
    assert moved["affect.kept"] == 0
    stirred, _ = night(1.0)
    assert stirred["affect.kept"] >= 1
