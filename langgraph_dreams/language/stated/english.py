"""English: "I" or "my", a predicate that lasts, and an object that does not only point."""

from langgraph_dreams.language.english.words import lexicon as lists
from langgraph_dreams.language.stated.forms import Forms, compiled, words

# -- names, times, objects

_NAME = r"(?-i:[A-Z][\w'’-]*)"
_MONTH = words(
    "January February March April June July August September October November December"
    " Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec (?-i:May)"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_DATE = (
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}}|the \d{{1,2}}(?:st|nd|rd|th)"
    rf"|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}|(?:in|since|until|by|from|this|next|early|late|mid) {_MONTH}"
    rf"|(?:on|next|this|every|until|by|from) {_DAY}|(?:in|since|until|by|from) (?:19|20)\d\d"
    r"|(?:next|this|in|in the) (?:spring|summer|autumn|winter)|next (?:week|month|year|term)|tomorrow)\b"
)
_NUMBER = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty)\b"
)
_THERE = words(
    "it this that them those these you your yours him her his how what when where why if one both"
    " to_(?:see|hear|know|say|think|be) (?:the_)?(?:first|second|last|latter|other|option|version)(?:_\\w+)? the_(?:\\w+_)?(?:idea|way|look|sound|fact|one|answer|result"
    "|error|same|code|output|message|file|page|button|app|link|command|test|tests|script)"
)
_OBJECT = rf"\b(?! {_THERE}\b)(?= [\w'’$€£])"
_FLEETING = words(
    "(?:little_|tiny_|wee_)?bit little lot tad mess wreck idiot fool moron genius few couple bunch"
    " step minute moment second while nightmare disaster joke pain problem question error bug failure"
    " zombie ghost robot machine total complete loss shame pity relief surprise success hurry rush"
    " mistake mix (?:big|great|good|bad|nice|strange|real|huge|hot)_(?:idea|mess|question|problem|day|start|mood)"
)
_NOUN = rf"an? (?!(?:bit|{_FLEETING})\b)[\w'’-]+"

# -- who

_I = r"(?:i|we)"
_OFTEN = (
    r"(?: "
    + words(
        "still now currently both also usually always mostly only never really generally mainly do"
        " normally typically often sometimes just absolutely rarely hardly strictly don['’]t do_not"
        " no_longer tend_to have_to try_to like_to love_to prefer_to can_only can['’]t cannot actually"
        " don['’]t_really am_always"
    )
    + ")*"
)
_HAVE = r"(?: have|['’]ve)?(?: just| recently| finally| already| also| since| now)*"
_AM = (
    r"(?:i am|i['’]m|im|we are|we['’]re)(?: "
    + words(
        "also actually still now both currently originally only really very quite pretty severely"
        " slightly mildly highly legally partly fully newly just a_bit not"
    )
    + ")*"
)
_PETS = "dog cat puppy kitten horse rabbit hamster parrot tortoise dachshund hen pet budgie pony"
_KIN = (
    words(*lists.KIN, _PETS, "in-law kids sons grandchildren folks parents family") + r"(?:e?s)?\b"
)
_RELATIVE = (
    rf"(?:(?:my|our) (?:[\w’-]+ ){{0,3}}?{_KIN}|(?:the )?{words(_PETS)}|wife|husband|mom|mum|dad)"
    rf"(?:,? (?:is )?{_NAME}){{0,2}}"
)
_BE = r"(?:['’]s| is| are)(?: also| both| already| only| now| still| always| actually)*"

# -- what lasts, by kind

