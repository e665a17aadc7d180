"""English words that tell what a sentence does: asks, supposes, reports, tells of a change."""


def a_set(words: str) -> frozenset[str]:
    """Words of a text, for looking up."""
    return frozenset(words.split())


SUPPOSING = a_set(
    "if whether would could might maybe perhaps should suppose supposing supposed imagine wish"
    " hope hoping hopefully wonder wondering unless assume assuming possibly considering probably"
    " let's ought example otherwise pretend guess unsure seems guessing"
)
"""A sentence with one of these states no fact."""

SUPPOSING_PHRASES = ("thinking of", "thinking about", "planning to", "want to", "going to try")

REPORTING = a_set(
    "said says saying say told tells tell wrote writes writing claims claimed claim thinks thought"
    " believes believed reckons reckoned heard hears announced insists insisted mentions mentioned"
    " asks asked ask according quote quotes quoted rumour rumor read"
)
"""Verbs for what somebody else says, or used to believe."""

ADDING = a_set("also another additional both additionally besides plus either extra second")
"""Words for what comes on top, and so replaces nothing."""

QUESTION_STARTS = a_set(
    "what when where who whom whose which why how is are am was were do does did can could will"
    " would should shall may might has have had isn't aren't doesn't don't"
)

CUES = a_set(
    "now longer anymore instead actually moved move moves moving changed change changes changing"
    " switched switch switches swapped shifted postponed rescheduled pushed bumped raised lowered"
    " increased decreased reduced dropped rose went upgraded updated update upgrade migrated"
    " replaced became currently onwards onward meanwhile"
)
"""Words of change: evidence for it, and no part of what is stated."""

CUE_PHRASES = (
    "any more", "any longer", "these days", "from now on", "from here on", "as of", "from today",
    "no longer", "at last", "after all", "next week on", "from next", "for good", "by the way",
)  # fmt: skip

MOVING = a_set(
    "moved moving changed switched swapped shifted postponed rescheduled pushed bumped raised"
    " lowered increased decreased reduced dropped upgraded updated migrated replaced settled"
)
"""Participles of change: not past events, but how the present came about."""

ASIDE = a_set(
    "oh btw fyi hey heads way finally final last update quick little small correction note sorry"
    " ah hm well ok okay by day daily days time times please already again still soon here there"
    " turns turned good set put run runs running keep kept everywhere exactly together"
)
"""Words that may come or go without another meaning."""

NEGATIONS = a_set("no not never without cannot none nobody neither nor")
NOT_NEGATING = (
    "not only", "not just", "not yet", "not always", "not sure", "no idea", "no problem",
    "not very", "not all", "no one", "not really", "not every", "no matter", "no doubt", "why not",
)  # fmt: skip
NOT_DENYING = (
    *NOT_NEGATING, "not wait", "not give up", "never give up", "not giving up", "not believe",
    "never forget", "not forget", "time no", "no worries", "not stop", "never stop", "not mind",
)  # fmt: skip
"""With these one denies nothing."""
OPPOSITES = {
    "disabled": "enabled",
    "inactive": "active",
    "unavailable": "available",
    "unreachable": "reachable",
    "impossible": "possible",
    "forbidden": "allowed",
}
"""Words that say no by themselves, and what they say no to."""

TELLING = a_set(
    "back before after above below under over within until during outside except off down up"
    " through around between against"
)
"""Words that search passes over, and that yet may tell one thing from another."""

DIRECTIONS = a_set("to from against before after")
"""Prepositions that turn what the word after them means."""

PERSONS = {
    **dict.fromkeys(a_set("i me my mine we us our ours myself ourselves"), "first"),
    **dict.fromkeys(a_set("you your yours yourself"), "second"),
    **dict.fromkeys(a_set("he him his himself"), "he"),
    **dict.fromkeys(a_set("she her hers herself"), "she"),
    **dict.fromkeys(a_set("they them their theirs themselves"), "they"),
}
POINTING = a_set("it he she they this that these those which who")
"""As a subject they name nothing."""

BEING = a_set("is are am be been 'm 're")
_LASTING = (
    "live work sit meet park stay study run cost eat drink take leave start begin end open close"
    " come go keep store host include pay need want use hold last weigh arrive depart land fall see"
    " prefer like love hate own play speak know sleep train teach charge earn measure contain serve"
    " support return require expire belong smoke drive wear sell reside wait listen point answer"
    " lie stand hang read bring deliver report owe give get lead sing cover make look swim write"
    " set put buy"
)
BASES = a_set(_LASTING)
THIRDS = frozenset(
    f"{verb}es" if verb.endswith(("s", "ch", "sh", "x", "o")) else f"{verb}s" for verb in BASES
) | {"studies", "has", "does", "carries", "relies"}
BEFORE_BASE = a_set(
    "i we you they not never always usually only still now longer don't do does will can please"
    " also generally mostly often normally"
)

