"""An example product, run in this process as its user runs it: `python main.py` in its folder."""

import runpy
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
PRODUCTS = sorted(path.parent.name for path in EXAMPLES.glob("*/main.py"))
KEYS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MODEL")


@contextmanager
def inside(name: str) -> Iterator[Path]:
    """The folder of a product, its modules to be imported, and gone again afterwards."""
    folder = EXAMPLES / name
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        for key in KEYS:
            patch.delenv(key, raising=False)
        try:
            yield folder
        finally:
            for module, loaded in list(sys.modules.items()):
                if str(getattr(loaded, "__file__", "")).startswith(str(folder)):
                    del sys.modules[module]


def run_main(
    name: str, capsys: pytest.CaptureFixture[str], *argv: object, model_at: str = ""
) -> str:
    """What `python main.py` prints, without a key and without network; or with a model's server."""

    def refuse(*args: object) -> None:
        raise AssertionError(f"{name} opens a connection: {args}")

    with inside(name) as folder, pytest.MonkeyPatch.context() as patch:
        if model_at:
            patch.setenv("OPENAI_API_KEY", "any")
            patch.setenv("OPENAI_BASE_URL", model_at)
            patch.setenv("MODEL", "openai:small")
        else:
            patch.setattr(socket.socket, "connect", refuse)
        main = str(folder / "main.py")
        patch.setattr(sys, "argv", [main, *map(str, argv)])
        runpy.run_path(main, run_name="__main__")
    return capsys.readouterr().out
