"""What is one's own and what is a relative's, a colleague's or a friend's are two things."""

from datetime import UTC, datetime, timedelta

import pytest

from langgraph_dreams.language.english.comparison.contradiction import contradiction
from langgraph_dreams.language.english.comparison.replacement import replacement_fault
from langgraph_dreams.language.english.comparison.updates import update
from langgraph_dreams.language.english.owners import of_another
from langgraph_dreams.types.items import Memory, memory_id

APART = [
    ("My favourite player is Messi.", "My brother's favourite player is Ronaldo."),
    ("My car is a red Fiat.", "My wife's car is a black Opel."),
    ("My phone number is 555 1234.", "My mother's phone number is 555 9876."),
    ("My doctor is Dr. Okafor.", "My son's doctor is Dr. Petrov."),
    ("My birthday is on 3 May.", "My sister's birthday is on 9 June."),
    ("My flight is at 7:30.", "My parents' flight is at 9:15."),
    ("The dog of my uncle is 4.", "The dog of my aunt is 9."),
    ("My car is a red Fiat.", "Eva's car is a black Opel."),
    ("My car is a red Fiat.", "Eva's car is a black Opel now."),
    ("My car is a red Fiat.", "The car of my boss is a black Opel now."),
    ("My car is a red Fiat.", "My boss's car is a black Opel now."),
    ("My car is a red Fiat.", "My boss drives a black Opel now."),
    ("I live in Berlin.", "My sister lives in Paris now."),
    ("I live in Berlin.", "Eva lives in Paris now."),
    ("My sister lives in Berlin.", "My brother lives in Paris now."),
    ("My office is in Graz.", "My neighbour's office is in Linz now."),
    ("My shift starts at 6.", "My manager's shift starts at 8 now."),
    ("My shift starts at 6.", "Tom's shift starts at 8 now."),
    ("My shift starts at 6.", "His shift starts at 8 now."),
    ("Our cat is 4 years old.", "My neighbour's cat is 9 years old now."),
    ("Our cat is 4 years old.", "The neighbours' cat is 9 years old."),
    ("My rent is 900 euros.", "My flatmate's rent is 700 euros now."),
    ("I am allergic to nuts.", "My daughter is not allergic to nuts."),
    ("I am allergic to nuts.", "My daughter is allergic to milk."),
    ("My wife's car is a black Opel.", "My boss's car is a white Audi now."),
    ("My wife's name is Eva.", "My daughter's name is Mia."),
    ("My laptop is a Dell.", "My colleague's laptop is a Mac."),
    ("My password manager is Bitwarden.", "My company's password manager is 1Password."),
    ("My desk is on floor 3.", "Ben's desk is on floor 5 now."),
    ("My team is Ajax.", "My boss's team is Feyenoord."),
    ("My salary is 3000 euros.", "My husband's salary is 3500 euros now."),
    ("My train leaves at 7:30.", "My kids' train leaves at 8:10 now."),
    ("I work at Siemens.", "My husband works at Bosch now."),
    ("I use Vue.", "My coworker uses React now."),
    ("My dentist is Dr. Ito.", "The dentist of my father is Dr. Wu now."),
    ("My favourite colour is blue.", "My girlfriend's favourite colour is green."),
    ("My favourite colour is blue.", "Her favourite colour is green."),
    ("My email is a@x.org.", "My assistant's email is b@x.org."),
    ("My mother's birthday is on 3 May.", "My mother-in-law's birthday is on 9 June."),
    ("My brother's car is red.", "My brother's wife's car is blue now."),
    ("Eva's phone number is 555 1234.", "Tom's phone number is 555 9876."),
    ("My dog's vet is Dr. Lim.", "My cat's vet is Dr. Roy."),
    ("My grandma's address is Ringstr 4.", "My address is Ringstr 9."),
    ("I have 2 kids.", "My sister has 3 kids."),
    ("I have 2 kids.", "My sister has 3 kids now."),
    ("My bike is a Trek.", "My roommate's new bike is a Giant."),
    ("My bed time is 22:00.", "My toddler's bed time is 19:30 now."),
    ("My landlord is Mr. Huber.", "My mum's landlord is Mr. Kern."),
    ("My meeting with Tom is at 10:00.", "Anna's meeting with Tom is at 11:00 now."),
    ("My boss is on holiday until 3 May.", "My boss's boss is on holiday until 9 May."),
    ("My shoe size is 42.", "My ex's shoe size is 38."),
    ("My shoe size is 42.", "My niece's shoe size is 31 now."),
    ("The kids' school starts at 8:00.", "My sister's kids' school starts at 8:30 now."),
    ("My teacher is Ines.", "My pal's teacher is Luca."),
    ("My car is a red Fiat.", "A friend of mine has a black Opel."),
    ("My car is a red Fiat.", "My friend Tom's car is a black Opel now."),
    ("My friend Tom's car is a black Opel.", "My friend Lea's car is a white Opel now."),
    ("Our standup is at 9:30.", "The design team's standup is at 10:00 now."),
    ("Our wifi password is foo1.", "The neighbors' wifi password is bar2."),
    ("My passport expires in May 2027.", "My wife's passport expires in June 2029."),
    ("My blood type is A positive.", "My partner's blood type is B negative."),
    ("My therapist is Dr. Lang.", "My niece's therapist is Dr. Moor."),
    ("My favourite band is Muse.", "My cousin's favourite band is Blur now."),
    ("My wifi password is foo1.", "My in-laws' wifi password is bar2."),
    ("My gym is FitX.", "My trainer's gym is Holmes Place."),
    ("My laptop has 16 GB.", "My teammate's laptop has 32 GB now."),
    ("I weigh 80 kg.", "My husband weighs 90 kg now."),
    ("I run 5 km a day.", "My sister runs 10 km a day now."),
    ("I am vegetarian.", "My son is not vegetarian."),
    ("My hotel is the Sacher.", "Our boss's hotel is the Hilton."),
    ("My seat is 12A.", "My wife's seat is 12B."),
    ("My password is foo1.", "My colleague Tim's password is bar2."),
    ("My deadline is Friday.", "Carla's deadline is Monday now."),
    ("My appointment is on Monday.", "My father-in-law's appointment is on Tuesday now."),
    ("My tutor is Ines.", "My twin sister's tutor is Luca."),
    ("My nickname is Bo.", "My best friend's nickname is Jo."),
    ("My keyboard layout is Dvorak.", "My office mate's keyboard layout is Colemak now."),
    ("My phone is a Pixel.", "My stepson's phone is an iPhone now."),
    ("My budget is 500 euros.", "The budget of my brother is 700 euros now."),
    ("My birthday is on 3 May.", "It is my sister's birthday on 9 June."),
    ("My kindergarten is Sunny.", "My kid's kindergarten is Moon."),
    ("My shift starts at 6.", "The new guy's shift starts at 9 now."),
    ("My pin is 4471.", "My grandfather's pin is 9023 now."),
    ("My car's plate is W 123.", "My wife's car's plate is W 999."),
    ("My email is ann@x.org.", "My accountant's email is bob@x.org now."),
    ("My lawyer is Ms. Roth.", "My client's lawyer is Mr. Blum now."),
    ("I take 5 mg of the pill.", "My mother takes 10 mg of the pill now."),
    ("My room is 204.", "My boss has room 310 now."),
    ("My flight is at 7:30.", "Mia's flight is at 9:15."),
    ("My train arrives at 18:00.", "The train of my parents arrives at 19:00."),
    ("My coach is Rob.", "Lena's coach is Kim now."),
    ("My major is physics.", "My roommate's major is chemistry."),
    ("I start work at 9.", "Jonas starts work at 7 now."),
    ("I drink tea.", "My colleague drinks coffee now."),
    ("My kids go to Elm school.", "My neighbour's kids go to Oak school now."),
    ("My address is Ringstr 4.", "My ex-wife's address is Hauptstr 9."),
    ("Our apartment is on floor 2.", "The Millers' apartment is on floor 5."),
    ("My dog is 4.", "My aunt's dog is 9."),
    ("My doctor's name is Okafor.", "My mother's doctor's name is Petrov."),
    ("The user's car is a red Fiat.", "The user's wife's car is a black Opel now."),
    ("The user lives in Berlin.", "The user's sister lives in Paris now."),
    ("The user's office is in Graz.", "The user's boss's office is in Linz now."),
    ("My sister lives in Berlin.", "I live in Paris with my sister now."),
    ("My sister starts work at 9:00.", "I start work at 8:00 now, before my sister."),
    ("My brother takes 5 mg of aspirin.", "I take 10 mg of aspirin now, my brother knows."),
    ("My boss starts at 8.", "I start at 9 now, my boss agreed."),
]  # fmt: skip
CLAIMED = [
    ("My car is a red Fiat.", "We sold the Fiat, my car is a green Skoda now."),
    ("My office is in Graz.", "My office moved from Graz to Linz."),
    ("My team is Ajax.", "I support Feyenoord now instead of Ajax."),
    ("My brother's car is a black Opel.", "My brother's car is a white Opel now."),
    ("My shift starts at 6.", "From now on my shift starts at 7."),
    ("My wife's car is a black Opel.", "My wife's car is a white Audi now."),
    ("My wife Eva's car is a black Opel.", "Eva's car is a white Opel now."),
    ("Eva's office is in Graz.", "Eva's office is in Linz now."),
    ("My sister lives in Berlin.", "My sister lives in Paris now."),
    ("My boss is Ben.", "My boss is Eva now."),
    ("My rent is 900 euros.", "The rent of my flat is 950 euros now."),
    ("My phone number is 555 1234.", "My phone number is 555 9876."),
    ("The dog of my uncle is 4.", "My uncle's dog is 5 now."),
    ("My parents' flight is at 9:15.", "The flight of my parents is at 9:45 now."),
    ("My name is Anna.", "My name is Hanna."),
    ("Our standup is at 9:30.", "Our standup is at 10:00."),
    ("The user's car is a red Fiat.", "The user's car is a green Skoda now."),
    ("My car is a red Fiat.", "The user's car is a green Fiat now."),
    ("Today's backup server is alpha.", "Today's backup server is beta now."),
    ("The rent is 900 euros.", "My rent is 950 euros now."),
    ("Ben's desk is on floor 3.", "Ben's desk is on floor 5 now."),
    ("My company's vpn port is 443.", "My company's vpn port is 8443 now."),
    ("My dentist is Dr. Ito.", "My dentist is Dr. Wu now."),
    ("My son is 4.", "My son is 5 now."),
    ("My daughter's teacher is Ines.", "My daughter's teacher is Luca now."),
    ("My friend works at Siemens.", "My friend works at Bosch now."),
    ("The boss's office is in room 3.", "My boss's office is in room 5 now."),
    ("My brother's phone number is 555 1234.", "My brother's new phone number is 555 9876."),
    ("I work at Siemens.", "I work at Bosch now."),
    ("My partner's car is red.", "My partner's car is blue now."),
    ("Mum's birthday party is on 3 May.", "Mum's birthday party is on 4 May now."),
    ("The server's port is 22.", "The server's port is 2222 now."),
    ("My gym's code is 4471.", "The gym code is 9023 now."),
    ("I meet my brother on Mondays.", "I meet my brother on Tuesdays now."),
    ("Dad lives in Rome.", "My dad lives in Milan now."),
    ("My husband works at Siemens.", "My husband works at Bosch now."),
    ("My seat is 12A.", "My seat is 14C now."),
    ("My deadline is Friday.", "My deadline is Monday now."),
    ("My wife's passport expires in June 2029.", "My wife's passport expires in June 2031 now."),
    ("My son's school starts at 8:00.", "My son's school starts at 8:30 now."),
    ("Carla's deadline is Friday.", "Carla's deadline is Monday now."),
    ("I weigh 80 kg.", "I weigh 78 kg now."),
    ("The user lives in Berlin.", "The user lives in Paris now."),
    ("My gym is FitX.", "My gym is Holmes Place now."),
    ("My coach is Rob.", "My coach is Kim now."),
    ("I take 5 mg of the pill.", "I take 10 mg of the pill now."),
    ("My manager is Ben.", "My manager is Eva now."),
    ("My password manager is Bitwarden.", "My password manager is 1Password now."),
    ("My boss's name is Ben.", "My boss's name is Eva now."),
    ("My laptop has 16 GB.", "My laptop has 32 GB now."),
    ("My email client is Thunderbird.", "My email client is Outlook now."),
    ("My favourite restaurant is Eva's Diner.", "My favourite restaurant is Tom's Grill now."),
    ("I work at McDonald's.", "I work at Bosch now."),
    ("I live in my brother's flat.", "I live in my sister's flat now."),
    ("My meeting with my boss is at 10:00.", "My meeting with my boss is at 11:00 now."),
    ("My sister's wedding is on 3 May.", "The wedding of my sister moved to 9 June."),
    ("My girlfriend lives in Graz.", "My girlfriend moved to Linz."),
    ("Our kids' school starts at 8:00.", "Our kids' school starts at 8:30 now."),
    ("My landlord's number is 555 1234.", "My landlord's number is 555 9876 now."),
]  # fmt: skip
LINKED = [
    ("My car is a red Fiat.", "We sold the Fiat, my car is a green Skoda now."),
    ("My shift starts at 6.", "From now on my shift starts at 7."),
    ("My wife's car is a black Opel.", "My wife's car is a white Audi now."),
    ("Eva's office is in Graz.", "Eva's office is in Linz now."),
    ("My sister lives in Berlin.", "My sister lives in Paris now."),
    ("My sister Ada lives in Berlin.", "Ada moved to Paris."),
    ("My mum's shift starts at 6.", "My mother's shift starts at 7 now."),
    ("My boss is Ben.", "My boss is Eva now."),
    ("My rent is 900 euros.", "The rent of my flat is 950 euros now."),
    ("My phone number is 555 1234.", "My phone number is 555 9876."),
    ("The dog of my uncle is 4.", "My uncle's dog is 5 now."),
    ("My parents' flight is at 9:15.", "The flight of my parents is at 9:45 now."),
    ("My name is Anna.", "My name is Hanna."),
    ("Our standup is at 9:30.", "Our standup is at 10:00."),
    ("The user's car is a red Fiat.", "The user's car is a green Skoda now."),
    ("Today's backup server is alpha.", "Today's backup server is beta now."),
    ("The rent is 900 euros.", "My rent is 950 euros now."),
    ("Ben's desk is on floor 3.", "Ben's desk is on floor 5 now."),
    ("My company's vpn port is 443.", "My company's vpn port is 8443 now."),
    ("My son is 4.", "My son is 5 now."),
    ("My daughter's teacher is Ines.", "My daughter's teacher is Luca now."),
    ("My friend works at Siemens.", "My friend works at Bosch now."),
    ("The boss's office is in room 3.", "My boss's office is in room 5 now."),
    ("My brother's phone number is 555 1234.", "My brother's new phone number is 555 9876."),
    ("I work at Siemens.", "I work at Bosch now."),
    ("My partner's car is red.", "My partner's car is blue now."),
    ("Mum's birthday party is on 3 May.", "Mum's birthday party is on 4 May now."),
    ("The server's port is 22.", "The server's port is 2222 now."),
    ("My gym's code is 4471.", "The gym code is 9023 now."),
    ("My landlord raised my rent to 900 euros.", "My rent is 950 euros now."),
    ("My boss moved the standup to 9:30.", "The standup is at 10:00 now."),
    ("I meet my brother on Mondays.", "I meet my brother on Tuesdays now."),
    ("Dad lives in Rome.", "My dad lives in Milan now."),
    ("My husband works at Siemens.", "My husband works at Bosch now."),
    ("My seat is 12A.", "My seat is 14C now."),
    ("My deadline is Friday.", "My deadline is Monday now."),
    ("My wife's passport expires in June 2029.", "My wife's passport expires in June 2031 now."),
    ("My son's school starts at 8:00.", "My son's school starts at 8:30 now."),
    ("Carla's deadline is Friday.", "Carla's deadline is Monday now."),
    ("The user lives in Berlin.", "The user lives in Paris now."),
    ("My gym is FitX.", "My gym is Holmes Place now."),
    ("My coach is Rob.", "My coach is Kim now."),
    ("I take 5 mg of the pill.", "I take 10 mg of the pill now."),
    ("My manager is Ben.", "My manager is Eva now."),
    ("My boss's name is Ben.", "My boss's name is Eva now."),
    ("My laptop has 16 GB.", "My laptop has 32 GB now."),
    ("My email client is Thunderbird.", "My email client is Outlook now."),
    ("My office is in room 5.", "My boss moved my office to room 7."),
    ("My meeting with my boss is at 10:00.", "My meeting with my boss is at 11:00 now."),
    ("My sister's wedding is on 3 May.", "The wedding of my sister moved to 9 June."),
    ("My girlfriend lives in Graz.", "My girlfriend moved to Linz."),
    ("Our kids' school starts at 8:00.", "Our kids' school starts at 8:30 now."),
    ("My landlord's number is 555 1234.", "My landlord's number is 555 9876 now."),
    ("We pick Grandma up at 9:00.", "Grandma arrives at 10:15 instead."),
    ("My boss is Ines Roth.", "I report to Karl Weber as my boss now."),
    ("My mum comes on Friday.", "We are expecting Mum on Saturday now."),
]  # fmt: skip


