"""Messages that were edited or answered again: the last words stand, the earlier ones are kept."""

from dream_support import WordEmbedder, episode

from langgraph_dreams import DreamStore, Episode, Namespace
from langgraph_dreams.integrations.fenced_recall import fence_recall
from langgraph_dreams.safety.trust import may_become


def version(said: str, position: int, **fields: object) -> Episode:
    fields = {"message": "u1", "thread": "t", **fields}
    text = f"user: {said}\nagent: {fields.get('answered', '')}"
    return episode(text, day=1, position=position, said=said, **fields)


OLD = version("The wedding of my sister Ines is on 3 May.", 0, answered="Noted.")
NEW = version("The wedding of my sister Ines in Graz is on 30 May.", 1, answered="Fine.")
ASKED = "When is the wedding of Ines on 3 May?"


def kept(*episodes: Episode) -> Namespace:
    namespace = DreamStore.in_memory(embedder=WordEmbedder()).namespace("acme", "ada")
    others = [episode(f"Number {i} of the choir sings.", day=2 + i) for i in range(4)]
    namespace.record([*episodes, *others])
    return namespace


def heirs(namespace: Namespace, *episodes: Episode) -> list[str]:
    return [e.replaced_by for e in namespace.episodes([e.id for e in episodes])]


def test_the_newest_words_come_first_and_the_older_say_what_replaced_them() -> None:
    namespace = kept(OLD, NEW)
    found = [r.item for r in namespace.recall(ASKED, 6).items]
    assert found[0].id == NEW.id
    old = next(item for item in found if item.id == OLD.id)
    assert old.replaced_by == NEW.id
    assert not may_become(old)
    assert "REPLACED by [1]" in fence_recall(namespace.recall(ASKED, 6))


def test_at_the_time_the_older_words_stood() -> None:
    found = kept(OLD, NEW).recall(ASKED, 6, as_of=OLD.time).items
    assert (found[0].item.id, found[0].item.replaced_by) == (OLD.id, "")
    assert NEW.id not in {r.item.id for r in found}


def test_the_last_answer_to_the_last_words_stands() -> None:
    again = version(NEW.said, 2, answered="Lovely.")
    failed = version(NEW.said, 3, outcome="error", error="rate limit")
    namespace = kept(OLD, NEW, again, failed)
    assert heirs(namespace, OLD, NEW, again, failed) == [again.id, again.id, "", again.id]


def test_edited_words_stand_though_the_run_failed() -> None:
    failed = version(NEW.said, 2, outcome="error", error="rate limit")
    assert heirs(kept(OLD, failed), OLD, failed) == [failed.id, ""]


def test_other_messages_threads_and_turns_without_an_id_replace_nothing() -> None:
    others = [
        version("The wedding is off.", 2, message="u2"),
        version("The wedding is off.", 3, thread="other"),
        version("The wedding is off.", 4, message=""),
        version("The wedding is off.", 5, message=""),
    ]
    assert heirs(kept(OLD, *others), OLD, *others) == [""] * 5


def test_what_is_read_and_recorded_elsewhere_is_not_replaced_there() -> None:
    (old,) = kept(OLD, NEW).episodes([OLD.id])
    assert heirs(kept(old), OLD) == [""]


def test_a_forgotten_version_gives_the_one_before_back() -> None:
    namespace = kept(OLD, NEW)
    namespace.forget(episodes=[NEW.id])
    assert heirs(namespace, OLD) == [""]


def test_a_dream_makes_no_memory_of_replaced_words() -> None:
    said = "The boiler in the cellar at home needs a new valve."

    def sent(text: str, i: int, position: int, answer: str) -> Episode:
        return version(text, position, thread=f"t{i}", message=f"u{i}", answered=answer)

    same = [sent(said, i, i, "Noted.") for i in range(3)]
    edits = [sent(f"Forget it, number {i}.", i, 10 + i, "Done.") for i in range(3)]
    control, edited = kept(*same), kept(*same, *edits)
    control.dream()
    edited.dream()
    assert any("boiler" in memory.text for memory in control.memories())
    assert not any("boiler" in memory.text for memory in edited.memories())
    assert edited.counts()["undreamt"] == 0


def test_the_older_words_take_no_place_from_a_statement() -> None:
    namespace = kept(OLD, NEW)
    assert [r.item.id for r in namespace.recall(ASKED, 6).items][-1] == OLD.id
    assert OLD.id not in {r.item.id for r in namespace.recall(ASKED, 5).items}


def test_a_memory_of_words_edited_since_is_not_returned_and_ends_in_the_next_dream() -> None:
    name = version("My name is Ines and I live in Graz.", 0, answered="Noted.")
    namespace = kept(name)
    namespace.dream()
    (memory,) = [m for m in namespace.memories() if "Graz" in m.text]
    assert [m.item.id for m in namespace.recall("Where does Ines live?", 3).memories] == [memory.id]
    again = version(name.said, 1, answered="Hello, Ines.")
    namespace.record([again])
    namespace.dream()
    assert memory.id in {m.id for m in namespace.memories()}  # its words stand

    namespace.record([version("My name is Ines and I live in Linz.", 2, answered="Noted.")])
    found = namespace.recall("Where does Ines live?", 3)
    assert memory.id not in {m.item.id for m in found.memories}
    report = namespace.dream()
    assert memory.id not in {m.id for m in namespace.memories()}
    assert any("Linz" in m.text for m in namespace.memories())
    namespace.rollback(report.id)
    assert memory.id in {m.id for m in namespace.memories()}