_ALLERGIC = words(
    "allergic intolerant vegan vegetarian pescatarian coeliac celiac diabetic asthmatic epileptic"
    " lactose gluten pregnant deaf blind hard_of_hearing colou?r[_-]?blind dyslexic autistic anaemic anemic"
    " type_\\w+ on_(?:insulin|medication|blood_thinners|antidepressants|beta_blockers|warfarin|metformin)"
    " immunocompromised short-?sighted near-?sighted"
)
_ILLNESS = (
    words(
        "allerg(?:y|ies) intoleran\\w+ diseases? syndrome disorder diabetes asthma arthritis epilepsy"
        " migraines? tinnitus eczema an(?:a?)emia adhd autism dyslexia hypertension psoriasis scoliosis"
        " endometriosis ibs crohn['’]?s (?:high|low)_blood_pressure pacemaker heart_condition bad_back"
        " bad_knees? fear_of_\\w+ dementia hay_fever hearing_aids? insomnia fibromyalgia"
    )
    + r"\b"
)
_FAMILY_STATE = words(
    "married divorced widowed engaged single separated expecting getting_married getting_divorced"
)
_OTHER_STATE = words(
    "left-handed right-handed bilingual trilingual fluent teetotal religious muslim jewish christian"
    " hindu catholic buddhist atheist straight gay lesbian bi bisexual trans non-?binary adopted"
    " neurodivergent"
)
_WORKER = (
    r"(?:[\w'’-]+ ){0,4}?(?:\w{2,}(?:er|or|ist|ian|eer|ect|yst)|nurse|student|chef|cook|pilot|clerk|coach|judge"
    r"|accountant|consultant|assistant|attendant|dev|c[tefoi]o|pm|sre|dba|phd|postdoc|intern|vet|paramedic"
    r"|mechanic|priest|sergeant|dentist|apprentice|trainee|professional|academic|surgeon|candidate)\b"
    r"(?! (?:person|of trouble|lover|drinker))"
)
_THING = (
    words(
        "cars? e-?bikes? bikes? bicycle motorbike motorcycle van camper boat canoe kayak house flat apartment"
        " cottage cabin garden allotment farm balcony piano guitars? violin cello drum_kit degree phd"
        " masters? licen[cs]e business company shop bakery restaurant caf[eé] studio workshop tattoos?"
        " mortgage passport citizenship subscription membership hens chickens fish bees"
    )
    + r"\b"
)
_OF_WORK = words(
    "questions? guess point answer problems? issues? code build script query function output errors? bad"
    " idea fault mistake apologies impression concern thoughts? feeling reaction mood head brain stomach"
    " day week morning night weekend tests? branch commit request input prompt variable class table file"
    " model loop bug results? train bus flight battery draft text paragraph essay app server plan"
    " container pipeline request dataframe config"
)
_TASTE = words("prefer love like enjoy adore hate dislike detest avoid dread loathe")
_BEARING = r"(?:can['’]t|cannot|can not|couldn['’]t) (?:stand|bear|abide)"
_HABIT = words(
    "speak play(?!_around|_with_(?:it|this|that)) drive own drink eat wear sing paint knit collect ride cycle commute volunteer breed grow"
    " cook bake brew smoke vote pray fast exercise jog swim hike climb ski surf dance garden raise study"
    " shoot translate fish sail row sleep read buy fly travel order celebrate watch take keep_kosher"
    " keep_bees write_(?:in|poetry|novels|fiction|my) code_in program_in (?:code|program)_\\w+_in train_(?:for|at|on) believe_in"
    " belong_to go_to_(?:the_gym|church|school|bed|therapy|mass|uni\\w*|college) get_up wake_up donate deploy_(?:with|on|to)"
)
_MOMENT = words(
    *lists.PAST, "want need know see think mean get got have use try tried guess feel hope wish understand \\w+ed"
    " could would might should can will am are do don['’]t once then read put"
)
_MOVED = words("moved relocated")
_DEED = words(
    "got_(?:married|divorced|engaged|promoted|hired) quit graduated retired studied gave_up given_up"
    " became become enrolled chose_to changed_(?:my_name|jobs|careers) went_(?:vegan|vegetarian|freelance)"
    " stopped_(?:drinking|eating|smoking|taking|using) decided_(?:to|on|against|that_i|that_we|not)"
    " started_(?:learning|playing|studying|uni\\w*|college|school|an?_(?:company|business|diet|phd))"
    " made_up_(?:my|our)_minds? broke_up joined_an? signed_up_for settled_on picked_a_name sold_(?:my|our|the)"
    " switched_(?:from|to)(?!_(?:the|a|this|that|your)\\b) named_(?:him|her|my|our) retrained"
)
_GOT = (
    r"(?:bought|purchased|adopted|inherited|built|rescued|leased)(?: me| us| myself| ourselves)?"
    rf" (?:an?|my|our|two|three|{_NAME}|the (?:house|flat|farm|(?-i:[A-Z])\w+))\b"
    r"(?! (?:\w+ )?(?:coffee|drink|beer|ticket|sandwich|round|pizza|book|lot|few|bit|function|class|script)s?\b)"
)
_ANSWERS = words(
    "answers? repl(?:y|ies) responses? messages? explanations? summar(?:y|ies) texts? e?mails? code"
    " recipes? suggestions outputs? units? dates times"
)