def memory(text: str, day: int) -> Memory:
    time = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day)
    return Memory(
        id=memory_id("fact", text), text=text, about="user", sources=("e1",),
        valid_from=time, learned_at=time,
    )  # fmt: skip


def claimed(old: str, new: str) -> bool:
    """True if a model may claim that one replaces the other."""
    return not replacement_fault(memory(old, 0), memory(new, 30))


def linked(old: str, new: str) -> bool:
    return update(old, new, lambda stem: 1.0) is not None


@pytest.mark.parametrize(("one", "other"), APART)
def test_a_thing_of_anothers_is_another_thing(one: str, other: str) -> None:
    for old, new in ((one, other), (other, one)):
        assert contradiction(old, new) is None
        assert not linked(old, new)
        assert not claimed(old, new)


@pytest.mark.parametrize(("old", "new"), CLAIMED)
def test_a_true_claim_about_ones_own_still_stands(old: str, new: str) -> None:
    assert claimed(old, new)


@pytest.mark.parametrize(("old", "new"), LINKED)
def test_an_update_of_the_same_owners_is_still_linked(old: str, new: str) -> None:
    assert linked(old, new)


def test_who_acts_on_a_thing_does_not_own_it() -> None:
    assert contradiction("My landlord raised my rent to 900 euros.", "My rent is 950 euros now.")
    assert contradiction("My boss moved the standup to 9:30.", "The standup is at 10:00 now.")


