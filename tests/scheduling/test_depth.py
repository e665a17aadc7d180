"""Schedules pass the depth on as the graph's input takes it."""

import pytest

from langgraph_dreams import IdleDreamer, InvalidInputError, Namespace
from langgraph_dreams.scheduling.server_queue import _cron, _run
from langgraph_dreams.types.levels import Depth


@pytest.mark.parametrize("depth", ["nap", "sleep", "deep", None])
def test_the_depth_is_in_the_input(depth: Depth | None) -> None:
    more = {"depth": depth} if depth else {}
    assert _run("dream", ("a",), 5, "", depth=depth)["input"] == {"focus": "", **more}
    swept = _cron("sweep", "0 3 * * *", "UTC", 10, depth)["input"]
    assert swept == {"least_episodes": 10, **more}


def test_another_is_refused(ada: Namespace) -> None:
    with pytest.raises(InvalidInputError, match="depth is"):
        _run("dream", ("a",), 5, "", depth="doze")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="depth is"):
        IdleDreamer(ada, depth="doze")  # type: ignore[arg-type]
