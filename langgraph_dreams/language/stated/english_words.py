"""Words of English by what they tell of: who, what lasts, what passes."""

from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.stated.forms import words

# -- names, times, objects

NAME = r"(?-i:[A-Z][\w'’-]*)"
MONTH = words(
    "January February March April June July August September October November December"
    " Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec (?-i:May)"
)
DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
DATE = (
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}|{MONTH} \d{{1,2}}|the \d{{1,2}}(?:st|nd|rd"
    rf"|th)"
    rf"|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}|(?:in|since|until|by|from|this|next|early|late"
    rf"|mid) {MONTH}"
    rf"|(?:on|next|this|every|until|by|from) {DAY}|(?:in|since|until|by|from) (?:19|20)\d\d"
    r"|(?:next|this|in|in the) (?:spring|summer|autumn|winter)|next (?:week|month|year|term)"
    r"|tomorrow)\b"
)
NUMBER = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty)\b"
)
THERE = words(
    "it this that them those these you your yours him her his how what when where why if one both"
    " to_(?:see|hear|know|say|think|be) (?:the_)?(?:first|second|last|latter|other|option"
    "|version)(?:_\\w+)? the_(?:\\w+_)?(?:idea|way|look|sound|fact|one|answer|result"
    "|error|same|code|output|message|file|page|button|app|link|command|test|tests|script)"
)
OBJECT = rf"\b(?! {THERE}\b)(?= [\w'’$€£])"
FLEETING = words(
    "(?:little_|tiny_|wee_)?bit little lot tad mess wreck idiot fool moron genius few couple bunch"
    " step minute moment second while nightmare disaster joke pain problem question error bug"
    " failure"
    " zombie ghost robot machine total complete loss shame pity relief surprise success hurry rush"
    " mistake mix (?:big|great|good|bad|nice|strange|real|huge|hot)_(?:idea|mess|question|problem"
    "|day|start|mood)"
)
NOUN = rf"an? (?!(?:bit|{FLEETING})\b)[\w'’-]+"

NO_NAME = words("OK", "Ok", "Sorry")
THIRD = words(
    "live work play speak teach hate love like eat drink wear own drive prefer suffer collect"
    " come_from take"
)
PARENT = words(
    "mother father mum mom dad grandmother grandfather twin parent uncle aunt widow widower oldest"
    " youngest eldest"
)
FAVOURED = words("favou?rite preferred go-to usual default")
COLOUR = words("red blue green black white grey gray silver yellow orange purple brown pink")
UNWANTED = words(
    "emojis? bullet_points? small_talk exclamation_marks? jargon abbreviations disclaimers?"
    " smileys? hashtags? flattery filler markdown sir madam"
)

# -- who

ONE = r"(?:i|we)"
OFTEN = (
    r"(?: "
    + words(
        "still now currently both also usually always mostly only never really generally mainly do"
        " normally typically often sometimes just absolutely rarely hardly strictly don['’]t do_not"
        " no_longer tend_to have_to try_to like_to love_to prefer_to can_only can['’]t cannot"
        " actually"
        " don['’]t_really am_always"
    )
    + ")*"
)
HAVE = r"(?: have|['’]ve)?(?: just| recently| finally| already| also| since| now)*"
AM = (
    r"(?:i am|i['’]m|im|we are|we['’]re)(?: "
    + words(
        "also actually still now both currently originally only really very quite pretty severely"
        " slightly mildly highly legally partly fully newly just a_bit not"
    )
    + ")*"
)
PETS = "dog cat puppy kitten horse rabbit hamster parrot tortoise dachshund hen pet budgie pony"
KIN = words(*lists.KIN, PETS, "in-law kids sons grandchildren folks parents family") + r"(?:e?s)?\b"
RELATIVE = (
    rf"(?:(?:my|our) (?:[\w’-]+ ){{0,3}}?{KIN}|(?:the )?{words(PETS)}|wife|husband|mom|mum|dad)"
    rf"(?:,? (?:is )?{NAME}){{0,2}}"
)
BE = r"(?:['’]s| is| are)(?: also| both| already| only| now| still| always| actually)*"

# -- what lasts, by kind

