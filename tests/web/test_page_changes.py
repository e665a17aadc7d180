"""Changes from the journal page, undoing, deciding on a night, what a person says of a memory."""

from dream_support import FIRST, day, episode
from journal_support import everything
from page_support import IN_BROWSER, WALNUTS, look, visit
from playwright.sync_api import Page, expect

from langgraph_dreams import Episode, Memory, Namespace, Operation

MARKUP = "<b>Walnuts</b> stood on the label of the Brandhorst burner, said Ottilie."

pytestmark = IN_BROWSER


def test_undo_from_the_page_restores_the_state_before(page: Page, ada: Namespace) -> None:
    [first, last] = ada.dreams()
    ada.rollback(last.id)
    before = everything(ada)
    again = ada.dream()
    assert everything(ada) != before
    visit(page, "night", dream=again.id)
    page.get_by_role("button", name="Undo the night").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing later was built on it.")
    dialog.get_by_role("button", name="Keep it").click()
    assert ada.dreams()[-1].status == "committed"
    page.get_by_role("button", name="Undo the night").click()
    look(page, "undo")
    dialog.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#said")).to_contain_text("Undone")
    expect(page.locator("main .status").first).to_have_text("undone")
    assert everything(ada) == before
    assert ada.report(first.id).status == "committed"


