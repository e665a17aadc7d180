"""The small model that other tests may ask: it answers, keeps to a schema, and goes away."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import httpx
import openai
import pytest
from langchain_core.messages import AIMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, Field, SecretStr
from small_model import CONTEXT, SmallModel, small_model_server

pytestmark = pytest.mark.model


class Verdict(BaseModel):
    relation: Literal["same", "contradicts", "unrelated"]
    confidence: int = Field(ge=0, le=10)
    sources: list[Literal["e1", "e2"]] = Field(max_length=2)


def chat(server: SmallModel, most: int = 60) -> ChatOpenAI:
    return ChatOpenAI(
        base_url=server.base_url,
        api_key=SecretStr("none"),
        model="smollm2",
        max_completion_tokens=most,
        max_retries=0,
    )


def test_it_answers_and_counts_its_tokens(small_model: SmallModel) -> None:
    answer = chat(small_model).invoke("What is two plus two?")
    assert isinstance(answer, AIMessage)
    assert answer.content
    assert answer.usage_metadata
    assert answer.usage_metadata["input_tokens"] > 5
    assert 0 < answer.usage_metadata["output_tokens"] <= 60
    assert small_model.seconds_to_start < 60


def test_it_streams(small_model: SmallModel) -> None:
    pieces = list(chat(small_model, 20).stream("Say hello."))
    assert len(pieces) > 2
    assert "".join(str(piece.content) for piece in pieces)


def test_a_schema_is_kept_to(small_model: SmallModel) -> None:
    model = chat(small_model, 200).with_structured_output(Verdict, method="json_schema")
    replies = [
        model.invoke(f"e1: Ann likes {one}. e2: Ann hates {one}. Do e1 and e2 contradict?")
        for one in ("tea", "snow", "chess")
    ]
    assert all(isinstance(answer, Verdict) for answer in replies)


def test_the_same_question_has_the_same_answer(small_model: SmallModel) -> None:
    one, other = (chat(small_model, 16).invoke("Name a colour.").content for _ in range(2))
    assert one == other


def test_a_prompt_longer_than_the_context_is_refused(small_model: SmallModel) -> None:
    with pytest.raises(openai.BadRequestError, match="exceeds the available context size"):
        chat(small_model).invoke("word " * (CONTEXT + 100))


def test_the_process_ends_with_a_failing_test(tmp_path: Path) -> None:
    seen: list[SmallModel] = []

    def fail() -> None:
        with small_model_server(tmp_path / "log") as server:
            seen.append(server)
            assert answers(server.base_url)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert seen[0].process.returncode == 0
    assert not answers(seen[0].base_url)


def test_the_process_ends_with_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, signal, small_model\n"
        f"with small_model.small_model_server(pathlib.Path({str(tmp_path / 'log')!r})) as server:\n"
        "    print(server.base_url, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    base_url = killed.stdout.strip()
    assert base_url.startswith("http://127.0.0.1:")
    end = time.monotonic() + 10
    while answers(base_url):
        assert time.monotonic() < end, "the server outlived the test run"
        time.sleep(0.05)


def answers(base_url: str) -> bool:
    try:
        return httpx.get(f"{base_url}/models", timeout=5).is_success
    except httpx.TransportError:
        return False
