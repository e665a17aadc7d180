"""Questions that statements answer, by their form."""

import pytest

from langgraph_dreams.language.mixed import MIXED
from langgraph_dreams.language.stated.questions import of_before, question_of


@pytest.mark.parametrize(
    ("text", "about", "question"),
    [
        ("I live in Graz", "", "Where do I live?"),
        ("I live in Graz.", "Ada", "Where does Ada live?"),
        ("My cat is called Rex.", "", "What is my cat called?"),
        ("My cat is called Rex.", "Ada", "What is Ada's cat called?"),
        ("By the way, my dentist appointment is on 3 May.", "", "When is my dentist appointment?"),
        ("I moved to Porto", "", "Where did I move to?"),
        ("I'm allergic to nuts", "Bo", "What is Bo allergic to?"),
        ("The kiln is in the cellar.", "", "Where is the kiln?"),
        ("Ada lives in Graz and likes it", "", "Where does Ada live?"),
        ("Ada teaches chemistry", "", "What does Ada teach?"),
        ("I have two daughters", "", "How many daughters do I have?"),
        ("My favourite colour is green", "", "What is my favourite colour?"),
        ("We work for Acme", "", "Where do I work?"),
        ("Ich wohne in Graz", "", "Wo wohne ich?"),
        ("Meine Katze heißt Rex", "", "Wie heißt meine Katze?"),
        ("Mein Geburtstag ist am 3. Mai", "", "Wann ist mein Geburtstag?"),
        ("Ich bin allergisch gegen Nüsse", "", "Wogegen bin ich allergisch?"),
        ("Vivo en Sevilla", "", "¿Dónde vivo?"),
        ("Mi gata se llama Luna", "", "¿Cómo se llama mi gata?"),
        ("Mi cumpleaños es el 3 de mayo", "", "¿Cuándo es mi cumpleaños?"),
        ("The deploy failed again", "", ""),
        ("Ich wohne in Graz", "Ada", ""),
        ("J'habite à Lyon", "", ""),
        ("我住在格拉茨", "", ""),
    ],
)
def test_a_statement_has_the_question_of_its_form(text: str, about: str, question: str) -> None:
    assert question_of(MIXED, text, about) == question


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("Where did Ada live before?", True),
        ("What did Ada use to drive formerly?", True),
        ("Wo hat Ada früher gewohnt?", True),
        ("¿Dónde vivía Ada antes?", True),
        ("Where does Ada live?", False),
        ("Wo wohnt Ada?", False),
    ],
)
def test_a_question_says_that_it_asks_for_what_was(question: str, before: bool) -> None:
    assert of_before(question) is before
