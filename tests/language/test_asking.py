"""What only asks, what an answer that knows nothing looks like, and when words are equal."""

import pytest

from langgraph_dreams.language.asking import (
    knows_nothing,
    named_in_vain,
    of_answers,
    only_asks,
    wording,
)
from langgraph_dreams.language.mixed import MIXED

QUESTION = "What is the name of my sister's cat?"
ASKING = (
    "I have asked before. What did Ada plant in November?",
    "Once more: Did Andrew have a dog in March?",
    "Once more: In what town does Ida live?",
    "Remind me, do both James and Ida have pets?",
    "Tell me again: According to Ida, what makes a good baker?",
    "In light of her plans for the summer, what would Ida like to read?",
    "After how many weeks did Ida hear from the agency?",
    "What J. K. Rowling quote does Ida like? Answer in one word.",
    "Sorry to ask again, but where does Ida live?",
    "I asked you yesterday: where is my key?",
    "I cannot remember. Where is my key?",
    "Second try. Where is my key?",
    "This is urgent: where is my key?",
    "What is the name of my sister's cat?",
    "what's my sister's cat called",
    "Hey, what is the name of my sister's cat?",
    "Hi! What is the name of my sister's cat again?",
    "Claude, what's the deploy port?",
    "Sorry, once more: what is my port?",
    "One more thing - where do I live?",
    "Can you tell me the name of my sister's cat?",
    "Could you please remind me what the name of my sister's cat is?",
    "Tell me the name of my sister's cat.",
    "Please tell me the door code",
    "Do you know my sister's cat's name?",
    "Do you remember what my port is?",
    "My sister's cat's name?",
    "And the deploy port?",
    "The name of my sister's cat is?",
    "Which port does the server use?",
    "which port does the server use",
    "How many eggs do I need?",
    "I want to know the door code.",
    "I was wondering what the door code is.",
    "Is my port 8123?",
    "Did I tell you my birthday?",
    "Am I allergic to nuts?",
    "Where do I work? And who is my boss?",
    "In which city do I live?",
    "Sorry, one more time: what is the door code?",
    "Any idea what the door code is?",
    "Remind me of my door code.",
    "user: What is the door code?",
    "Give me the door code!",
    "Show me the deploy port",
    "Should I eat nuts?",
    "when is the standup",
    "who is my boss",
    "Have I told you about my cat?",
    "You know the door code?",
    "What was it I said about the port?",
    "Thanks! And what is the door code?",
    "If I go to Rome, what should I see?",
    "Do we have any milk left?",
    "Look up my door code.",
    "Can I eat nuts?",
    "Can't I park there?",
    "Must I bring my passport?",
    "Is Dr. Okafor in today?",
    "What did Mrs. Lee say about the roof?",
    "what my door code is",
    "what was the code that was set last week",
    "what is the name of the cafe that is near my office",
    "Wie heißt die Katze meiner Schwester?",
    "Hallo! Wie heißt sie?",
    "¿Cómo se llama el gato de mi hermana?",
    "我妹妹的猫叫什么名字？",
    "妹の猫の名前は何ですか。",
)
TELLING = (
    "How about going to work by bike or tram?",
    "I forgot my key at home. Where is Ida?",
    "I moved, so where is the next shop?",
    "According to Ida, the kiln is broken. What now?",
    "Answer the letter from the bank.",
    "We moved to Bonn: what is our new area code?",
    "You asked: did Ida move? She did.",
    "My sister's cat is called Pumpernickel.",
    "Did you know that my cat is called Tom?",
    "Did you know my cat is called Tom?",
    "My port is 8123, right?",
    "My cat is called Tom. What food does he like?",
    "Could you remind me to order more clay for the beginners course next month?",
    "Remind me to water the ficus.",
    "Please remember that my code is 4471.",
    "Can you remember that my code is 4471?",
    "Can you set the meeting to 10:00?",
    "I moved to Berlin, what is my tax office?",
    "What should I eat, I'm allergic to nuts?",
    "What can I cook since I am vegetarian?",
    "Do the dishes.",
    "What a nice day.",
    "What matters to me is quiet at night.",
    "What my sister needs is a rest.",
    "What is left is the roof.",
    "What counts for me was the price.",
    "Give me temperatures in Celsius.",
    "Show me distances in miles.",
    "When I was young, I lived in Rome.",
    "Wow!",
    "Yes! Have you?",
    "How lovely to see you.",
    "I live in Rome, where is the embassy?",
    "My port is 22, what is yours?",
    "Tell Ben that the code is 5.",
    "Have a nice day",
    "Check the mailbox",
    "Book a table for two at Luigi's.",
    "Why don't we meet at 10?",
    "Would you move the standup to 10:00?",
    "The build is green.",
    "Hi",
    "Is it raining? I hate rain.",
    "Tell me that joke is over, my cat died.",
    "Do you remember that my code is 4471?",
    "I use React.",
    "You know my cat Tom is ill?",
    "My sister visits us on Friday?",
    "[shares a photo] What do you think?",
    "Meine Katze heißt Minka. Und deine?",
    "我的猫叫咪咪。",
)
UNKNOWN = (
    "I do not know that.",
    "I don't know.",
    "I do not know.",
    "I don't have any information about your sister's cat.",
    "Sorry, I couldn't find anything about that.",
    "I have no record of that in my memory.",
    "Unfortunately you haven't told me yet.",
    "No idea.",
    "That's not something I know.",
    "There is nothing in my notes.",
    "You never mentioned it.",
    "I'm not sure.",
    "I can't recall. Could you tell me?",
    "I don't know your sister's cat's name yet. If you tell me, I'll remember it!",
    "I'm sorry, but I don't have that information in our conversation history.",
    "That hasn't been shared with me.",
    "As an AI language model I don't have access to personal data.",
    "The name of your sister's cat is unknown.",
    "The name of your sister's cat is not known to me.",
    "Which sister do you mean?",
    "I'm not aware of your sister having a cat.",
    "No results found.",
    "I don't have that stored. Feel free to share it with me!",
    "I do not have access to that information.",
    "Nothing found.",
    "I could not find it.",
    "I'm afraid I do not know that.",
    "Hmm, I don't think you've told me that.",
    "Not known.",
    "Noted.",
    "I looked, but there is no entry for that.",
    "I have no memory of that.",
    "Let me check.",
    "Sorry, that is not in my memory. Would you like to tell me?",
    "Das weiß ich leider nicht, das hast du mir noch nicht gesagt.",
    "Je ne sais pas.",
    "No lo sé.",
    "我不知道。",
    "すみません、わかりません。",
    "",
)
KNOWN = (
    "Your sister's cat is called Pumpernickel.",
    "Pumpernickel.",
    "It is Pumpernickel.",
    "4471",
    "The port is 8123.",
    "Yes.",
    "No.",
    "No, she has no cat.",
    "I do not know, but Eva has it.",
    "I don't know the code; try the garage.",
    "Yes, you told me: Pumpernickel.",
    "You never told me, Ben did: it is Tom.",
    "The code has not been changed.",
    "Her cat died last year.",
    "I think she never had one; she keeps parrots.",
    "You are not allergic to nuts.",
    "Die Katze heißt Minka.",
    "她的猫叫咪咪。",
)


