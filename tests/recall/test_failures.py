"""Signatures of failures: what differs from time to time is masked, what tells is kept."""

import time

import pytest

from langgraph_dreams.recall.borne import PARTICULAR
from langgraph_dreams.recall.failures import gist, signature

TRACE = 'Traceback (most recent call last):\n  File "{}", line {}, in f\n    g()\n{}'
HANDLED = "Error: {}\n Please fix your mistakes."
INVOKED = (
    "Error invoking tool 'deploy' with kwargs {} with error:\n {}\n"
    " Please fix the error and try again."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("full, request 7f3a9c21 after 30s", "full, request 99ab01cd after 4 s"),
        ("no file '/tmp/a/b.csv'", "no file '/home/x/c.csv'"),
        ("no file data/a.csv", "no file other/dir/b.csv"),
        ("C:\\Users\\ada\\x.txt is locked", "D:\\data\\y.txt is locked"),
        (HANDLED.format("QuotaError('too much')"), "QuotaError: too much"),
        ("HTTPError: 404 Client Error for url: https://a.b/c?x=1",
         "requests.exceptions.HTTPError: 404 Client Error for url: http://q.w/e"),
        (TRACE.format("/x/y.py", 3, "ValueError: bad id 550e8400-e29b-41d4-a716-446655440000"),
         TRACE.format("/z.py", 99, "ValueError: bad id 123e4567-e89b-12d3-a456-426614174000")),
        ("10.0.0.1:5432 refused at 2026-05-01T10:11:12Z",
         "192.168.7.9:80 refused at 2025-01-01 01:02:03"),
        ("object at 0x7ffde1 cannot be called", "object at 0xDEADBEEF cannot be called"),
        (INVOKED.format("{'a': 1}", "region missing"),
         INVOKED.format("{'b': 'z'}", "region missing")),
        ("Invoice INV-2031 not found", "Invoice INV-7 not found"),
        ("ada@x.org has no seat", "bob@y.net has no seat"),
        ("Rate limit: 12 of 10 calls", "rate limit: 4711 of 10 calls"),
    ],
)  # fmt: skip
def test_errors_of_one_kind_have_one_signature(one: str, other: str) -> None:
    assert signature("t", one) == signature("t", other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTP 404", "HTTP 500"),
        ("status code: 429, slow down", "status code: 503, slow down"),
        ("KeyError: 'orders'", "KeyError: 'users'"),
        ("[Errno 2] x", "[Errno 13] x"),
        ("timeout", "refused"),
    ],
)
def test_errors_of_other_kinds_have_others(one: str, other: str) -> None:
    assert signature("t", one) != signature("t", other)
    assert signature("t", one) != signature("u", one)


def test_what_says_nothing_has_none() -> None:
    assert signature("t", " \n ") == signature("", "boom") == ""
    assert gist(TRACE.format("/x", 1, "app.errors.QuotaError: full")) == "QuotaError: full"


@pytest.mark.parametrize(
    "blob",
    ["a" * 20_000, "a." * 20_000, " " * 20_000 + "x", "\n" * 20_000 + "x", "Error(" * 5_000],
    ids=["word", "dots", "blanks", "lines", "names"],
)
def test_a_blob_in_an_error_costs_no_time(blob: str) -> None:
    """What a tool answers has any form, and is read on an agent's turn."""
    began = time.process_time()
    assert len(gist(f"Error: {blob}")) < 300
    assert PARTICULAR.findall(f"user: {blob}") == []
    assert time.process_time() - began < 1