def test_single_operations_are_undone(page: Page, ada: Namespace) -> None:
    report = ada.report(ada.dreams()[-1].id)
    link = next(o for o in report.operations if o.kind == "add_link")
    visit(page, "night", dream=report.id)
    page.get_by_label(f"Choose change {link.id[:10]}").check()
    page.get_by_role("button", name="Undo the chosen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("tr.undone code")).to_have_text(link.id[:10])
    assert link.target not in {x.id for x in ada.links()}


def waits(ada: Namespace) -> str:
    """A night that waits for a person, with a memory in hostile words; its id."""
    ada.record([episode(MARKUP, day=20), episode(MARKUP, day=27), *day(FIRST, 28)])
    report = ada.dream(review="ask")
    assert report.status == "waiting"
    return report.id


def memories_of(ada: Namespace, dream: str) -> list[Operation]:
    return [o for o in ada.report(dream).operations if o.kind == "add_memory"]


def test_a_night_that_waits_is_approved(page: Page, ada: Namespace) -> None:
    before, dream = everything(ada), waits(ada)
    visit(page, "nights")
    expect(page.locator(".banner")).to_contain_text("A night waits for you.")
    expect(page.locator(".nights .waiting")).to_have_count(1)
    look(page, "waiting")
    page.get_by_role("link", name="Look at it").click()
    expect(page.locator("main .status").first).to_have_text("waits for you")
    page.get_by_role("button", name="Approve the night").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Let it wait").click()
    assert everything(ada)["memories"] == before["memories"]
    page.get_by_role("button", name="Approve the night").click()
    look(page, "review")
    dialog.get_by_role("button", name="Approve all of it").click()
    expect(page.locator("main .status").first).to_have_text("done")
    expect(page.get_by_role("button", name="Undo the night")).to_be_visible()
    assert ada.report(dream).status == "committed"


def test_some_of_it_is_approved_in_other_words(page: Page, ada: Namespace) -> None:
    dream = waits(ada)
    hostile = next(o for o in memories_of(ada, dream) if (o.after or {})["text"] == MARKUP)
    visit(page, "night", dream=dream, operation=hostile.id)
    words = page.get_by_label(f"In other words ({hostile.id[:10]})")
    expect(words).to_have_value(MARKUP)
    words.fill("Somebody sent <b>markup</b>.")
    page.get_by_label(f"Choose change {hostile.id[:10]}").check()
    page.get_by_role("button", name="Approve the chosen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Approve 1 change").click()
    expect(page.locator("main .status").first).to_have_text("done")
    assert [o.target for o in memories_of(ada, dream)] == [hostile.target]
    assert ada.memories([hostile.target])[0].text == "Somebody sent <b>markup</b>."
    expect(page.locator("table.operations")).to_contain_text("<b>markup</b>")
    assert page.locator("main b, img").count() == 0


def test_all_but_the_chosen(page: Page, ada: Namespace) -> None:
    dream = waits(ada)
    [first, *rest] = memories_of(ada, dream)
    visit(page, "night", dream=dream)
    page.get_by_label(f"Choose change {first.id[:10]}").check()
    page.get_by_role("button", name="Approve all but").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave out 1").click()
    expect(page.locator("main .status").first).to_have_text("done")
    assert [o.target for o in memories_of(ada, dream)] == [o.target for o in rest]


def test_a_night_that_waits_is_rejected(page: Page, ada: Namespace) -> None:
    dream = waits(ada)
    before = everything(ada)
    visit(page, "night", dream=dream)
    page.get_by_role("button", name="Reject the night").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Reject all of it").click()
    expect(page.locator("main .status").first).to_have_text("rejected")
    assert everything(ada) == before
    assert ada.report(dream).status == "rejected"


def test_a_night_that_was_overtaken_says_so(page: Page, ada: Namespace) -> None:
    dream = waits(ada)
    ada.record([episode("The Brandhorst people came by.", day=40)])
    ada.dream()
    visit(page, "night", dream=dream)
    expect(page.locator("main")).to_contain_text("Another night came since")


# -- what a person says of a memory


def walnuts(ada: Namespace) -> Memory:
    return next(m for m in ada.memories() if m.text == WALNUTS)


def recorded(ada: Namespace) -> Episode:
    """The turn that was recorded last."""
    return max(ada.episodes(), key=lambda one: one.time)


def open_it(page: Page, ada: Namespace, button: str) -> None:
    visit(page, "item", id=walnuts(ada).id)
    expect(page.locator(".history li")).to_have_count(2)
    page.get_by_role("button", name=button).click()


def test_a_correction_is_recorded_and_writes_no_memory(page: Page, ada: Namespace) -> None:
    memory, turns = walnuts(ada), len(ada.episodes())
    open_it(page, ada, "Correct it")
    dialog = page.get_by_role("dialog")
    words = dialog.get_by_label("In your words")
    expect(words).to_have_value(WALNUTS)
    look(page, "correct")
    dialog.get_by_role("button", name="Leave it").click()
    assert len(ada.episodes()) == turns
    page.get_by_role("button", name="Correct it").click()
    words.fill("My sister Ottilie may eat <b>walnuts</b> again.")
    dialog.get_by_role("button", name="Record it").click()
    expect(page.locator("h1")).to_have_text("Turn")
    expect(page.locator(".text")).to_contain_text("may eat <b>walnuts</b> again.")
    expect(page.locator("#said")).to_contain_text("Recorded.")
    expect(page.locator(".history")).to_contain_text("Not read yet")
    assert walnuts(ada) == memory
    assert recorded(ada).said == "My sister Ottilie may eat <b>walnuts</b> again."


def test_the_same_words_correct_nothing(page: Page, ada: Namespace) -> None:
    turns = len(ada.episodes())
    open_it(page, ada, "Correct it")
    page.get_by_role("dialog").get_by_role("button", name="Record it").click()
    expect(page.locator("#said")).to_contain_text("Nothing was recorded")
    assert len(ada.episodes()) == turns


def test_a_memory_is_pinned_by_a_turn(page: Page, ada: Namespace) -> None:
    open_it(page, ada, "Pin it")
    page.get_by_role("dialog").get_by_role("button", name="Pin it").click()
    expect(page.locator("main .badge.pinned")).to_have_text("pinned")
    assert recorded(ada).tags == ("pinned",)
    ada.dream()
    assert recorded(ada).id in walnuts(ada).sources
    visit(page, "item", id=walnuts(ada).id)
    expect(page.locator("h1")).to_have_text("Memory: fact")
    expect(page.locator("main .badge.pinned")).to_have_text("pinned")
    expect(page.get_by_role("button", name="Pin it")).to_have_count(0)


def test_a_memory_is_taken_back(page: Page, ada: Namespace) -> None:
    memory = walnuts(ada)
    open_it(page, ada, "Take it back")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("later change")
    dialog.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("h1")).to_have_text("Memories")
    assert memory.id not in {m.id for m in ada.memories()}
    assert len(ada.episodes(memory.sources)) == len(memory.sources)


def test_a_memory_is_forgotten_for_good(page: Page, ada: Namespace) -> None:
    memory = walnuts(ada)
    open_it(page, ada, "Forget it")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This cannot be undone.")
    look(page, "forget")
    dialog.get_by_role("button", name="Keep it").click()
    assert walnuts(ada) == memory
    page.get_by_role("button", name="Forget it").click()
    dialog.get_by_role("button", name="Forget it for good").click()
    expect(page.locator("#said")).to_have_text("Forgotten.")
    expect(page.locator("h1")).to_have_text("Memories")
    assert memory.id not in {m.id for m in ada.memories()}
    assert len(ada.episodes(memory.sources)) == len(memory.sources)


def test_a_turn_is_forgotten_with_what_came_of_it(page: Page, ada: Namespace) -> None:
    source = walnuts(ada).sources[0]
    visit(page, "item", id=source)
    expect(page.locator("h1")).to_have_text("Turn")
    page.get_by_role("button", name="Forget it").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(WALNUTS)
    dialog.get_by_role("button", name="Forget it for good").click()
    expect(page.locator("#said")).to_have_text("Forgotten.")
    assert source not in {e.id for e in ada.episodes()}
