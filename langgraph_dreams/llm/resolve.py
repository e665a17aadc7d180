"""A chat model from its name."""

import os
from typing import Any

from langchain_core.language_models import BaseChatModel

from langgraph_dreams._text import shown
from langgraph_dreams.errors import InvalidInputError, MissingDependencyError
from langgraph_dreams.policy import DreamPolicy

TIMEOUT = DreamPolicy().model_timeout
"""Seconds that one call may take, unless a policy says otherwise."""


def resolve_model(model: str | BaseChatModel) -> BaseChatModel:
    """A chat model as it is, or one made from "provider:name" and the provider's usual settings.

    "openai:..." needs `OPENAI_API_KEY`, and takes `OPENAI_BASE_URL` for any server that speaks
    OpenAI's protocol. Other providers need the extra `langchain` and the provider's own package.
    Raises InvalidInputError for what is no model or lacks its settings, MissingDependencyError for
    a package that is not installed.
    """
    if isinstance(model, BaseChatModel):
        return model
    if not isinstance(model, str):
        raise InvalidInputError(
            f"{shown(model)} is no chat model: pass an instance of LangChain's BaseChatModel (not "
            'bound, chained or a class), or a name such as "openai:gpt-4.1-mini"'
        )
    provider, colon, name = (part.strip() for part in model.strip().partition(":"))
    if not (provider and colon and name):
        raise InvalidInputError(
            f"the model {shown(model)} names no provider: write it as provider:name, such as "
            '"openai:gpt-4.1-mini"'
        )
    return _openai(name) if provider == "openai" else _any(provider, name)


def _openai(name: str) -> BaseChatModel:
    if not os.environ.get("OPENAI_API_KEY", "").strip():
        raise InvalidInputError(
            f"the model openai:{name} needs a key: set OPENAI_API_KEY (to any text for a local "
            "server that asks for none, with OPENAI_BASE_URL at its address)"
        )
    # Slow to import, and not needed without a model.
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient

    try:
        return ChatOpenAI(
            model=name,
            max_retries=0,
            timeout=TIMEOUT,
            # An idle connection belongs to the event loop that made it, and is dead in the next
            # asyncio.run. A dream asks seldom enough to connect anew each time.
            http_async_client=DefaultAsyncHttpxClient(),
            default_headers={"Connection": "close"},
        )
    except Exception as error:
        raise _refused(f"openai:{name}", error) from error


def _any(provider: str, name: str) -> BaseChatModel:
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise MissingDependencyError(
            f"the model {provider}:{name} needs the extra langchain (pip install "
            f"'langgraph_dreams[langchain]') and the package of {provider}; or pass a chat model"
        ) from error
    try:
        made: Any = init_chat_model(name, model_provider=provider)
    except ImportError as error:
        raise MissingDependencyError(
            f"the model {provider}:{name} needs its provider's package: {error}"
        ) from error
    except Exception as error:
        raise _refused(f"{provider}:{name}", error) from error
    if not isinstance(made, BaseChatModel):
        raise InvalidInputError(f"{provider}:{name} is no chat model: LangChain made {type(made)}")
    return made


def _refused(name: str, error: Exception) -> InvalidInputError:
    from langgraph_dreams.llm.failures import in_short

    return InvalidInputError(
        f"the model {name} cannot be set up: {in_short(str(error))}; check its name, and its "
        "settings in the environment, such as the key"
    )
