"""German: "ich" or "wir" on either side of a verb that lasts, or "mein" and a person or thing."""

from langgraph_dreams.language.stated.forms import Forms, compiled, words

_NAME = r"(?-i:[A-ZÄÖÜ][\w'’-]*)"
_MONTH = words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
_DAY = words("montags? dienstags? mittwochs? donnerstags? freitags? samstags? sonntags?")
_DATE = (
    rf"\b(?:\d{{1,2}}\. ?(?:{_MONTH}|\d{{1,2}}\.)|\d{{4}}-\d\d-\d\d|(?:im|ab|seit|bis|anfang|mitte"
    rf"|ende) {_MONTH}|(?:am|ab|jeden|bis|nächsten) {_DAY}"
    r"|(?:seit|ab|im jahr|bis) (?:19|20)\d\d|(?:nächste[ns]?|kommende[ns]?|diese[ns]?) (?:woche"
    r"|monat|jahr|sommer|herbst|winter|frühling|frühjahr)|morgen früh|übermorgen)\b"
)
_NUMBER = r"(?:\d+|ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|\w+zehn|\w+zig)\b"
_I = r"(?:ich|wir)"
_MY = r"(?:mein|unser|meine|unsere|meinen?m?|meine[rs]|unsere[rsmn])"
_KIN = (
    r"(?:[\w-]*(?:mutter|vater|schwester|bruder|brüder|tochter|töchter|sohn|söhne|mann|frau"
    r"|partner(?:in)?|freund(?:in)?"
    r"|tante|onkel|cousine?|neffe|nichte|oma|opa|eltern|kinder?|kind|zwillinge?|enkel(?:in)?"
    r"|verlobter?|kolleg(?:e|in|en)"
    r"|chef(?:in)?|nachbar(?:in)?|mitbewohner(?:in)?|mama|papa|hund|hündin|katze|kater|dackel"
    r"|pudel|pferd|hamster|kaninchen"
    r"|wellensittich|papagei|schildkröte|welpe|familie))\b"
)
_THERE = words("es das dies diese[snm]? dir dich ihn ihnen daran darüber dein\\w* ihr\\w* sie")
_OBJECT = rf"(?! {_THERE}\b)"
_ADVERBS = (
    r"(?: "
    + words(
        "auch noch jetzt eigentlich übrigens immer meistens nur nie gern gerne am_liebsten lieber"
        " wirklich"
        " seit_\\w+(?:_\\w+)? nicht schon zurzeit derzeit selbst leider normalerweise ja halt sehr"
        " total beruflich"
        " überhaupt_nicht gar_nicht absolut momentan hauptsächlich ungern"
    )
    + ")*"
)

_HELPING = words(
    "bin sind habe haben werde werden will wollen kann können muss müssen soll sollen möchte"
    " möchten"
)


def _own(verbs: str, after: str = "") -> str:
    """ "Ich" and one of the verbs in either order, and what follows them in the part."""
    verb = words(verbs)
    return (
        rf"(?:(?:.{{0,40}}?\b)?(?:{_I}{_ADVERBS} {verb}|{verb} {_I})\b{_OBJECT}{after}"
        rf"|{_I}\b(?!.*\b{_HELPING}\b).*\b{verb}$)"
    )