_HOME = (
    rf"{_I}{_OFTEN} (?:live|reside|rent) (?:in|at|on|near|with|alone|together|here|by|between|outside|close"
    r"|just|off|out|up|down|an?|the|from|about|two|over|next|across)\b"
    rf"|{_I}{_HAVE} (?:come from|lived|{_MOVED} (?:in|to|from|back|out|house|here|away))\b|{_MOVED} to"
    rf"|{_AM} (?:from|based|born|renting|living (?:in|at|on|near|with|alone|together|abroad|here|by))\b(?! scratch)|{_I} (?:was|were) born|{_I} grew up"
    rf"|(?:my|our|new)(?: \w+)?(?: home| postal| new| studio| office)? address\b.*\d"
)
_JOB = (
    rf"{_I}{_OFTEN} (?:work (?:\w+ (?:days|hours|shifts)|as|at|for|in|from (?:home|my|an?)|part|full|remotely|nights?|shifts?|(?:with|on) (?!it|this|that|you|the))"
    rf"|(?:teach|freelance|manage|coach|nurse|lead|head)\b{_OBJECT}|run (?:an?|our|my) |run .*(?:office|team|department|program)"
    rf"|\w+ .*for a living)|{_AM} (?:an?|the|head) {_WORKER}"
    rf"|{_AM} (?:working (?:as|at|for|from home|remotely|part|full)|studying|self-employed|unemployed|retired"
    rf"|freelanc\w+|employed|responsible for|in charge of|in my (?:first|second|third|last|final) year|between jobs)\b"
    rf"|(?:my|our) (?:\w+ )?job{_BE} (?!done)|{_I}{_HAVE} (?:joined (?:an? (?:\w+ )?(?:company|firm|team|start-?up)|(?-i:[A-Z]))|started (?:at|as|with"
    rf"|working (?:at|for|as)|(?:my|a) new job)|worked (?:as|at|for|in))"
)
_HEALTH = (
    rf"{_AM} (?:an? )?(?:\w+ly )?{_ALLERGIC}\b|(?:{_I}{_HAVE}(?: got| had| have| get| suffer from| been diagnosed with)*"
    rf" (?:an? )?|had |have |got )(?:[\w-]+ ){{0,3}}?{_ILLNESS}|allergic to|{_I} take (?:insulin|medication|pills|statins|metformin|blood)"
    rf"|{_I} (?:can['’]t|cannot|can not|don['’]t|do not|mustn['’]t) (?:eat|drink|have|digest|tolerate){_OBJECT}(?! (?:the|an?|time)\b)"
    rf"|{_I} wear (?:glasses|contacts?|contact lenses|hearing aids?|a brace)|{_I}{_OFTEN} react badly to|no \w+ for me\b"
)
_PERSON = (
    rf"(?:{_NOUN}|the (?!one|same|worst|best\b(?! man))\w+ (?:of|at|in|for|man)\b|{_ALLERGIC}\b|{_FAMILY_STATE}\b|{_OTHER_STATE}\b"
    rf"|{_NUMBER}(?: years?(?: old)?\b|(?= and)|$)|(?:called|named|from|based|born|retired|working (?:as|at|for)|studying|learning (?!an? (?:lot|ton)|so\b))\b)"
)
_FAMILY = (
    rf"{_RELATIVE}(?:(?:{_BE}| was) (?:{_PERSON}|(?!{words('OK', 'Ok', 'Sorry')}){_NAME}|on {_DATE}|in {_NAME}$|.*{_DATE})"
    rf"|(?: also| still| now| both| always| only| never| doesn['’]t| don['’]t| can['’]t| cannot)*"
    rf" (?:(?:{words('live work play speak teach hate love like eat drink wear own drive prefer suffer collect come_from take')}(?:s)?"
    r"|(?:has|have)(?! been\b| so\b| to\b)|goes to|studies|attends|moved|was born|grew up|died|passed away|retired|adopted|got (?:married|an?)|celebrates"
    rf"|turns? {_NUMBER}|starts? .*{_DATE}|runs? an?)\b(?! (?:{_THERE}|a (?:question|problem|point|cold|meeting))\b)))"
    rf"|{_I}{_HAVE}(?: have| got) (?:an? |no |{_NUMBER} |some )(?:[\w-]+ ){{0,2}}?{_KIN}(?! (?:question|problem|issue))"
    rf"|{_AM} (?:{_FAMILY_STATE}|an only child|(?:the|an?) (?:\w+ )?{words('mother father mum mom dad grandmother grandfather twin parent uncle aunt widow widower oldest youngest eldest')})\b"
    rf"|{_NAME} is (?:my|our) (?:[\w-]+ ){{0,2}}{_KIN}|{_I}{_HAVE} (?:have|got) (?:an?|two) [\w ]{{1,40}}? (?:named|called) {_NAME}"
)
_ATTRIBUTE = words(
    *lists.ATTRIBUTES, "shell editor ide browser os distro time_?zone hometown birthday height weight nationality"
    " religion star_sign (?:shoe|dress|ring)_size blood_(?:type|group) stack keyboard_layout phone email employer handle user_?name (?:customer|order|account|member|policy)_number"
)
_PREFERENCE = (
    rf"{_I}{_OFTEN} {_TASTE}{_OBJECT}(?! (?:all )?the\b| to$| every\w* (?:about|of))|{_I} {_BEARING}{_OBJECT}|{_I} (?:can['’]t|cannot) (?:concentrate|focus|sleep|work) (?:with|without|when)\b"
    rf"|(?:my|our) (?:\w+ )?{words('favou?rite preferred go-to usual default')} [^,;]{{1,40}}?{_BE} \w"
    rf"|{_AM} (?:into|scared of|afraid of|terrified of|good at|bad at|hopeless at|keen on|fond of|obsessed with){_OBJECT}"
    rf"|{_AM} an? (?:[\w-]+ ){{0,2}}(?:fan|person|owl|bird|lover|drinker|eater)\b|{_I} (?:work|sleep|think|learn|concentrate) (?:best|better)\b"
    rf"|{_I} (?:don['’]t|do not|never|no longer|only|always) (?:{_HABIT}|use|work|do)(?:{_OBJECT}|$)"
    r"|no (?:\w+ ){1,2}(?:before|after|on) .*for (?:me|us)\b"
)
_POSSESSION = (
    rf"(?:my|our) {_ATTRIBUTE}{_BE} (?!not\b|broken|slow|down|wrong|missing|gone|a (?:mess|problem))[\w.]|(?!(?:my|our) (?:\w+ ){{0,2}}{_OF_WORK}\b)(?:(?:my|our|the kids['’]|[\w-]+['’]s) [^,;]{{1,50}}?|(?:my|our) {_KIN}['’]s? [^,;]{{1,40}}?){_BE}"
    rf" (?:{_NOUN}|(?-i:[A-Z\d])|called|named|written in|built (?:with|on|in)|hosted (?:on|at)|made of|{_NUMBER}|(?:on|at|in|from|by) (?:(?-i:[A-Z\d])|the \d)|{_DATE}|.{{0,12}}{_DATE}"
    rf"|{words('red blue green black white grey gray silver yellow orange purple brown pink')}\b)"
    rf"|(?!(?:my|our) (?:\w+ ){{0,2}}{_OF_WORK}\b)(?:my|our) (?:[\w-]+ ){{1,3}}?(?:runs?(?: on)?|opens|closes|uses?|costs|starts|ends|falls on|expires)\b.*(?:\d|(?-i:[A-Z])|{_DAY})"
    rf"|{_I}{_OFTEN}{_HAVE} (?:have|got|own|drive|ride|keep) (?:(?:an?|two|three|four|my own|our own|some) )(?:[\w'’-]+ ){{0,3}}?{_THING}"
    rf"|{_I}{_OFTEN} (?:have|own|drive|ride|['’]ve got) (?:an?|two|three|my|our) (?:[a-z]+ ){{0,2}}(?-i:[A-Z])\w"
    rf"|{_I}{_OFTEN} (?:use|run) (?!the\b|my\b|to\b|{_THERE}\b)(?:an? )?(?!(?:\w+ )?{_OF_WORK}\b)[\w.]+(?!.*\b(?:and it|but it)\b)|{_I}{_HAVE} {_GOT}|{_GOT}"
)
_DECISION = (
    rf"{_I}{_HAVE} {_DEED}\b|{_AM} switching (?:from|to) (?-i:[A-Z])|{_AM} using (?-i:[A-Z])|{_AM} on (?:the|an?) .*\b(?:plan|tier|contract|diet)\b|{_AM} (?:quitting|leaving my|dropping|giving up|going (?:vegan|vegetarian|freelance|part-time)"
    rf"|applying|saving(?: up)? for|training (?:for|to)|learning (?!a (?:lot|ton)|so\b|it)|raising|writing (?:a|my) (?:book|novel|thesis))\b{_OBJECT}"
    rf"|from now on\b,? (?:{_I}|my|our|no)\b|(?:it['’]s )?(?:decided|settled|official):?$|(?:switched|migrated) to (?-i:[A-Z])"
)
_USUAL = (
    rf"(?: (?:always|usually|mostly|mainly|rarely|seldom|generally|normally|typically|only|never) (?!{_MOMENT}\b)"
    rf"| (?!{_MOMENT}\b)(?=.*\b(?:every (?:day|week|month|year|morning|evening|night|spring|summer|autumn|winter|{_DAY})|on \w+days"
    r"|(?:once|twice|\w+ (?:days|times|hours|nights)) a (?:day|week|month|year)|at night|in the (?:mornings|evenings)|before bed)\b))\w+\b"
    rf"(?<!ed){_OBJECT}"
)
_FACT = (
    rf"{_I}{_USUAL}|{_I}{_HAVE} turned \d|{_I} can only \w+ .*\b(?:after|before|on|in|at)\b|{_I}{_OFTEN} {_HABIT}{_OBJECT}|{_AM} {_PERSON}|{_AM} in (?:my|our) (?:early |mid |late )?(?:\d0s|teens|\w+ties)"
    rf"|{_I}(?: have|['’]ve)(?: also| just)? (?:been (?:{_PERSON}|playing|using|dating|together|with)|known|played|owned|used|never (?:eaten|drunk|liked|smoked|learn\w+|been to)"
    r"|always (?:been|loved|hated|liked|wanted))\b(?!.*\b(?:minutes|hours|all day)\b)"
)
_PLAN = (
    rf"(?:my|our) (?!question|guess)[^,;]{{1,50}}?{_BE} (?:on |in |at )?{_DATE}|(?:{_AM}|(?:my|our) [^,;]{{1,40}}{_BE}) (?!trying|looking|checking|testing|hoping|thinking|reading|going to (?:try|look|check|test|fix|read|ask|see))"
    rf"\w+ing\b(?! (?:on )?{_THERE}\b)(?=.*{_DATE})|{_I}{_HAVE}(?: have| got) (?:an?|my|our|the) (?!question|idea|problem)(?=.*{_DATE})"
    rf"|{_I} (?:leave|fly|travel|move|start|finish|graduate|retire|return)\b(?=.*{_DATE})"
)

