"""English: "I" or "my", a predicate that lasts, and an object that does not only point."""

from langgraph_dreams.language.stated.english_words import (
    ALLERGIC,
    AM,
    ANSWERS,
    ATTRIBUTE,
    BE,
    BEARING,
    COLOUR,
    DATE,
    DAY,
    DEED,
    FAMILY_STATE,
    FAVOURED,
    GOT,
    HABIT,
    HAVE,
    ILLNESS,
    KIN,
    MOMENT,
    MONTH,
    MOVED,
    NAME,
    NO_NAME,
    NOUN,
    NUMBER,
    OBJECT,
    OF_WORK,
    OFTEN,
    ONE,
    OTHER_STATE,
    PARENT,
    RELATIVE,
    TASTE,
    THERE,
    THING,
    THIRD,
    UNWANTED,
    WORKER,
)
from langgraph_dreams.language.stated.forms import Forms, compiled, words

_HOME = (
    rf"{ONE}{OFTEN} (?:live|reside|rent) (?:in|at|on|near|with|alone|together|here|by|between"
    rf"|outside|above|below|close"
    r"|just|off|out|up|down|an?|the|from|about|two|over|next|across)\b"
    rf"|{ONE}{HAVE} (?:come from|lived|{MOVED} (?:in|to|from|back|out|house|here|away))\b"
    rf"|{MOVED} to"
    rf"|{AM} (?:from|based|born|renting|living (?:in|at|on|near|with|alone|together|abroad|here"
    rf"|by))\b(?! scratch)|{ONE} (?:was|were) born|{ONE} grew up"
    rf"|(?:my|our|new)(?: \w+)?(?: home| postal| new| studio| office)? address\b.*\d"
)
_JOB = (
    rf"{ONE}{OFTEN} (?:work (?:\w+ (?:days|hours|shifts)|as|at|for|in|from (?:home|my|an?)|part"
    rf"|full|remotely|nights?|shifts?|(?:with|on) (?!it|this|that|you|the))"
    rf"|(?:teach|freelance|manage|coach|nurse|lead|head)\b{OBJECT}|run (?:an?|our|my) |run"
    rf" .*(?:office|team|department|program)"
    rf"|\w+ .*for a living)|{AM} (?:an?|the|head) {WORKER}"
    rf"|{AM} (?:working (?:as|at|for|from home|remotely|part|full)|studying|self-employed"
    rf"|unemployed|retired"
    rf"|freelanc\w+|employed|responsible for|in charge of|in my (?:first|second|third|last|final)"
    rf" year|between jobs)\b"
    rf"|(?:my|our) (?:\w+ )?job{BE} (?!done)|{ONE}{HAVE} (?:joined (?:an? (?:\w+ )?(?:company"
    rf"|firm|team|start-?up)|(?-i:[A-Z]))|started (?:at|as|with"
    rf"|working (?:at|for|as)|(?:my|a) new job)|worked (?:as|at|for|in))"
)
_HEALTH = (
    rf"{AM} (?:an? )?(?:\w+ly )?{ALLERGIC}\b|(?:{ONE}{HAVE}(?: got| had| have| get| suffer from|"
    rf" been diagnosed with)*"
    rf" (?:an? )?|had |have |got )(?:[\w-]+ ){{0,3}}?{ILLNESS}|allergic to|{ONE} take (?:insulin"
    rf"|medication|pills|statins|metformin|blood)"
    rf"|{ONE} (?:can['’]t|cannot|can not|don['’]t|do not|mustn['’]t) (?:eat|drink|have|digest"
    rf"|tolerate){OBJECT}(?! (?:the|an?|time)\b)"
    rf"|{ONE} wear (?:glasses|contacts?|contact lenses|hearing aids?|a brace)|{ONE}{OFTEN} react"
    rf" badly to|no \w+ for me\b"
)
_PERSON = (
    rf"(?:{NOUN}|the (?!one|same|worst|best\b(?! man))\w+ (?:of|at|in|for|man)\b|{ALLERGIC}\b"
    rf"|{FAMILY_STATE}\b|{OTHER_STATE}\b"
    rf"|{NUMBER}(?: years?(?: old)?\b|(?= and)|$)|(?:called|named|from|based|born|retired|working"
    rf" (?:as|at|for)|studying|learning (?!an? (?:lot|ton)|so\b))\b)"
)
_FAMILY = (
    rf"{RELATIVE}(?:(?:{BE}| was) (?:{_PERSON}|(?!{NO_NAME}){NAME}|on {DATE}|in {NAME}$"
    rf"|.*{DATE})"
    rf"|(?: also| still| now| both| always| only| never| doesn['’]t| don['’]t| can['’]t| cannot)*"
    rf" (?:(?:{THIRD}(?:s)?"
    r"|(?:has|have)(?! been\b| so\b| to\b)|goes to|studies|attends|moved|was born|grew up|died"
    r"|passed away|retired|adopted|got (?:married|an?)|celebrates"
    rf"|turns? {NUMBER}|starts? .*{DATE}|runs? an?)\b(?! (?:{THERE}|a (?:question|problem|point"
    rf"|cold|meeting))\b)))"
    rf"|{ONE}{HAVE}(?: have| got) (?:an? |no |{NUMBER} |some )(?:[\w-]+ ){{0,2}}?{KIN}(?!"
    rf" (?:question|problem|issue))"
    rf"|{AM} (?:{FAMILY_STATE}|an only child|(?:the|an?) (?:\w+ )?{PARENT})\b"
    rf"|{NAME} is (?:my|our) (?:[\w-]+ ){{0,2}}{KIN}|{ONE}{HAVE} (?:have|got) (?:an?|two) [\w"
    rf" ]{{1,40}}? (?:named|called) {NAME}"
)
_PREFERENCE = (
    rf"{ONE}{OFTEN} {TASTE}{OBJECT}(?! (?:all )?the\b| to$| every\w* (?:about|of))|{ONE}"
    rf" {BEARING}{OBJECT}|{ONE} (?:can['’]t|cannot) (?:concentrate|focus|sleep|work) (?:with"
    rf"|without|when)\b"
    rf"|(?:my|our) (?:\w+ )?{FAVOURED} [^,;]{{1,40}}?{BE} \w"
    rf"|{AM} (?:into|scared of|afraid of|terrified of|good at|bad at|hopeless at|keen on|fond of"
    rf"|obsessed with){OBJECT}"
    rf"|{AM} an? (?:[\w-]+ ){{0,2}}(?:fan|person|owl|bird|lover|drinker|eater)\b|{ONE} (?:work"
    rf"|sleep|think|learn|concentrate) (?:best|better)\b"
    rf"|{ONE} (?:don['’]t|do not|never|no longer|only|always) (?:{HABIT}|use|work|do)(?:{OBJECT}"
    rf"|$)"
    r"|no (?:\w+ ){1,2}(?:before|after|on) .*for (?:me|us)\b"
)
_POSSESSION = (
    rf"(?:my|our) {ATTRIBUTE}{BE} (?!not\b|broken|slow|down|wrong|missing|gone|a (?:mess"
    rf"|problem))[\w.]|(?!(?:my|our) (?:\w+ ){{0,2}}{OF_WORK}\b)(?:(?:my|our|the kids['’]"
    rf"|[\w-]+['’]s) [^,;]{{1,50}}?|(?:my|our) {KIN}['’]s? [^,;]{{1,40}}?){BE}"
    rf" (?:{NOUN}|(?-i:[A-Z\d])|called|named|written in|built (?:with|on|in)|hosted (?:on|at)"
    rf"|made of|{NUMBER}|(?:on|at|in|from|by) (?:(?-i:[A-Z\d])|the \d)|{DATE}|.{{0,12}}{DATE}"
    rf"|{COLOUR}\b)"
    rf"|(?!(?:my|our) (?:\w+ ){{0,2}}{OF_WORK}\b)(?:my|our) (?:[\w-]+ ){{1,3}}?(?:runs?(?: on)?"
    rf"|opens|closes|uses?|costs|starts|ends|falls on|expires)\b.*(?:\d|(?-i:[A-Z])|{DAY})"
    rf"|{ONE}{OFTEN}{HAVE} (?:have|got|own|drive|ride|keep) (?:(?:an?|two|three|four|my own|our"
    rf" own|some) )(?:[\w'’-]+ ){{0,3}}?{THING}"
    rf"|{ONE}{OFTEN} (?:have|own|drive|ride|['’]ve got) (?:an?|two|three|my|our) (?:[a-z]+"
    rf" ){{0,2}}(?-i:[A-Z])\w"
    rf"|{ONE}{OFTEN} (?:use|run) (?!into\b|the\b|my\b|to\b|{THERE}\b)(?:an? )?(?!(?:\w+"
    rf" )?{OF_WORK}\b)[\w.]+(?!.*\b(?:and it|but it)\b)|{ONE}{HAVE} {GOT}|{GOT}"
)
_DECISION = (
    rf"{ONE}{HAVE} {DEED}\b|{AM} switching (?:from|to) (?-i:[A-Z])|{AM} using (?-i:[A-Z])|{AM}"
    rf" on (?:the|an?) .*\b(?:plan|tier|contract|diet)\b|{AM} (?:quitting|leaving my|dropping"
    rf"|giving up|going (?:vegan|vegetarian|freelance|part-time)"
    rf"|applying|saving(?: up)? for|training (?:for|to)|learning (?!a (?:lot|ton)|so\b|it)|raising"
    rf"|writing (?:a|my) (?:book|novel|thesis))\b{OBJECT}"
    rf"|from now on\b,? (?:{ONE}|my|our|no)\b|(?:it['’]s )?(?:decided|settled|official):?$"
    rf"|(?:switched|migrated) to (?-i:[A-Z])"
)
_USUAL = (
    rf"(?: (?:always|usually|mostly|mainly|rarely|seldom|generally|normally|typically|only|never)"
    rf" (?!{MOMENT}\b)"
    rf"| (?!{MOMENT}\b)(?=.*\b(?:every (?:day|week|month|year|morning|evening|night|spring|summer"
    rf"|autumn|winter|{DAY})|on \w+days"
    r"|(?:once|twice|\w+ (?:days|times|hours|nights)) a (?:day|week|month|year)|at night|in the"
    r" (?:mornings|evenings)|before bed)\b))\w+\b"
    rf"(?<!ed){OBJECT}"
)
_FACT = (
    rf"{ONE}{_USUAL}|{ONE}{HAVE} turned \d|{ONE} can only \w+ .*\b(?:after|before|on|in|at)\b"
    rf"|{ONE}{OFTEN} {HABIT}{OBJECT}|{AM} {_PERSON}|{AM} in (?:my|our) (?:early |mid |late"
    rf" )?(?:\d0s|teens|\w+ties)"
    rf"|{ONE}(?: have|['’]ve)(?: also| just)? (?:been (?:{_PERSON}|playing|using|dating|together"
    rf"|with)|known|played|owned|used|never (?:eaten|drunk|liked|smoked|learn\w+|been to)"
    r"|always (?:been|loved|hated|liked|wanted))\b(?!.*\b(?:minutes|hours|all day)\b)"
)
_PLAN = (
    rf"(?:my|our) (?!question|guess)[^,;]{{1,50}}?{BE} (?:on |in |at )?{DATE}|(?:{AM}|(?:my"
    rf"|our) [^,;]{{1,40}}{BE}) (?!trying|looking|checking|testing|hoping|thinking|reading|going"
    rf" to (?:try|look|check|test|fix|read|ask|see))"
    rf"\w+ing\b(?! (?:on )?{THERE}\b)(?=.*{DATE})|{ONE}{HAVE}(?: have| got) (?:an?|my|our|the)"
    rf" (?!question|idea|problem)(?=.*{DATE})"
    rf"|{ONE} (?:leave|fly|travel|move|start|finish|graduate|retire|return)\b(?=.*{DATE})"
)

