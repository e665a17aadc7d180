"""What asserts something and what does not: by itself, beside a command, after a question."""

import pytest

from langgraph_dreams.language.mixed import MIXED

NOTHING = (
    # prompts of a clock
    "Scheduled check: open the file CHORES.md, do what is due and answer ALL_QUIET when done.",
    "Read HEARTBEAT.md if it exists. Follow it strictly. Do not infer tasks from prior chats.",
    "[cron] Check the build queue and report failures.",
    "Every hour, look at the queue and report stuck jobs.",
    "It is time to run the nightly backup of the photo library.",
    # questions
    "Which appointments are in my calendar for today?",
    "what time does the museum shop close on sundays",
    "who won the match between Sturm and Salzburg last night",
    "Do you remember that I am allergic to nuts?",
    "My flight is at nine on Monday, right?",
    "Is the shop on the corner open on Sunday",
    "I wonder whether my sister is coming to the party.",
    "I'd like to know when the library closes.",
    "Any idea how to get rid of the moths in my pantry?",
    # commands
    "Tell me which restaurants in Graz are open on Sundays.",
    "Please remind me to water the ficus tomorrow morning.",
    "Can you book a table for two at Luigi's on Friday?",
    "Could you please summarize the minutes of the board meeting",
    "Claude, open the garage door and switch on the light in the hall.",
    "If there is a mail from Bob, forward it to Ann.",
    "At 9 am, check the inbox for new mail from the bank.",
    "Don't send the invoice before Monday.",
    "I need you to check the invoices of last month.",
    "You must answer in JSON with the keys title and body.",
    "You are a helpful assistant that answers questions about cooking.",
    "Translate this into French: I live in Rome and my dog is black.",
    "Summarize this text: Ada lives in Graz. Her rent is 900 euros.",
    "Please call Dr. Okafor in the Lindenstrasse.",
    "A table for two at eight, please.",
    "Let's plan the trip to Lisbon.",
    "Remember to buy milk and eggs.",
    "Act as a travel agent and plan a week in Portugal.",
    "Rewrite: My flat has three rooms and a balcony.",
    "You are now running as a background job. Look for conflicts in the calendar.",
    "That sounds good, book the table.",
    "Looks good to me, send it.",
    # what was said before, the hour, an approval
    "I have asked before. What is the code of the garage door?",
    "I already told you that.",
    "It is 7:00. Prepare the morning briefing from mail, calendar and weather.",
    "Confirmed.",
    # slash commands, data, code, logs
    "/remember my favourite colour is green",
    '{"decisions": [{"type": "approve"}]}',
    '[{"id": 1, "name": "Rex"}, {"id": 2, "name": "Tom"}]',
    '{"city": "Graz", "allergies": ["nuts"',
    '```python\nname = "Ada"\nprint("I live in Graz")\n```',
    'const city = "Graz"; let dog = "Rex";',
    "2026-03-01 09:00:01 ERROR worker failed to connect to the database",
    'Traceback (most recent call last):\n  File "app.py", line 3, in main\nValueError: no literal',
    "$ docker run -it ubuntu bash",
    "[image]",
    # suppositions
    "Suppose I lived in Rome. I would have a Vespa and eat gelato daily.",
    "If I had a dog, I would call it Wotan.",
    "What if I moved to Rome next year?",
    "Let's say my rent is 2000 euros a month.",
    "Hypothetically, my salary is 9000 euros.",
    "Had I stayed in Vienna, I would have a bigger flat.",
    "I would buy a boat if I had the money.",
    "I wish I had a house by the sea.",
    # questions without a mark
    "what was the code that was set last week",
    "what is the name of the cafe that is near my office",
    # greetings, thanks
    "Good morning! How are you today?",
    "Hello there, hope you are having a lovely day!",
    "Thank you so much for your wonderful help with the report!",
    "OK great, that's all for today, bye!",
    "Cheers, that was really useful.",
    # other languages
    "Kannst du mir einen Tisch im Gasthaus reservieren?",
    "¿Puedes reservar una mesa para dos?",
    "我住在哪里？",
    "私の犬の名前は何ですか。",
)

