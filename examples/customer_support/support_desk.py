"""A support agent: a memory for each user, and one of the product that all of them share."""

import os
from typing import Any

from demo_desk import DemoDesk
from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool, tool
from typing_extensions import TypedDict

from langgraph_dreams import DreamMiddleware, DreamStore, EpisodeRecorder, Namespace

PROMPT = "You are a support agent. Use the user's memory, and look the product up in the handbook."
PRODUCT = (
    "When the lamp of the Lumo 3 blinks red, the router has no signal: check the cable.",
    "The Lumo 5 restarts by itself every night at three until firmware 2.4 is installed.",
    "A refund is paid within fourteen days after the parcel is back.",
)


class User(TypedDict):
    """Who speaks; a run says it as its context."""

    user_id: str


def chat_model() -> BaseChatModel:
    """A real model if there is a key (OPENAI_API_KEY, OPENAI_BASE_URL, MODEL), else the demo's."""
    if not os.environ.get("OPENAI_API_KEY"):
        return DemoDesk()
    model: BaseChatModel = init_chat_model(os.environ.get("MODEL", "openai:gpt-4.1-mini"))
    return model


def user_memory(store: DreamStore) -> Namespace:
    """A template: each run fills it with its user, so that every user has a memory apart."""
    return store.namespace("support", "users", "{user_id}")


def product_memory(store: DreamStore) -> Namespace:
    """What the staff know of the product; nothing of any user is in it."""
    product = store.namespace("support", "product")
    if not product.counts()["episodes"]:
        staff = EpisodeRecorder(product)
        for text in PRODUCT:
            staff.record_state({"messages": [("user", text)]})
        staff.close()
    return product


def handbook_of(product: Namespace) -> BaseTool:
    """The product memory as a tool."""
    retriever = product.as_retriever(k=1)

    @tool
    def handbook(query: str) -> str:
        """What the staff know of the product."""
        found = retriever.invoke(query)
        said = [str(document.page_content).removeprefix("user: ") for document in found]
        return "\n".join(said) or "Nothing."

    return handbook


def build(store: DreamStore) -> Any:
    """The agent: it records and recalls in the memory of whoever speaks."""
    return create_agent(
        chat_model(),
        [handbook_of(product_memory(store))],
        system_prompt=PROMPT,
        middleware=[DreamMiddleware(user_memory(store), tools=False)],
        context_schema=User,
    )
