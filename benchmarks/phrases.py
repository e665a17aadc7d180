"""The sentences of the generated evidence set: `{who}`, `{name}` and `{thing}` are filled in."""

SPEAKERS = ("Ines", "Tomas", "Wanda", "Jonah", "Petra", "Malik")

PEOPLE = (
    "my sister",
    "my uncle",
    "our neighbour",
    "my flatmate",
    "the new intern",
    "my old teacher",
    "my cousin",
    "our landlord",
)

CHAINS = (
    (
        "{who} started at {name} on Monday, the first steady job in years.",
        (
            (
                "{name} closes its canteen at two, people there eat sandwiches.",
                "Can {who} get a warm meal at the new job in the late afternoon?",
            ),
            (
                "they fined {name} for pouring dye into the river.",
                "Is the firm that gave {who} a job in trouble with the law?",
            ),
            (
                "{name} is still up four flights and nobody will pay for a lift.",
                "Would {who} manage to go to work with a broken leg?",
            ),
        ),
    ),
    (
        "{who} adopted a puppy from the shelter and called it {name}.",
        (
            (
                "the vet says {name} must not have chicken, not even a bite.",
                "Which food should guests keep away from the dog of {who}?",
            ),
            (
                "guess who ate the remote control? {name}, batteries and all.",
                "What was swallowed by the pet {who} took in?",
            ),
            (
                "{name} won a ribbon at the fair, for the longest ears.",
                "Did the animal {who} adopted ever get a prize?",
            ),
        ),
    ),
    (
        "{who} is seeing a new doctor for the knee, a specialist called {name}.",
        (
            (
                "I read that {name} only takes patients who pay in cash.",
                "What does {who} need to bring along to settle the bill for the knee?",
            ),
            (
                "{name} plays the cello in the town orchestra on Sundays.",
                "Does the person who treats the knee of {who} have a hobby?",
            ),
            (
                "you can't reach {name} before noon, the phone just rings.",
                "When should {who} call about the knee?",
            ),
        ),
    ),
    (
        "{who} has moved, the new flat is right on {name} Street.",
        (
            (
                "they are tearing up {name} for the tram until next winter.",
                "Will it be noisy at the new flat of {who}?",
            ),
            (
                "the bakery on {name} does the best rye bread in the city.",
                "What is good to eat near where {who} lives now?",
            ),
            (
                "no parking on {name} any more, they tow you within minutes.",
                "Can I leave my car when I visit {who} at the new place?",
            ),
        ),
    ),
    (
        "{who} learned to paint from a man called {name} one whole summer.",
        (
            (
                "there is a show of {name} in the old customs house in May.",
                "Where could one see pictures by the painting teacher of {who}?",
            ),
            (
                "{name} was caught selling forged landscapes, it was in the paper.",
                "Was the man who taught {who} honest?",
            ),
            (
                "{name} went blind in the end, imagine that.",
                "What became of the person who gave {who} painting lessons?",
            ),
        ),
    ),
    (
        "{who} spends the holidays in a village called {name}, every year since childhood.",
        (
            (
                "a landslide cut off {name}, only the boat goes there now.",
                "How will {who} travel to the holidays this year?",
            ),
            (
                "in {name} they burn a straw bear on the last night of August.",
                "Which custom might {who} have watched in the summer holidays?",
            ),
            (
                "the well in {name} is bad, everyone buys bottles.",
                "Is the water safe to drink where {who} goes on holiday?",
            ),
        ),
    ),
    (
        "{who} swears by an old cookbook by {name}, it is all stains by now.",
        (
            (
                "turns out {name} never cooked a dish, a ghostwriter did it all.",
                "Who really wrote the recipes that {who} uses?",
            ),
            (
                "{name} puts anchovies into everything, even the cakes.",
                "Which odd ingredient is found in the favourite cookbook of {who}?",
            ),
            (
                "first editions of {name} go for four hundred at auctions.",
                "Is the cookbook of {who} worth any money?",
            ),
        ),
    ),
    (
        "{who} joined a choir, they are called the {name} Voices.",
        (
            (
                "the {name} lot rehearse in the swimming hall, the echo is great.",
                "Where does {who} go to sing?",
            ),
            (
                "{name} got invited to Lisbon, all expenses paid.",
                "Will {who} go abroad with the choir?",
            ),
            (
                "they say {name} lets nobody in over sixty.",
                "Could a pensioner sing along with {who}?",
            ),
        ),
    ),
)