_UNITS = words(
    "metric imperial celsius fahrenheit 24-hour british american kilomet\\w+ plain_english"
    " plain_words simple_words"
)
_ASKED = words(
    "answer reply respond use write give(?!_up) show send suggest recommend call ask say tell"
    " explain include"
    " add put assume mention start end begin quote cite convert format speak talk address confirm"
    " make"
    " be round list remind translate summari[sz]e propose offer apologi[sz]e lecture repeat"
)
_SAY = (
    r"(?:please |pls |kindly |just |and |also |oh |ok |okay |well |so |could you |can you |would"
    r" you |you can |try to |make sure to |i(?:['’]d| would)? (?:want|need|like|prefer) you to "
    r"|you (?:should|must) )*"
)
_WISH = (
    rf"{_SAY}(?:(?:always|never) (?:ever )?{_ASKED}\b|(?:keep|make) (?:all )?(?:your|the|any)"
    rf" (?:\w+ )?{ANSWERS} \w+"
    rf"|(?:answer|reply|respond|speak|talk|address me|write to me|write to us)(?: to)?(?: me|"
    rf" us)?(?: only| always| just)?"
    r" (?:in (?!detail|the )|with (?!the\b|an?\b|yes|no\b)|without|briefly|concisely|formally"
    r"|informally|by )(?!.*:)"
    rf"|(?:use|give|show|quote|tell|stick to)\b.{{0,40}}?\b{_UNITS}\b(?!.*\b(?:this|that|these"
    rf"|below|above)\b)"
    rf"|(?:don['’]t|do not|stop|no need to|no|avoid) (?:[\w'’]+ ){{0,4}}?{UNWANTED}\b"
    rf"|(?:don['’]t|do not) [\w '’]+,? ever\b(?! again)|(?:stop|quit) \w+ing\b.*\b(?:all the time"
    rf"|so much|constantly|always|every time|me)\b|call me (?!back\b|when\b|if\b|at\b|on\b|later\b"
    rf"|tomorrow\b|an?\b|crazy\b){NAME}"
    rf"|(?:i|we)(?:['’]d| would)? (?:rather|prefer|like|love|want)\b(?: to get| to have| to see|"
    rf" if)? (?!your (?:\w+ )?(?:answer|reply|code)\b|(?:the|all|this|that)\b)(?:\w+"
    rf" ){{0,3}}?{ANSWERS}\b(?! (?:to|for|about|from) (?:this|these|the|my|that))"
    rf"|(?:i|we) (?:prefer|like|want|expect|need) (?:it )?(?:when |that |if )?you (?:to"
    rf" )?(?:always|never|answer|are|keep|don['’]t|not|explain|speak|reply|write)\b|(?:i"
    rf"|we)(?:['’]d| would) (?:rather|prefer)(?: it)?(?: if)? you\b"
    r"|(?!i['’]ll|we['’]ll|i will).*\b(?:from now on|from here on|going forward|in (?:the )?future"
    r"|by default|(?:whenever|every time|each time) you (?:answer|reply|write|suggest|recommend"
    r"|give|send|mention|explain|use|show|draft))\b)"
)

