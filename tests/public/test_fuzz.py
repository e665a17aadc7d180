"""Every public callable with bad input: only the project's own errors, and the store unharmed.

FUZZ_EXAMPLES sets how many calls are drawn for each (default 5; of costly ones a fifth).
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fuzz_support import ANYTHING, BAD, NESTED, Life, Picture, parameters, public_callables, run
from fuzz_table import CASES, MODELS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from langgraph_dreams import DreamsError, InvalidInputError

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))
PUBLIC = public_callables()
CONSTRUCTED = {kind.__name__ for kind in MODELS}
TAKING = sorted(name for name, value in PUBLIC.items() if parameters(value))
APART = CONSTRUCTED | {
    *("read_log", "ImportReport"),
    *("LangChainEmbedder", "LangChainEmbedder.embed", "LangChainEmbedder.embed_query"),
}
"""What has no store to harm: no picture is taken."""
COSTLY = [name for name in TAKING if name in CASES and CASES[name].costly]
QUICK = [name for name in TAKING if name not in COSTLY]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """One for all: each call finds it as the one before left it, so that harm done shows."""
    folder = tmp_path_factory.mktemp("life")
    deep = folder / "where" / "relative" / "paths" / "begin"
    deep.mkdir(parents=True)
    before = Path.cwd()
    os.chdir(deep)
    made = Life.begun(folder)
    yield made
    made.dreamer.close()
    made.store.close()
    os.chdir(before)


def answered(name: str, life: Life, changed: Mapping[str, object]) -> bool:
    """Whether one call was answered, and not refused. Raises what is no error of ours."""
    try:
        run(CASES[name], life, changed)
    except DreamsError as error:
        return not str(error).strip()
    except ValidationError:
        if name not in CONSTRUCTED:
            raise
        return False
    except RecursionError:
        # Python's enums write out in full what they refuse.
        if not changed.keys() & {"trust", "least_trust"}:
            raise
        return False
    except Exception as error:
        error.add_note(f"{name} was called with {changed!r:.200}")
        raise
    return True


def pictured(name: str, life: Life) -> Picture:
    return {} if name in APART else life.picture()


def unharmed(name: str, before: Picture, after: Picture, done: bool) -> None:
    """All that was there is there as it was; more only where it was asked for and answered."""
    case = CASES[name]
    if done and not case.keeps:
        return
    for namespace, items in before.items():
        now = after[namespace]
        if done and case.writes:
            assert items.keys() <= now.keys(), name
            now = {key: now[key] for key in items}
        assert now == items, f"{name} changed {namespace}"


def test_every_public_callable_and_parameter_is_in_the_table(life: Life) -> None:
    assert set(CASES) == set(PUBLIC)
    for name, value in PUBLIC.items():
        good = set(CASES[name].good(life))
        assert good <= parameters(value), name
        assert name in CONSTRUCTED or good == parameters(value), name


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_the_table_calls_good_is_answered(name: str, life: Life) -> None:
    assert answered(name, life, {})


@pytest.mark.parametrize("name", QUICK)
def test_each_bad_value_in_each_place(name: str, life: Life) -> None:
    for parameter in sorted(parameters(PUBLIC[name])):
        before = pictured(name, life)
        done = [answered(name, life, {parameter: bad}) for bad in BAD]
        unharmed(name, before, pictured(name, life), any(done))


def drawn(data: st.DataObject, name: str) -> dict[str, Any]:
    """Bad values for one to three parameters."""
    places = st.sampled_from(sorted(parameters(PUBLIC[name])))
    chosen = data.draw(st.lists(places, min_size=1, max_size=3, unique=True))
    return {place: data.draw(ANYTHING) for place in chosen}


def fuzzed(examples: int) -> Any:
    """As many drawn calls, the same ones every time."""
    return settings(
        max_examples=max(1, examples),
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("name", QUICK)
@fuzzed(EXAMPLES)
@given(data=st.data())
def test_drawn_values(name: str, life: Life, data: st.DataObject) -> None:
    before = pictured(name, life)
    done = answered(name, life, drawn(data, name))
    unharmed(name, before, pictured(name, life), done)


@pytest.mark.parametrize("name", COSTLY)
@fuzzed(EXAMPLES // 5)
@given(data=st.data())
def test_drawn_values_of_costly_calls(name: str, life: Life, data: st.DataObject) -> None:
    before = pictured(name, life)
    done = answered(name, life, drawn(data, name))
    unharmed(name, before, pictured(name, life), done)


def test_what_is_refused_at_the_door_takes_nothing_with_it(life: Life) -> None:
    path = life.folder / "refused"
    for given_ in ({"embedder": 5}, {"policy": "strict"}):
        with pytest.raises(InvalidInputError):
            run(CASES["DreamStore.open"], life, {"path": path, **given_})
        assert not path.exists()
    for value in (5, NESTED):
        with pytest.raises(InvalidInputError):
            life.store.attach(value)
    life.ada.flush()