_AM = (
    r"(?:(?:.{0,50}?\b)?(?:ich bin|wir sind|bin ich|sind wir)\b|(?:ich|wir)\b(?=.* (?:bin|sind)$))"
)
_ALLERGIC = words(
    "allergisch\\w* \\w*intolerant veganer(?:in)? vegan vegetarier(?:in)? vegetarisch"
    " diabetiker(?:in)?"
    " asthmatiker(?:in)? epileptiker(?:in)? schwanger farbenblind taub blind schwerhörig"
    " legastheniker(?:in)?"
    " kurzsichtig weitsichtig autist(?:in)? bluter"
)
_ILLNESS = (
    r"[\w-]*(?:allergie|intoleranz|unverträglichkeit|zöliakie|diabetes|asthma|migräne|tinnitus"
    r"|neurodermitis|epilepsie"
    r"|rheuma|höhenangst|flugangst|platzangst|spinnenphobie|demenz|arthrose|adhs|legasthenie"
    r"|bluthochdruck|heuschnupfen|herzschrittmacher|schuppenflechte|rückenleiden|skoliose"
    r"|hörgeräte?|lesebrille|brille)\b"
)
_STATE = words(
    "verheiratet geschieden ledig verwitwet verlobt single getrennt alleinerziehend rentner(?:in)?"
    " pensioniert"
    " selbstständig selbständig freiberuflich arbeitslos linkshänder(?:in)? rechtshänder(?:in)?"
    " zweisprachig katholisch"
    " evangelisch muslim(?:in)? jüdisch gläubig atheist(?:in)? frühaufsteher(?:in)? nachteule"
    " nichtraucher(?:in)?"
)
_ROLE = (
    r"(?:[\w-]*(?:er|erin|ist|istin|ent|entin|eur|eurin|or|orin|arzt|ärztin|frau|mann|koch|köchin"
    r"|wirt|wirtin|anwalt|anwältin|pfleger|leiter|azubi|loge|login|graf|grafin|ekt|ektin))\b"
)
_HABITS = (
    "spiele spielen esse essen trinke trinken spreche sprechen fahre fahren rauche rauchen lerne"
    " lernen"
    " studiere studieren unterrichte unterrichten koche kochen backe backen tanze tanzen singe"
    " singen laufe laufen"
    " schwimme schwimmen jogge sammle sammeln züchte male malen reite reiten klettere wandere"
    " wandern faste fasten bete"
    " trage tragen besitze besitzen nutze nutzen benutze benutzen verwende verwenden programmiere"
    " lese stricke nähe"
    " bouldere angle imkere pendle turne segle gärtnere übersetze frühstücke duze male filme"
    " blogge engagiere trainiere meditiere bügle heimwerke"
)
_THING = (
    r"[\w-]*(?:auto|wagen|rad|fahrräder|motorrad|boot|kanu|haus|wohnung|garten|hof|balkon|klavier"
    r"|gitarre|geige|cello"
    r"|laptop|werkstatt|laden|firma|unternehmen|hühner|bienen|café|restaurant|abo|führerschein"
    r"|studium|ausbildung|hypothek"
    r"|tattoo|pass|staatsbürgerschaft|wohnmobil|töpferei|atelier|praxis)\b"
)
_NOT_OF_WORK = (
    r"(?!(?:\w+ )?[\w-]*(?:bildschirm|tabelle|datei|liste|code|skript|funktion|fehler|frage|build"
    r"|test|seite"
    r"|server|app|programm|bestellung|paket|nachricht|text|datenbank|container|idee|problem"
    r"|rechnung)\b)"
)
_FLEETING = words(
    "bisschen wenig moment sekunde idee frage problem fehler kopfschmerzen termin hunger durst"
    " zeit lust angst"
    " gefühl besprechung meeting pause erkältung schnupfen fieber kater stress glück recht ahnung"
)
_WISH = (
    r"(?:(?:bitte|und|also|ok|okay|übrigens|kannst du|du kannst|du sollst|ich möchte,? dass du"
    r"|könntest du) )*(?:"
    r"(?:nenn(?:e|t|en sie)? mich|(?:antworte\w*|schreib\w*|sprich|rede\w*|erklär\w*|gib\w*"
    r"|verwende\w*|benutze?\w*|nutze?\w*|halt\w*|fass\w*|rechne\w*|zeig\w*|nenn\w*|mach\w*|lass\w*"
    r"|verzicht\w*)"
    r"(?: mir| uns| sie| bitte| mich)*\b(?=.*\b(?:immer|stets|nie|niemals|künftig|ab jetzt|ab"
    r" sofort|in zukunft|grundsätzlich|antworten|emojis?|celsius|metrisch\w*|"
    r"stichpunkte\w*|fachbegriffe?|floskeln|smileys?|per du|siezen|duzen)\b)(?!.*:)|(?:antworte"
    r"|schreib|sprich|rede)\w*(?: sie)?(?: mir| mit mir| bitte| immer| nur)* auf"
    r" (?-i:[A-Z])\w+isch|auf (?:deutsch|englisch)(?!.*:))"
    r"|(?:hör|hören sie)(?: bitte)? auf\b.*\b(?:ständig|immer|dauernd|jedes mal|zu siezen|zu"
    r" duzen)\b|hör(?: bitte)? auf$|keine (?:emojis|smileys|anglizismen|fachbegriffe|floskeln"
    r"|stichpunkte)\b|(?:ab jetzt|ab sofort|künftig|in zukunft|von jetzt an)\b(?!.* (?:werde"
    r"|versuche) ich)"
    r"|(?:ich möchte|wir möchten|ich mag|ich will|ich hätte gern|ich bevorzuge)\b.*\b(?:antworten"
    r"|erklärungen|geduzt|gesiezt)\b"
    r"|(?:wir können uns|du kannst mich) (?:gern |gerne )?duzen|(?:sag|sagen wir) (?:gern |ruhig"
    r" )?du\b|(?:immer|nie|niemals) .*\b(?:antworten|schreiben|verwenden|benutzen|angeben)$)"
)