@pytest.mark.parametrize("text", ASKING)
def test_asks(text: str) -> None:
    assert only_asks(MIXED, text)


@pytest.mark.parametrize("text", TELLING)
def test_tells_or_wants_a_deed(text: str) -> None:
    assert not only_asks(MIXED, text)


@pytest.mark.parametrize("text", UNKNOWN)
def test_answers_nothing(text: str) -> None:
    assert knows_nothing(MIXED, text, QUESTION)


@pytest.mark.parametrize("text", KNOWN)
def test_answers_something(text: str) -> None:
    assert not knows_nothing(MIXED, text, QUESTION)


def test_an_echo_answers_a_question_and_adds_nothing_to_a_statement() -> None:
    asked, told = "Is it Eva or Ben who has the keys?", "Eva has the keys."
    assert not knows_nothing(MIXED, "Eva has the keys.", asked)
    assert knows_nothing(MIXED, "Got it, Eva has the keys.", told, echoes=True)
    assert not knows_nothing(MIXED, "Got it, Eva has the keys and the map.", told, echoes=True)


@pytest.mark.parametrize(
    "told", ["Ha, yeah, Jon. I opened a shop.", "Nope, never been there. What was it about?"]
)
def test_an_echo_of_yes_and_no_adds_nothing_unless_it_answers(told: str) -> None:
    assert knows_nothing(MIXED, f"Got it: {told}", told, echoes=True)
    assert not knows_nothing(MIXED, "Yes.", "Is it yes or no?", echoes=True)


def test_keywords_that_found_nothing() -> None:
    assert named_in_vain(MIXED, "sister's cat name", "I do not know that.")
    assert not named_in_vain(MIXED, "sister's cat name", "Noted.")
    assert not named_in_vain(MIXED, "Her cat is ill", "I do not know that.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The build is green.", "build is green!"),
        ("Please call Eva", "call Eva."),
        ("It's done: \u201call of it\u201d", "It's done, all of it"),
        ("CAF\u00c9", "caf\u00e9"),
    ],
)
def test_the_same_words(one: str, other: str) -> None:
    assert wording(one) == wording(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.5", "15"), ("-5", "5"), ("C++", "C#"), ("\U0001f44d", "\U0001f44e"), ("10:30", "1:030")],
)
def test_other_signs_are_other_words(one: str, other: str) -> None:
    assert wording(one) != wording(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Which fertiliser did you tell me to use?", True),
        ("How long should the plaster dry, according to you?", True),
        ("What was the name of the stretch you described?", True),
        ("Which of the books you've mentioned is the shortest?", True),
        ("What was your advice on the rent?", True),
        ("Was hast du mir für den Rücken empfohlen?", True),
        ("¿Qué libro me recomendaste?", True),
        ("Quel livre m'as-tu conseillé ?", True),
        ("Can you tell me where I live?", False),
        ("Do you remember my name?", False),
        ("Did you know that I moved?", False),
        ("What do you know about my cat?", False),
        ("Which book did my sister recommend?", False),
        ("Kannst du mir sagen, wo ich wohne?", False),
    ],
)
def test_a_question_about_what_the_agent_said_is_told(text: str, expected: bool) -> None:
    assert of_answers(text) is expected
