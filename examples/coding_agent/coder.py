"""The coding agent: tools of a project, and a memory that outlives the checkout."""

import os
from typing import Any

from demo_coder import DemoCoder
from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from project import Checkout

from langgraph_dreams import DreamMiddleware, Namespace

PROMPT = "You are a coding agent. When a tool fails, read what is noted of such a failure."


def chat_model() -> BaseChatModel:
    """A real model if there is a key (OPENAI_API_KEY, OPENAI_BASE_URL, MODEL), else the demo's."""
    if not os.environ.get("OPENAI_API_KEY"):
        return DemoCoder()
    model: BaseChatModel = init_chat_model(os.environ.get("MODEL", "openai:gpt-4.1-mini"))
    return model


def build(memory: Namespace, checkout: Checkout) -> Any:
    """An agent for one checkout; its memory is that of all of them."""
    return create_agent(
        chat_model(),
        checkout.tools(),
        system_prompt=PROMPT,
        middleware=[DreamMiddleware(memory, tools=False)],
    )