GERMAN = Forms(
    leads=compiled(
        r"(?:"
        + words(
            "also und aber ok okay ja nein naja hallo hi hey übrigens ach ähm denn weil da dass"
            " nur jedenfalls außerdem"
            " ehrlich_gesagt zur_info zum_hintergrund kurz_zu_mir nebenbei eigentlich ach_ja"
            " ich_sollte_sagen leider"
            " du_solltest_wissen merk_dir(?:_bitte)? bitte_merk_dir beachte(?:_bitte)? denk_daran"
            " freut_mich gut super genau"
        )
        + r"\b[\s,:;!.…–-]*)+"
    ),
    cut=compiled(
        r"[,;:()–—…]\s*|(?<!\d)[.!?]+\s+|\s-\s|\s(?=(?:und|aber|denn|weil|da)\s(?:ich|wir|mein\w*"
        r"|unser\w*)\b)"
    ),
    beside=compiled(rf"\b({_MY} (?:[\w-]+ )?{_KIN}), ({_NAME})(?:,|(?=\s\w))"),
    kinds={
        "name": compiled(
            rf"(?:ich heiße|ich heisse|heiße ich|mein (?:vor|nach|spitz|ruf)?name ist|ich werde"
            rf" .*genannt|(?:alle|freunde|die meisten) nennen mich)\b|ich bin (?:die |der"
            rf" ){_NAME}(?=$| (?:und|aus)\b)|ich bin {_NAME}$(?<!er)(?<!in)"
        ),
        "wish": compiled(_WISH),
        "health": compiled(
            rf"{_AM}.*\b{_ALLERGIC}|.*\b(?:ich|wir)\b.*\b(?:vertrage|vertragen)\b.*\b(?:kein\w*"
            rf"|nicht)\b|.*\b(?:vertrage|darf) (?:ich|wir) (?:kein\w*|nicht)|(?:ich )?allergisch"
            rf" gegen"
            rf"|{_own('habe haben leide leiden trage tragen brauche')}.*\b{_ILLNESS}"
            rf"|{_own('sitze')} im rollstuhl|{_own('nehme')}.*\b(?:insulin|medikamente?|tabletten"
            rf"|blutverdünner|betablocker|cortison)|ich darf kein\w* .*(?:essen|trinken)"
        ),
        "home": compiled(
            rf"{_own('wohne wohnen lebe leben')}.*\b(?:in|im|am|an|auf|bei|mit|über|zusammen|allein"
            rf"|alleine|zur)\b|.*\b(?:ich|wir)\b.*\b(?:in|im|am|auf|bei)\b.*\b(?:wohne|wohnen|lebe"
            rf"|leben)$|{_own('komme kommen stamme')} (?:ursprünglich )?(?:aus|gebürtig)"
            rf"|.*\b(?:ich bin|wir sind|bin ich|sind wir|bin)\b.*\b(?:gezogen|umgezogen|eingezogen"
            rf"|geboren|aufgewachsen)\b|(?:ich bin|wir sind) (?:aus|gebürtig\w*|ursprünglich aus) "
            rf"|(?:meine|unsere)(?: neue)? adresse ist .*\d|{_own('ziehe ziehen')}.*{_DATE}"
        ),
        "job": compiled(
            rf"{_own('arbeite arbeiten jobbe')}(?! gerade| noch an| an (?:der|dem|einer lösung)).*"
            rf" (?:als|bei|beim|in einem|in einer|im|für)\b|{_own('arbeite arbeiten jobbe')}"
            rf" (?:als|bei|beim|in|im|an|am|für|seit|auf|freiberuflich|teilzeit|vollzeit|nachts|im"
            rf" homeoffice)\b(?! (?:gerade|einer lösung))|{_AM} (?:(?:von beruf|seit \w+ \w+|jetzt"
            rf"|gelernte[rs]?|angestellte[rs]?|auch|eine?|der|die) )*{_ROLE}"
            rf"|{_AM}.*\b(?:selbstständig|selbständig|freiberuflich|arbeitslos|in rente"
            rf"|pensioniert|rentner(?:in)?|angestellt|beamte[rs]?|beamtin)\b|(?:ich|wir) (?:leite"
            rf"|leiten|unterrichte|führe|führen|betreibe|betreiben|studiere|gründe)\b{_OBJECT}"
            rf"|mein (?:job|beruf) ist|{_own('fange beginne')}.*\b(?:als|bei)\b.*\ban$"
            rf"|{_own('gehe')} .*(?:prozent|rente)"
        ),
        "family": compiled(
            rf"{_MY} (?:[\w-]+ ){{0,2}}?{_KIN}(?: {_NAME})?(?: (?:heißt|heisst|lebt|leben|wohnt"
            rf"|wohnen|arbeitet|arbeiten|studiert|spielt|spricht|isst|trinkt|mag|hasst|liebt|hat"
            rf"|haben|kommt aus|geht in|wurde .*geboren|verträgt)\b{_OBJECT}(?! (?:kopfschmerzen"
            rf"|fieber|gerade|keine? (?:zeit|lust)|recht|gesagt|gefragt|gemeint|\w+"
            rf" angerufen)\b)(?!.* (?:gesagt|gefragt|angerufen|vergessen|erzählt)$)"
            rf"| (?:ist|sind) (?:seit \w+ )?(?:{_NUMBER}|eine? {_NAME}|{_ALLERGIC}|{_STATE}"
            rf"|{_ROLE}|{_NAME}$|.*\b(?:geboren|gestorben)\b))|{_own('habe haben')} (?:{_NUMBER}"
            rf"|eine?n?|zwei|keine) (?:\w+ ){{0,2}}?{_KIN}|{_AM}.*\b(?:verheiratet|geschieden"
            rf"|ledig|verwitwet|verlobt|single|alleinerziehend|{_NUMBER} jahre alt)\b"
            rf"|{_NAME} ist (?:mein|meine|unser|unsere) (?:\w+ )?{_KIN}"
        ),
        "preference": compiled(
            rf"{_own('mag mögen liebe lieben hasse hassen bevorzuge bevorzugen hasse')}(?= \w)"
            rf"|.*\b(?:kann|können) (?:ich|wir)? ?.*\bnicht (?:ausstehen|leiden|ertragen)\b|(?:ich"
            rf"|wir) (?:kann|können) .*nicht (?:ausstehen|leiden|ertragen)|{_MY} lieblings\w+"
            rf" (?:ist|sind|heißt)"
            rf"|.*\b(?:ich|wir)\b.*\b(?:am liebsten|lieber)\b|(?:am liebsten|lieber) \w+ (?:ich"
            rf"|wir)\b"
        ),
        "plan": compiled(
            rf"(?=.*{_DATE})(?!.*\b(?:ge\w+t|ge\w+en|\w+(?:stellt|kauft|kommen|nommen|loren"
            rf"|sprochen|iert))$)(?:.*\b(?:{_I} (?:fliege|fliegen|fahre|fahren|reise|reisen"
            rf"|heirate|heiraten|ziehe|ziehen|habe|haben|feiere|feiern|beginne|beginnen|mache"
            rf"|machen|starte|laufe)|(?:fliege|fliegen|fahre|fahren|heirate|heiraten|ziehe|ziehen"
            rf"|habe|haben|feiere|feiern|beginne|mache|laufe|gehe|gehen) {_I})\b(?! (?:das|es|mir"
            rf"|dir|gerade)\b)|{_MY} [\w-]+ (?:\w+ )?(?:ist|beginnt|findet|hat|sind)\b)"
        ),
        "decision": compiled(
            rf"(?:.*\b)?(?:ich|wir) haben? (?:mich |uns |jetzt )*(?:entschieden|beschlossen)"
            rf"|.*\b(?:haben? (?:ich|wir)|ich habe|wir haben)\b.* (?:gekauft|gekündigt|aufgehört"
            rf"|aufgegeben|angefangen|adoptiert|geerbt|geheiratet|gegründet|verkauft|abgeschlossen"
            rf"|beschlossen|entschieden)$|{_own('kündige wechsle')}(?= \w)|{_own('spare sparen')}"
            rf" (?:auf|für)\b|{_own('erwarte erwarten')}.*\b(?:kind|baby|zwillinge|tochter|sohn)\b"
            rf"|(?:ich|wir) (?:bin|sind) (?:gerade |jetzt )?\d+ geworden"
        ),
        "possession": compiled(
            rf"{_MY} {_NOT_OF_WORK}[\w-]+(?: [\w-]+)? (?:ist|sind|heißt|heißen|läuft (?:auf|mit"
            rf"|unter)|kostet|hat) (?:eine?n?"
            rf" {_NAME}|{_NAME}|\d|{_NUMBER}|(?:rot|blau|grün|schwarz|weiß|grau|gelb|silbern?"
            rf"|am)\b)|"
            rf"{_own('fahre fahren besitze besitzen nutze nutzen benutze benutzen verwende')}"
            rf" (?:noch |auch |nur |privat )*(?:eine?n?|zwei|drei|vier)"
            rf" (?!{_FLEETING}\b)(?:\w+e[ns]? )?{_NAME}|{_own('habe haben')} (?:\w+"
            rf" ){{0,2}}?(?:eine?n?|zwei|drei|vier) (?:\w+e[ns]? )?{_THING}|{_own('habe haben')}"
            rf" (?:eine?n?|zwei) .*(?:namens|der .* heißt)"
            rf"|{_own('nutze nutzen benutze benutzen verwende verwenden fahre')} (?:nur |immer"
            rf" )?(?!die\b|den\b|dein|das\b){_NAME}"
        ),
        "fact": compiled(
            rf"(?!.*\b(?:los|weg|ab|vor|gerade)$){_own(_HABITS)}(?=.* \w|$)"
            rf"|{_own('gehe gehen')}.*\b(?:ins bett|schlafen|zur kirche"
            rf"|in die kirche|zur therapie|ins fitnessstudio)\b(?<!jetzt ins bett)"
            rf"|{_AM}.*\b(?:mitglied|kunde|kundin|fan)\b|{_own('habe trage')} (?:schuh|kleider"
            rf"|ring)?größe|{_AM} (?:seit \w+ \w+ )?(?:\w+ )?(?:{_STATE}|{_NUMBER} (?:jahre alt|$)"
            rf"|eine? {_NAME})|.*\b(?:ich|wir)\b.*\b(?:seit)\b.*\b(?:spiele|lerne|arbeite|fahre"
            rf"|tanze|singe|laufe)\b"
        ),
    },
    wish=compiled(_WISH),
    doubtful=compiled(
        r"\b"
        + words(
            "wenn falls ob würde würden wäre wären hätte hätten könnte könnten müsste vielleicht"
            " eventuell wahrscheinlich"
            " vermutlich angenommen sagte sagt meint meinte behauptet erzählt erzählte laut"
            " angeblich hoffe hoffentlich glaube"
            " denke überlege überlegt überlegen wünschte träume quasi praktisch sozusagen"
            " möchte_gern irgendwann gefühlt will wollte er man jemand"
        )
        + r"\b|^(?:bitte )?(?:übersetz|korrigier|formulier|umformulier|schreib|fass|lies|prüf"
        r"|verbesser)(?:e|t|en sie)?\b"
    ),
    passing=compiled(
        r"\b"
        + words(
            "gerade im_moment heute momentan fehler fehlermeldung kaputt abgestürzt hängt"
            " geht_nicht funktioniert_nicht 404"
            " deine?_(?:antwort|vorschlag|idee|hilfe|tipp) dein\\w*_\\w+ damit darauf daran"
        )
        + r"\b"
    ),
    joking=compiled(r"\b(?:lol|(?:ha){2,}|(?:he){2,}|hihi|scherz|spaß|witz)\b|;-?\)|[😂🤣😜😆🙃]"),
)