PAST = a_set(
    "was were had did ran swam met spent paid lost saw slept took bought ate drank came made got"
    " gave drove flew sang won sold taught brought caught fell felt found forgot knew left rode"
    " sent sat spoke stood stole swept threw told wore began became broke built chose drew grew"
    " held hid kept led lent meant rang rose shot sank went hung beat bit"
)
NOT_PAST = a_set(
    "need feed speed bed red shed weed seed indeed hundred exceed embed breed bleed reed deed greed"
    " united speed sacred naked wicked crooked biped med"
)
FLEETING = a_set("yesterday today tonight tomorrow ago")
FLEETING_PHRASES = (
    "last night", "last week", "last month", "last year", "this week", "this morning",
    "this evening", "this afternoon", "this weekend", "this time", "last time", "next time",
    "last weekend", "the other day",
)  # fmt: skip

SERIES = a_set(
    "chapter page step part episode lesson volume issue ticket build line question exercise verse"
    " section figure table item day week round task pr bug stage paragraph task round attempt"
)
"""Their number is a name."""

PLACING = a_set("in at on near behind under to into by inside opposite beside")
PLACED = a_set(
    "is are am live lives work works sit sits meet meets park parks stay stays staying study"
    " studies run runs reside resides keep kept store stored host hosted based located lie lies"
    " settled moved migrated sleep sleeps"
)
"""Verbs for what can be in one place only, for as long as it lasts."""

CONDITIONS = a_set(
    "love trouble debt danger pain doubt charge mourning shape tears luck need time control mind"
)
"""After "in" or "on" they name no place."""

HAPPENING = a_set(
    "is are am be start starts begin begins end ends open opens close closes leave leaves depart"
    " departs arrive arrives meet meets come comes see sees fall falls take takes go goes due"
    " expire expires land lands moved postponed"
)
"""Verbs whose time is a fact; of other things one may do several, at several times."""

LISTING = a_set(
    "like likes love loves enjoy speak speaks play plays know knows own owns hate hates"
)
"""Verbs that may have many objects."""

LIKING = a_set("like likes love loves enjoy enjoys adore adores trust trusts stand bear")
DISLIKING = a_set(
    "hate hates dislike dislikes detest detests loathe loathes despise despises distrust distrusts"
)
"""Verbs for how one stands to a thing; "stand" and "bear" only with a "not"."""

EXCLUSIVE = a_set("study studies drive drives support supports attend attends")
"""Verbs of which one usually has one object at a time."""
LEADING = a_set(
    "leads runs heads manages chairs hosts coaches captains directs supervises teaches trains"
)
"""Verbs for a role that one person has."""
SINGLE = a_set("favourite favorite preferred usual default main only best current")
"""Before a noun they say that there is one of it."""
ATTRIBUTES = a_set(
    "name nickname surname password passphrase pin code size colour color job profession title"
    " occupation motto"
)
"""Nouns for what a person or thing has one of."""

LABELS = a_set("room building gate platform hall hotel street road lane floor terminal city town")

KIN = {
    word: word
    for word in a_set(
        "sister brother mother father son daughter wife husband aunt uncle cousin friend colleague"
        " boss neighbour flatmate partner child niece nephew girlfriend boyfriend grandmother"
        " grandfather parent grandparent sibling boy girl baby twin fiance fiancee ex spouse"
        " stepmother stepfather stepson stepdaughter grandson granddaughter godmother godfather"
        " roommate coworker teammate manager landlord landlady nanny buddy in-laws client mentor"
        " tenant assistant intern stepsister stepbrother pal toddler bro sis teenager"
    )
} | {
    **dict.fromkeys(("mum", "mom", "mummy", "mommy", "mama"), "mother"),
    **dict.fromkeys(("dad", "daddy", "papa"), "father"),
    **dict.fromkeys(("grandma", "granny", "nan", "nana"), "grandmother"),
    **dict.fromkeys(("grandpa", "granddad", "grandad"), "grandfather"),
    "neighbor": "neighbour",
    "kid": "child",
    "children": "child",
    "wives": "wife",
    "housemate": "flatmate",
    "co-worker": "coworker",
    "workmate": "colleague",
    "mate": "friend",
}
"""Persons who are named by whose they are, each under one word."""

ROLES = a_set("boss manager supervisor landlord landlady captain wife husband")
"""Nouns for what one person is to somebody."""
_ONE = ROLES | a_set("mother father mum mom dad partner girlfriend boyfriend")
MANY = frozenset(KIN) - _ONE | a_set(
    "student pupil client customer patient teammate classmate dog cat pet horse hero roommate"
)
"""Nouns for what one may have several of."""

UNITS = {
    **dict.fromkeys(("€", "eur", "euro", "euros"), "euro"),
    **dict.fromkeys(("$", "usd", "dollar", "dollars"), "dollar"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds"), "pound"),
    **dict.fromkeys(("%", "percent"), "percent"),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms"), "kilo"),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), "km"),
    **dict.fromkeys(("mcg", "microgram", "micrograms"), "microgram"),
    **dict.fromkeys(("mg", "milligram", "milligrams"), "milligram"),
    **dict.fromkeys(("gb", "gib", "gigabyte", "gigabytes"), "gigabyte"),
    **dict.fromkeys(("mb", "mib", "megabyte", "megabytes"), "megabyte"),
    **dict.fromkeys(("h", "hour", "hours"), "hour"),
    **dict.fromkeys(("min", "minute", "minutes"), "minute"),
    **dict.fromkeys(("s", "second", "seconds"), "second"),
}
"""Units of measure by each of their names."""