_UNITS = words(
    "metric imperial celsius fahrenheit 24-hour british american kilomet\\w+ plain_english plain_words simple_words"
)
_ASKED = words(
    "answer reply respond use write give(?!_up) show send suggest recommend call ask say tell explain include"
    " add put assume mention start end begin quote cite convert format speak talk address confirm make"
    " be round list remind translate summari[sz]e propose offer apologi[sz]e lecture repeat"
)
_SAY = r"(?:please |pls |kindly |just |and |also |oh |ok |okay |well |so |could you |can you |would you |you can |try to |make sure to |i(?:['’]d| would)? (?:want|need|like|prefer) you to |you (?:should|must) )*"
_WISH = (
    rf"{_SAY}(?:(?:always|never) (?:ever )?{_ASKED}\b|(?:keep|make) (?:all )?(?:your|the|any) (?:\w+ )?{_ANSWERS} \w+"
    rf"|(?:answer|reply|respond|speak|talk|address me|write to me|write to us)(?: to)?(?: me| us)?(?: only| always| just)?"
    r" (?:in (?!detail|the )|with (?!the\b|an?\b|yes|no\b)|without|briefly|concisely|formally|informally|by )(?!.*:)"
    rf"|(?:use|give|show|quote|tell|stick to)\b.{{0,40}}?\b{_UNITS}\b(?!.*\b(?:this|that|these|below|above)\b)"
    rf"|(?:don['’]t|do not|stop|no need to|no|avoid) (?:[\w'’]+ ){{0,4}}?{words('emojis? bullet_points? small_talk exclamation_marks? jargon abbreviations disclaimers? smileys? hashtags? flattery filler markdown sir madam')}\b"
    rf"|(?:don['’]t|do not) [\w '’]+,? ever\b(?! again)|(?:stop|quit) \w+ing\b.*\b(?:all the time|so much|constantly|always|every time|me)\b|call me (?!back\b|when\b|if\b|at\b|on\b|later\b|tomorrow\b|an?\b|crazy\b){_NAME}"
    rf"|(?:i|we)(?:['’]d| would)? (?:rather|prefer|like|love|want)\b(?: to get| to have| to see| if)? (?!your (?:\w+ )?(?:answer|reply|code)\b|(?:the|all|this|that)\b)(?:\w+ ){{0,3}}?{_ANSWERS}\b(?! (?:to|for|about|from) (?:this|these|the|my|that))"
    rf"|(?:i|we) (?:prefer|like|want|expect|need) (?:it )?(?:when |that |if )?you (?:to )?(?:always|never|answer|are|keep|don['’]t|not|explain|speak|reply|write)\b|(?:i|we)(?:['’]d| would) (?:rather|prefer)(?: it)?(?: if)? you\b"
    r"|(?!i['’]ll|we['’]ll|i will).*\b(?:from now on|from here on|going forward|in (?:the )?future|by default|(?:whenever|every time|each time) you (?:answer|reply|write|suggest|recommend|give|send|mention|explain|use|show|draft))\b)"
)