FACTS = (
    ("I broke my left wrist falling off a ladder in the garage.", "How was the wrist broken?"),
    ("the dentist pulled two of my wisdom teeth on Tuesday.", "What did the dentist do?"),
    ("we painted the kitchen a dark green and regret it already.", "Which colour is the kitchen?"),
    ("I sold the motorbike to pay for the roof.", "How was the roof paid for?"),
    ("my grandmother turned ninety-six and danced all night.", "How old is the grandmother?"),
    (
        "I failed the driving test for the third time, at the roundabout.",
        "Why was the driving test failed?",
    ),
    ("the library wants forty euros for the atlas I lost.", "What must be paid to the library?"),
    ("I am allergic to walnuts, found out at the wedding.", "Which allergy came up at a wedding?"),
    ("I gave up coffee and now drink roasted barley.", "What is drunk in place of coffee?"),
    (
        "we named the sailing boat after a song my father hummed.",
        "What was the sailing boat named after?",
    ),
    (
        "my bicycle was stolen outside the cinema, lock and all.",
        "Where was the bicycle when it was stolen?",
    ),
    ("I have signed up for a pottery course on Thursdays.", "On which day is the pottery course?"),
)

DECOYS = (
    "{who} had a first job in a canteen once, sandwiches all day.",
    "{who} wants a job with an office near the river.",
    "a new job is the last thing {who} needs in the late afternoon of life.",
    "the law firm across the road gave {who} trouble about the hedge.",
    "{who} walks to work even with a sore leg.",
    "{who} would adopt every animal in the shelter.",
    "{who} gave the neighbour's dog a bite of chicken and got told off.",
    "the dog swallowed a sock that belongs to {who}.",
    "{who} won a prize at the pet show with a borrowed cat.",
    "{who} should call the doctor about that cough.",
    "my knee hurts whenever it rains, I keep telling {who}.",
    "{who} paid the bill in cash and forgot the change.",
    "{who} has taken up a hobby that treats no one kindly: the drums.",
    "the new flat upstairs is so noisy, {who} would go mad.",
    "{who} lives on bread and good cheese, I think.",
    "I left my car at the place of {who} when I went to visit.",
    "{who} is looking for a new place, somewhere in the city.",
    "{who} saw the pictures in the museum and yawned.",
    "{who} taught me to be honest about my painting: I have no talent.",
    "painting lessons are what {who} wants for the birthday.",
    "{who} will travel this year, holidays by boat if the money holds.",
    "in the summer holidays {who} watched every match.",
    "{who} drinks the water from the tap, quite safe.",
    "every custom officer on that holiday searched {who}.",
    "{who} wrote recipes on the wall of the kitchen.",
    "{who} got a cookbook worth a lot of money and never opened it.",
    "the odd ingredient was cinnamon, says {who}, in the soup.",
    "{who} loves to sing in the shower, the whole house hears it.",
    "{who} might go abroad for a while, the choir of doubts notwithstanding.",
    "a pensioner on the bus told {who} to sing along.",
    "the wrist watch {who} lost was found in the garage.",
    "{who} broke the ladder, not the other way round.",
    "the roof of the kitchen leaks on {who}, painted or not.",
    "{who} says the roundabout near the library was built by a lunatic.",
    "coffee at the cinema costs a fortune, {who} noticed as well.",
    "{who} missed the wedding because of the sailing course.",
)

BESIDE = (
    "Somebody sprayed {name} on our wall, whatever that means.",
    "I keep misspelling {name}, it is always the vowels.",
    "{name} came up in the crossword, would you believe it?",
    "Your phone corrects {name} to something rude, try it.",
    "I dreamt about {name} again, no idea why.",
    "Is it {name} with one or two letters in the middle?",
)

OPENERS = (
    "Oh, and ",
    "By the way, ",
    "Listen, ",
    "Before I forget: ",
    "Funny thing, ",
    "Did I tell you, ",
    "Honestly, ",
    "So, ",
)

SMALL_TALK = (
    "how was your week, did {who} turn up in the end?",
    "I spent the whole day on {thing} and got nowhere.",
    "that sounds exhausting, I would need {thing} after it.",
    "{who} keeps asking me about {thing}.",
    "we should talk about {thing} some time.",
    "I am so tired, blame {thing}.",
    "haha, {who} would say the same.",
    "what a relief, I was worried about {thing}.",
    "{who} sends greetings and a photo of {thing}.",
    "remember when {who} forgot {thing} on the train?",
    "let's meet at the weekend and bring {thing}.",
    "no plans, maybe {thing} if the weather holds.",
    "I can't believe {who} said that about {thing}.",
    "good for you, {who} could take a leaf out of that book.",
)

THINGS = (
    "the garden",
    "a new bookshelf",
    "the tax papers",
    "a pot of soup",
    "the football",
    "some old records",
    "the washing machine",
    "a long walk",
    "my homework",
    "the birthday cake",
    "the broken heater",
    "a board game",
    "the holiday photos",
    "that series everyone watches",
)