ALLERGIC = words(
    "allergic intolerant vegan vegetarian pescatarian coeliac celiac diabetic asthmatic epileptic"
    " lactose gluten pregnant deaf blind hard_of_hearing colou?r[_-]?blind dyslexic autistic"
    " anaemic anemic"
    " type_\\w+ on_(?:insulin|medication|blood_thinners|antidepressants|beta_blockers|warfarin"
    "|metformin)"
    " immunocompromised short-?sighted near-?sighted"
)
ILLNESS = (
    words(
        "allerg(?:y|ies) intoleran\\w+ diseases? syndrome disorder diabetes asthma arthritis"
        " epilepsy"
        " migraines? tinnitus eczema an(?:a?)emia adhd autism dyslexia hypertension psoriasis"
        " scoliosis"
        " endometriosis ibs crohn['’]?s (?:high|low)_blood_pressure pacemaker heart_condition"
        " bad_back"
        " bad_knees? fear_of_\\w+ dementia hay_fever hearing_aids? insomnia fibromyalgia"
    )
    + r"\b"
)
FAMILY_STATE = words(
    "married divorced widowed engaged single separated expecting getting_married getting_divorced"
)
OTHER_STATE = words(
    "left-handed right-handed bilingual trilingual fluent teetotal religious muslim jewish"
    " christian"
    " hindu catholic buddhist atheist straight gay lesbian bi bisexual trans non-?binary adopted"
    " neurodivergent"
)
WORKER = (
    r"(?:[\w'’-]+ ){0,4}?(?:\w{2,}(?:er|or|ist|ian|eer|ect|yst)|nurse|student|chef|cook|pilot"
    r"|clerk|coach|judge"
    r"|accountant|consultant|assistant|attendant|dev|c[tefoi]o|pm|sre|dba|phd|postdoc|intern|vet"
    r"|paramedic"
    r"|mechanic|priest|sergeant|dentist|apprentice|trainee|professional|academic|surgeon"
    r"|candidate)\b"
    r"(?! (?:person|of trouble|lover|drinker))"
)
THING = (
    words(
        "cars? e-?bikes? bikes? bicycle motorbike motorcycle van camper boat canoe kayak house"
        " flat apartment"
        " cottage cabin garden allotment farm balcony piano guitars? violin cello drum_kit degree"
        " phd"
        " masters? licen[cs]e business company shop bakery restaurant caf[eé] studio workshop"
        " tattoos?"
        " mortgage passport citizenship subscription membership hens chickens fish bees"
    )
    + r"\b"
)
OF_WORK = words(
    "questions? guess point answer problems? issues? code build script query function output"
    " errors? bad"
    " idea fault mistake apologies impression concern thoughts? feeling reaction mood head brain"
    " stomach"
    " day week morning night weekend tests? branch commit request input prompt variable class"
    " table file"
    " model loop bug results? train bus flight battery draft text paragraph essay app server plan"
    " container pipeline request dataframe config screen(?!_reader) display page site website"
    " terminal database row column"
)
TASTE = words("prefer love like enjoy adore hate dislike detest avoid dread loathe")
BEARING = r"(?:can['’]t|cannot|can not|couldn['’]t) (?:stand|bear|abide)"
HABIT = words(
    "speak play(?!_around|_with_(?:it|this|that)) drive own drink eat wear sing paint knit collect"
    " ride cycle commute volunteer breed grow"
    " cook bake brew smoke vote pray fast exercise jog swim hike climb ski surf dance garden raise"
    " study"
    " shoot translate fish sail row sleep read buy fly travel order celebrate watch take"
    " keep_kosher"
    " keep_bees write_(?:in|poetry|novels|fiction|my) code_in program_in (?:code|program)_\\w+_in"
    " train_(?:for|at|on) believe_in"
    " belong_to go_to_(?:the_gym|church|school|bed|therapy|mass|uni\\w*|college) get_up wake_up"
    " donate deploy_(?:with|on|to)"
)
MOMENT = words(
    *lists.PAST,
    "want need know see think mean get got have use try tried guess feel hope wish understand"
    " \\w+ed"
    " could would might should can will am are do don['’]t once then read put",
)
MOVED = words("moved relocated")
DEED = words(
    "got_(?:married|divorced|engaged|promoted|hired) quit graduated retired studied gave_up"
    " given_up"
    " became become enrolled chose_to changed_(?:my_name|jobs|careers) went_(?:vegan|vegetarian"
    "|freelance)"
    " stopped_(?:drinking|eating|smoking|taking|using) decided_(?:to|on|against|that_i|that_we|not)"
    " started_(?:learning|playing|studying|uni\\w*|college|school|an?_(?:company|business|diet"
    "|phd))"
    " made_up_(?:my|our)_minds? broke_up joined_an? signed_up_for settled_on picked_a_name"
    " sold_(?:my|our|the)"
    " switched_(?:from|to)(?!_(?:the|a|this|that|your)\\b) named_(?:him|her|my|our) retrained"
)
GOT = (
    r"(?:bought|purchased|adopted|inherited|built|rescued|leased)(?: me| us| myself| ourselves)?"
    rf" (?:an?|my|our|two|three|{NAME}|the (?:house|flat|farm|(?-i:[A-Z])\w+))\b"
    r"(?! (?:\w+ )?(?:coffee|drink|beer|ticket|sandwich|round|pizza|book|lot|few|bit|function"
    r"|class|script)s?\b)"
)
ANSWERS = words(
    "answers? repl(?:y|ies) responses? messages? explanations? summar(?:y|ies) texts? e?mails? code"
    " recipes? suggestions outputs? units? dates times"
)
ATTRIBUTE = words(
    *lists.ATTRIBUTES,
    "shell editor ide browser os distro time_?zone hometown birthday height weight nationality"
    " religion star_sign (?:shoe|dress|ring)_size blood_(?:type|group) stack keyboard_layout phone"
    " email employer handle user_?name (?:customer|order|account|member|policy)_number",
)