ENGLISH = Forms(
    leads=compiled(
        r"(?:"
        + words(
            "well so ok okay oh ah hi hey hello and but also plus actually honestly frankly yes yeah yep nope"
            " right anyway sorry fyi btw since because though although however only thanks by_the_way"
            " just_so_you_know so_you_know for_the_record for_context for_reference one_more_thing"
            " to_be_honest tbh the_thing_is fun_fact heads_up that note remember nice_to_meet_you"
            " these_days nowadays i_(?:should|must|forgot_to)_(?:say|mention|add|note) (?:please|just)_note"
            " keep_in_mind bear_in_mind you_should_know at_(?:home|work) in_my_(?:free|spare)_time"
            " (?:most|some)_\\w+s on_\\w+days every_\\w+ since_\\d{4} in_\\d{4} for_\\w+_years"
            " last_(?:year|month|week|summer|spring|autumn|winter) for_(?:breakfast|lunch|dinner|work)"
            " as_an?_\\w+ not_sure_i_mentioned_it"
        )
        + r"\b[\s,:;!.…–—-]*)+"
    ),
    cut=compiled(
        r"[,;:()–—…]\s*|[.!?]+\s+|\s-\s"
        r"|\s(?=(?:and|but|so|because|since|although|though|as|while)\s(?:i|i['’]\w+|we|we['’]\w+|my|our)\b)"
    ),
    beside=compiled(rf"\b((?:my|our) (?:[\w-]+ )?{_KIN}), ({_NAME})(?:,|(?=\s\w))"),
    kinds={
        "name": compiled(
            rf"(?:my|our) (?:(?!file|class|variable|user|host|table|domain|repo)\w+ )?(?:sur|nick)?name{_BE} (?!not\b|on\b|in\b)"
            rf"|the name(?:['’]s| is) {_NAME}|{_AM} (?:called|named|known as)\b|call me {_NAME}"
            r"|(?:people|friends|everyone|everybody|they|folks) (?:\w+ )?call me|my pronouns are|i go by "
            rf"|(?:i['’]m|i am) (?!{_DAY}|{_MONTH}|(?-i:OK|Ok|Sorry|Sure|Done|Fine|Not|So|Very|Here|Back|Ready|A|I|The)\b){_NAME}"
            rf"(?: {_NAME})*(?= (?:by the way|btw|and|from|here)\b|$)"
        ),
        "wish": compiled(_WISH),
        "health": compiled(_HEALTH),
        "home": compiled(_HOME),
        "job": compiled(_JOB),
        "family": compiled(_FAMILY),
        "preference": compiled(_PREFERENCE),
        "plan": compiled(_PLAN),
        "decision": compiled(_DECISION),
        "possession": compiled(_POSSESSION),
        "fact": compiled(_FACT),
    },
    wish=compiled(_WISH),
    doubtful=compiled(
        r"\b"
        + words(
            "if unless whether would could might may_(?:be|have|not|go|move) maybe perhaps probably suppose"
            " supposing imagine wish hope hoping wonder\\w* guess think thinking thought believes? reckons?"
            " said says saying told tells asked asks claims? heard hears according kidding pretend\\w* as_if"
            " basically practically technically literally feels?_like apparently wants? planning_to swears?"
            " going_to_try jokes? joking dreamt dreamed supposed used_to someday one_day considering"
            " at_this_point wrote writes mentioned quasi virtually"
        )
        + r"\b|^(?:translate|rewrite|rephrase|paraphrase|proofread|summari[sz]e|correct|type|repeat)\b"
    ),
    passing=compiled(
        r"\b"
        + words(
            "right_now at_the_moment just_now this_time so_far errors? exceptions? fail(?:s|ed|ing|ure)?"
            " crash\\w* bugs? stuck broken traceback warnings? not_working (?:doesn['’]t|don['’]t|does_not)_work"
            " won['’]t stack_trace 404 500 undefined as_you_\\w+ your_(?:answer|suggestion|advice|idea|code"
            "|reply|message|help) on_(?:it|this|that)(?!_\\w) about_it for_now trouble"
        ).replace("_", " ")
        + r"\b"
    ),
    joking=compiled(
        r"\b(?:lol|lmao|rofl|(?:ha){2,}h?|(?:he){2,}|jk|kidding)\b|;-?\)|[😂🤣😜😆🙃]"
    ),
)
