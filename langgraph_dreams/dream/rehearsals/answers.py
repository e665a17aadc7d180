"""Which of the memories that a question cites bear it out: by its words, or by its meaning.

A name that most memories share tells nothing: "Who is Ada's dentist?" has half of its words in "Ada
lives in Graz". It is left out of the words, and before meanings are compared it is taken out of
both texts. What is left has to be in the memory or its sources, or near it.

Measured on 549 questions of a strong model on a LoCoMo chat, with the local embedder: with their
own memories, with those of another question about the same person, and joint ones with memories of
three others beside their own. "Before" is the check by the best memory, names and all.

    share                                            before    now
    of those kept before, kept                            -   98.3%
    refused with another's memories                   87.1%   92.2%
    the same where there are no others to be nearer   55.0%   82.5%
    of joint questions: own memories kept                 -   89.5%
    and another's dropped                                 -   78.7%
"""

import re
from collections.abc import Callable, Mapping, Sequence

from langgraph_dreams.dream.links.frequency import is_named
from langgraph_dreams.language.mixed import spoken
from langgraph_dreams.language.protocol import Language
from langgraph_dreams.language.words import content_terms, content_tokens
from langgraph_dreams.store import Vectors
from langgraph_dreams.types.items import Memory

_ANSWERS = 0.33
"""Cosine without names, and a fifth of the share of its words, from which on a memory answers."""
_BEARS = 0.25
"""The same of the other memories of a joint question."""
_TOLD = 0.5  # share of its words, names aside, with which a memory answers whatever the cosine
_SHARE = 0.2
_MOST = 0.5  # of the memories near a question, that have a name which tells nothing
_ANYBODY = "someone"  # in the place of a name: what has no subject is near to nothing


def borne(
    language: Language,
    embed: Callable[[Sequence[str]], Vectors],
    question: str,
    cited: Mapping[str, Sequence[str]],
    memories: Sequence[Memory],
    near: Sequence[str],
) -> tuple[Memory, ...]:
    """Of the memories of a question those that bear it out; none if no one answers it.

    Args:
        language: whose words they are.
        embed: gives unit vectors.
        question: what is asked.
        cited: by memory the texts of the episodes that it rests on.
        memories: that it cites.
        near: texts of the memories nearest to it, of all.
    """
    names = _shared(language, question, memories, near)
    own = content_terms(language, question) - names
    if not own:  # it asks who somebody is
        return tuple(m for m in memories if names & content_terms(language, m.text))
    texts = [_without(language, text, names) for text in (question, *(m.text for m in memories))]
    asked, *told = embed(texts)
    scores = []
    for memory, vector in zip(memories, told, strict=True):
        said = (content_terms(language, text) for text in (memory.text, *cited[memory.id]))
        share = len(own & set[str]().union(*said)) / len(own)
        sure = share >= _TOLD
        scores.append(1.0 if sure else float(asked @ vector) + _SHARE * share)
    if max(scores, default=0.0) < _ANSWERS:
        return ()
    return tuple(m for m, s in zip(memories, scores, strict=True) if s >= _BEARS)


def _shared(
    language: Language, question: str, memories: Sequence[Memory], near: Sequence[str]
) -> set[str]:
    """Names of a question, as stems, that say no more than whose memories these are."""
    about = set[str]().union(*(content_terms(language, m.about) for m in memories))
    texts = list(dict.fromkeys([*near, *(m.text for m in memories)]))
    have = [content_terms(language, text) for text in texts]
    code = spoken(language, question).code
    return {
        token.stem
        for token in content_tokens(language, question)
        if token.stem in about
        or (
            is_named(token.written, code)
            and sum(token.stem in terms for terms in have) >= _MOST * len(have)
        )
    }


def _without(language: Language, text: str, names: set[str]) -> str:
    """A text with somebody in the place of those names."""
    written = {t.written for t in content_tokens(language, text) if t.stem in names}
    if not written:
        return text
    words = "|".join(re.escape(w) for w in sorted(written, key=len, reverse=True))
    return re.sub(rf"\b(?:{words})(?:['’]s)?(?!\w)", _ANYBODY, text, flags=re.IGNORECASE)
