"""Sentences that are of nobody: questions about strangers, and small talk.

Against them a namespace shows how near its texts come to a question that they do not answer, and
a question whether it says anything at all. Nothing of another namespace is read for it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from langgraph_dreams.embedding.protocol import Embedder, Vectors
from langgraph_dreams.store.validation import embedded

QUESTIONS = (
    "When did Peter move to Lisbon?",
    "What colour is Martha's new car?",
    "Who repaired the roof of the summer house?",
    "How much did the wedding in Prague cost?",
    "Which school does Oliver's youngest son attend?",
    "Where did Irene buy her violin?",
    "What did the doctor say about his knee?",
    "Why was the train to Hamburg cancelled?",
    "Which team won the final in 2019?",
    "How many people came to the lecture on bees?",
    "What does Victor want for his birthday?",
    "When is the tax return due?",
    "Which medicine does grandfather take in the morning?",
    "What is the password of the office router?",
    "Who lent Simon the drill?",
    "How long did the repair of the dishwasher take?",
    "What did Helen cook for her guests last Sunday?",
    "Which hotel did they book in Kyoto?",
    "When does the contract with the supplier end?",
    "What is the name of the neighbour's cat?",
    "Which server hosts the test database?",
    "Why did Laura quit the swimming club?",
    "What did Frank learn from the course on pottery?",
    "Where are the spare keys of the garage?",
    "Who wrote the report on the flood?",
    "Which film did Nora and Paul see in March?",
    "What instrument does the new colleague play?",
    "How did Anton lose his wallet?",
    "What is the plan for the garden next spring?",
    "When did the company open its branch in Oslo?",
    "Which book is Clara reading at the moment?",
    "How far did Robert run on Saturday?",
    "What kind of bread does the bakery sell on Mondays?",
    "Who is going to look after the dog in August?",
    "What went wrong with the last software release?",
    "Which charity did Susan raise money for?",
    "What were the results of the blood test?",
    "How did the children like the museum of ships?",
    "What is Daniel's favourite kind of tea?",
    "When will the kitchen be painted?",
)
SMALL_TALK = (
    "Hello!",
    "Hi, how are you today?",
    "Good evening",
    "Thanks for your help",
    "Thank you, that is very kind",
    "You are welcome",
    "Okay, great",
    "Alright, see you tomorrow",
    "Bye, take care of yourself",
    "Have a good day",
    "How have you been?",
    "It was nice talking to you",
    "Ha, very funny",
    "Yes, exactly",
    "No, thank you",
    "I don't know",
    "Sorry, I was away",
    "Wait a moment",
    "Tell me more",
    "What do you think?",
    "Go on",
    "That sounds lovely",
    "Congratulations!",
    "Good luck with that",
    "I am tired today",
    "The weather is beautiful",
    "Enjoy your evening",
    "Long time no see, what's new?",
    "Are you there?",
    "Can you say that again?",
)
_ALIKE = 0.37
"""How near small talk comes to other small talk, from 0 for what has nothing to do with it to 1."""


@dataclass(frozen=True)
class Generic:
    """The sentences as one embedder sees them."""

    questions: Vectors
    small_talk: Vectors

    @cached_property
    def alike(self) -> float:
        """Cosine from which on a text may be small talk: embedders differ in what is far apart."""
        apart = float(np.median(self.small_talk @ self.questions.T))
        return apart + _ALIKE * (1 - apart)

    def small_talk_in(self, vector: Vectors) -> float:
        """How far a text is within small talk; 0 for what says something."""
        return max(0.0, float((self.small_talk @ vector).max()) - self.alike)


def generic(embedder: Embedder) -> Generic:
    """The sentences in the vectors of an embedder, made once for each. Raises EmbedderError."""
    key = type(embedder), embedder.name, embedder.dimension
    if key not in _KNOWN:
        vectors = embedded(embedder, [*QUESTIONS, *SMALL_TALK], questions=True)
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        _KNOWN[key] = Generic(vectors[: len(QUESTIONS)], vectors[len(QUESTIONS) :])
    return _KNOWN[key]


_KNOWN: dict[tuple[type, str, int], Generic] = {}
_MOST = 16
