"""The assistant: an agent of `create_agent` whose memory is one middleware."""

import os
from typing import Any

from demo_assistant import DemoAssistant
from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from langgraph_dreams import DreamMiddleware, Namespace

PROMPT = "You are a personal assistant. Answer in one or two sentences, from what you remember."


def chat_model() -> BaseChatModel:
    """A real model if there is a key (OPENAI_API_KEY, OPENAI_BASE_URL, MODEL), else the demo's."""
    if not os.environ.get("OPENAI_API_KEY"):
        return DemoAssistant()
    model: BaseChatModel = init_chat_model(os.environ.get("MODEL", "openai:gpt-4.1-mini"))
    return model


def build(memory: Namespace) -> Any:
    """The agent; what it remembers lies in `memory`."""
    return create_agent(
        chat_model(), [], system_prompt=PROMPT, middleware=[DreamMiddleware(memory, k=3)]
    )
