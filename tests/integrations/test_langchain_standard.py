"""LangChain's standard tests of tools, retrievers and embeddings, on ours."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from helpers_store import HashEmbedder, episode
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool

from langgraph_dreams import DreamStore, Namespace, create_dream_tool, create_recall_tool
from langgraph_dreams.embedding.local import LocalEmbeddings
from langgraph_dreams.embedding.resolve import resolve_embedder
from langgraph_dreams.namespace.retriever import DreamRetriever

integration = pytest.importorskip("langchain_tests.integration_tests")
unit = pytest.importorskip("langchain_tests.unit_tests")

QUESTION = "What kiln is it?"
_kept: dict[str, Namespace] = {}


@pytest.fixture(scope="module", autouse=True)
def memory_of_ada() -> Iterator[None]:
    """The classes below ask for their subject by properties, which take no fixture."""
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        ada = _kept["ada"] = store.namespace("ada")
        ada.record([episode(n, f"The kiln number {n} is a Brandhorst.") for n in range(4)])
        yield
        _kept.clear()


class OfRecall:
    @property
    def tool_constructor(self) -> BaseTool:
        return create_recall_tool(_kept["ada"])

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"query": QUESTION}


class OfDream:
    @property
    def tool_constructor(self) -> BaseTool:
        return create_dream_tool(_kept["ada"])

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"focus": "the kiln"}


class TestRecallToolUnit(OfRecall, unit.ToolsUnitTests):
    pass


class TestRecallTool(OfRecall, integration.ToolsIntegrationTests):
    pass


class TestDreamToolUnit(OfDream, unit.ToolsUnitTests):
    pass


class TestDreamTool(OfDream, integration.ToolsIntegrationTests):
    pass


class TestRetriever(integration.RetrieversIntegrationTests):
    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return DreamRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"namespace": _kept["ada"]}

    @property
    def retriever_query_example(self) -> str:
        return QUESTION


class OfEmbeddings:
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return LocalEmbeddings


class TestEmbeddingsUnit(OfEmbeddings, unit.EmbeddingsUnitTests):
    pass


class TestEmbeddings(OfEmbeddings, integration.EmbeddingsIntegrationTests):
    pass


def test_what_came_out_goes_back_in() -> None:
    """A store that is given the adapter keeps the embedder's own name."""
    own = LocalEmbeddings()
    assert resolve_embedder(own) is own.embedder
    assert asyncio.run(own.aembed_query("a kiln")) == own.embed_documents(["a kiln"])[0]