OTHERS = [
    ("When do I see the doctor?", "My mother's doctor is in on Mondays and Tuesdays."),
    ("When do I see the doctor?", "My mother sees the doctor on Tuesday at 9."),
    ("When do I see the doctor?", "I drive my mum to the doctor on Wednesday."),
    ("When do I see the doctor?", "I called my mother's doctor about her pills."),
    ("When do I see the doctor?", "The doctor of my father retires in May."),
    ("Who is my doctor?", "Honestly, my uncle is seeing a new doctor called Yiliolin."),
    ("Where do I live?", "My sister and her husband live in Rome."),
    ("When is my flight?", "My parents' flight is at 9:15."),
    ("Which pills do I take?", "My mother takes three pills a day."),
    ("When does my mother see the doctor?", "I see the doctor on Friday."),
    ("Where does my sister live?", "My brother lives in Paris."),
]
OWN = [
    ("When do I see the doctor?", "My wife and I see the doctor on Friday."),
    ("When do I see the doctor?", "My mother drives me to the doctor on Friday."),
    ("When do I see the doctor?", "I see the doctor on Friday with my mother."),
    ("When do I see the doctor?", "She sees the doctor on Friday."),
    ("Who is my doctor?", "My doctor is Dr Weiss, my sister knows him."),
    ("What is my rent?", "My landlord raised my rent to 900."),
    ("When does my sister arrive?", "She arrives on Friday."),
    ("When do I pick Grandpa up?", "Grandpa takes a later train, we'll get him at 12:30."),
    ("When is my appointment?", "My appointment is on Friday. My mother comes along."),
    ("Where does my mother live?", "Mum lives in Rome."),
    ("Where does Eva live?", "My sister lives in Rome."),
    ("When is my flight?", "The flight is at 9."),
]


@pytest.mark.parametrize(("question", "text"), OTHERS)
def test_what_is_told_of_another_than_the_question_asks_for(question: str, text: str) -> None:
    assert of_another(question, text)


@pytest.mark.parametrize(("question", "text"), OWN)
def test_what_may_be_of_whom_the_question_asks_for(question: str, text: str) -> None:
    assert not of_another(question, text)