ENGLISH = Forms(
    leads=compiled(
        r"(?:"
        + words(
            "well so ok okay oh ah hi hey hello and but also plus actually honestly frankly yes"
            " yeah yep nope"
            " right anyway sorry fyi btw since because though although however only thanks"
            " by_the_way"
            " just_so_you_know so_you_know for_the_record for_context for_reference one_more_thing"
            " to_be_honest tbh the_thing_is fun_fact heads_up that note remember nice_to_meet_you"
            " these_days nowadays i_(?:should|must|forgot_to)_(?:say|mention|add|note) (?:please"
            "|just)_note"
            " (?:it_)?turn(?:s|ed)_out(?:_that)? i(?:_have)?_(?:found_out|learn(?:ed|t))(?:_that)?"
            " keep_in_mind bear_in_mind you_should_know at_(?:home|work) in_my_(?:free|spare)_time"
            " (?:most|some)_\\w+s on_\\w+days every_\\w+ since_\\d{4} in_\\d{4} for_\\w+_years"
            " last_(?:year|month|week|summer|spring|autumn|winter) for_(?:breakfast|lunch|dinner"
            "|work)"
            " as_an?_\\w+ not_sure_i_mentioned_it"
        )
        + r"\b[\s,:;!.…–—-]*)+"
    ),
    cut=compiled(
        r"[,;:()–—…]\s*|[.!?]+\s+|\s-\s"
        r"|\s(?=(?:and|but|so|because|since|although|though|as|while)\s(?:i|i['’]\w+|we|we['’]\w+"
        r"|my|our)\b)"
    ),
    beside=compiled(rf"\b((?:my|our) (?:[\w-]+ )?{KIN}), ({NAME})(?:,|(?=\s\w))"),
    kinds={
        "name": compiled(
            rf"(?:my|our) (?:(?!file|class|variable|user|host|table|domain|repo)\w+ )?(?:sur"
            rf"|nick)?name{BE} (?!not\b|on\b|in\b)"
            rf"|the name(?:['’]s| is) {NAME}|{AM} (?:called|named|known as)\b|call me {NAME}"
            r"|(?:people|friends|everyone|everybody|they|folks) (?:\w+ )?call me|my pronouns are|i"
            r" go by "
            rf"|(?:i['’]m|i am) (?!{DAY}|{MONTH}|(?-i:OK|Ok|Sorry|Sure|Done|Fine|Not|So|Very"
            rf"|Here|Back|Ready|A|I|The)\b){NAME}"
            rf"(?: {NAME})*(?= (?:by the way|btw|and|from|here)\b|$)"
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
            "if unless whether would could might may_(?:be|have|not|go|move) maybe perhaps"
            " probably suppose"
            " supposing imagine wish hope hoping wonder\\w* guess think thinking thought believes?"
            " reckons?"
            " said says saying told tells asked asks claims? heard hears according kidding"
            " pretend\\w* as_if"
            " basically practically technically literally feels?_like apparently wants?"
            " planning_to swears?"
            " going_to_try jokes? joking dreamt dreamed supposed used_to someday one_day"
            " considering"
            " at_this_point wrote writes mentioned quasi virtually"
        )
        + r"\b|^(?:translate|rewrite|rephrase|paraphrase|proofread|summari[sz]e|correct|type"
        r"|repeat)\b"
    ),
    passing=compiled(
        r"\b"
        + words(
            "right_now at_the_moment just_now this_time so_far errors? exceptions? fail(?:s|ed|ing"
            "|ure)?"
            " crash\\w* bugs? stuck broken traceback warnings? not_working (?:doesn['’]t|don['’]t"
            "|does_not)_work"
            " won['’]t stack_trace 404 500 undefined as_you_\\w+ your_(?:answer|suggestion|advice"
            "|idea|code"
            "|reply|message|help) on_(?:it|this|that)(?!_\\w) about_it for_now trouble"
        ).replace("_", " ")
        + r"\b"
    ),
    joking=compiled(r"\b(?:lol|lmao|rofl|(?:ha){2,}h?|(?:he){2,}|jk|kidding)\b|;-?\)|[😂🤣😜😆🙃]"),
)