WHOLE = (
    "The flight to Porto is confirmed.",
    "I told you that I moved to Porto.",
    "Great, my sister is called Ida.",
    "I am allergic to nuts.",
    "i moved to villach in march",
    "Our dentist is Dr. Okafor in the Lindenstrasse.",
    "Moved to Graz last week.",
    "Allergic to nuts since childhood.",
    "Have two dogs, Rex and Tom.",
    "Had a cat called Mimi as a child.",
    "Don't like mushrooms at all.",
    "Never eat shellfish, it makes me ill.",
    "Will be in Oslo from Monday to Friday.",
    "Zorbs quibble the frand on Tuesdays.",
    "Ann: Me and my siblings meet often, but when we do we play cards.",
    "It's great to live near the sea.",
    "Frobnicated the left valve yesterday.",
    "Zofia adores Graz, walks a lot, open to anything.",
    # begin like a question
    "When I was five, I broke my arm.",
    "What I like most about Graz is the park.",
    "Where I live, the tap water is very hard.",
    "Who I trust most is my brother.",
    "What matters to me is quiet at night.",
    "May is my favourite month.",
    "Will is my brother-in-law.",
    "The API is at https://x.example/y?z=1 these days.",
    'My favourite book is "Where are you?" by Ada Lane.',
    # begin like a command
    "Book club meets on Fridays at Eva's.",
    "Order 5512 has arrived broken.",
    "Log retention on the cluster is 30 days.",
    "Build 511 took 14 minutes.",
    "Step 3: the glaze dries for a day.",
    "Test 4: the part from Oslo is needed.",
    "Email is the best way to reach me.",
    "Plan B is to rent a van.",
    "To deploy, run make deploy.",
    "On Mondays, work starts at six for me.",
    # how it shall be every time
    "Call me Ada.",
    "From now on, answer in German.",
    "Please answer me in English.",
    "Give me temperatures in Celsius.",
    "Reach me under 0664 123 4567, please.",
    # conditions and wishes that are so
    "If I eat nuts, I get a rash.",
    "The match is moved to the gym if it rains.",
    "I would like a window seat on long flights.",
    "I want to learn Portuguese this year.",
    "My boss asked me if I could move to Berlin.",
    "My doctor said I should avoid coffee.",
    "I think we should sell the car.",
    # look like data
    "Allergies: nuts, shellfish.",
    "Address: Hauptplatz 1, 8010 Graz",
    "Reminder: my flight is at 9.",
    "The function foo() in our repo is owned by Tom.",
    "I like (really like) jazz.",
    # question and answer
    "Do I drink coffee? No, never.",
    "Do you know my Rex? He is a poodle.",
    "Please call my sister, she lives in Linz.",
    # other languages
    "Ich wohne in Graz und habe zwei Hunde.",
    "Vivo en Madrid desde 2019.",
    "我住在北京，喜欢喝绿茶。",
    "私は東京に住んでいます。",
    "Меня зовут Анна и я живу в Москве.",
)

BESIDE = (
    ("Please book a table; I am allergic to nuts.", "I am allergic to nuts."),
    ("Book a table, I'm allergic to nuts.", "I'm allergic to nuts"),
    ("Remember that my code is 4711.", "my code is 4711."),
    ("Remember, my gate code is 4711.", "my gate code is 4711."),
    ("Remember this: the alarm code is 9981.", "the alarm code is 9981."),
    ("Could you note that I moved to Graz?", "I moved to Graz"),
    ("Please don't forget I am diabetic.", "I am diabetic."),
    ("Did you know I have two cats?", "I have two cats"),
    ("Add to your notes that my blood type is A.", "my blood type is A."),
    ("Can you recommend a dentist, since I just moved to Graz?", "I just moved to Graz"),
    ("As I'm allergic to nuts, please suggest a snack.", "I'm allergic to nuts"),
    ("Thanks, I moved to Graz last week.", "I moved to Graz last week"),
    ("Guess what, I got the job!", "I got the job"),
    ("Let's see, my flight leaves at 7.", "my flight leaves at 7"),
    ("Please understand that I cannot fly.", "I cannot fly."),
    ("Ann: Look at that, we all donated for it.", "we all donated for it"),
    ("My son is 7. Can you book the pool?", "My son is 7."),
    ("Good morning! The boiler is broken again.", "The boiler is broken again."),
    ("I am vegan. What can I cook tonight?", "I am vegan."),
    ("What can I cook tonight? I am vegan.", "I am vegan."),
    ("Suppose I lived in Rome. By the way my dog is Rex.", "By the way my dog is Rex."),
    ("```\nls -la\n```\nThe server is called Odin.", "The server is called Odin."),
    ("Wo ist der Arzt? Ich bin gegen Nüsse allergisch.", "Ich bin gegen Nüsse allergisch."),
    ("我的狗在哪里？我住在北京。", "我住在北京。"),
)


@pytest.mark.parametrize("text", NOTHING)
def test_what_asserts_nothing(text: str) -> None:
    assert list(MIXED.assertions(text)) == []


@pytest.mark.parametrize("text", WHOLE)
def test_what_asserts_is_kept_whole(text: str) -> None:
    assert " ".join(MIXED.assertions(text)) == text


@pytest.mark.parametrize(("text", "kept"), BESIDE)
def test_what_is_asserted_beside_something_else_is_kept_alone(text: str, kept: str) -> None:
    assert [part.rstrip(".") for part in MIXED.assertions(text)] == [kept.rstrip(".")]


@pytest.mark.parametrize("text", ["?" * 50_000, "[" * 50_000, "a? " * 20_000, "{" * 50_000])
def test_long_nonsense_takes_no_time(text: str) -> None:
    assert len(MIXED.assertions(text)) < 2
