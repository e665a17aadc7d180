"""Spanish: a verb in the first person that lasts, or "mi" and a person or thing."""

from langgraph_dreams.language.stated.forms import Forms, compiled, words

_NAME = r"(?-i:[A-ZÁÉÍÓÚÑ][\w'’-]*)"
_MONTH = words(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
_DAY = words("lunes martes miércoles jueves viernes sábados? domingos?")
_DATE = (
    rf"\b(?:\d{{1,2}} de {_MONTH}|\d{{1,2}}/\d{{1,2}}|\d{{4}}-\d\d-\d\d|(?:en|desde|hasta|a partir"
    rf" de|para) {_MONTH}|(?:el|los|este|cada|todos los) {_DAY}|(?:en|desde) (?:19|20)\d\d"
    r"|(?:el|la) (?:próxim[oa]|semana|mes|año) (?:que viene|semana|mes|año|verano|otoño|invierno"
    r"|primavera)|(?:el (?:año|mes|verano)|la semana|la primavera) que viene|pasado mañana|este"
    r" (?:verano|otoño|invierno|año))\b"
)
_NUMBER = (
    r"(?:\d+|un|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce"
    r"|quince|dieci\w+|veint\w+|treinta|cuarenta|cincuenta|sesenta)\b"
)
_MY = r"(?:mi|mis|nuestr[oa]s?)"
_KIN = (
    words(
        "madre padre mamá papá padres herman[oa]s? hij[oa]s? maridos? mujer espos[oa] pareja"
        " novi[oa] tí[oa]s? prim[oa]s?"
        " abuel[oa]s? niet[oa]s? sobrin[oa]s? suegr[oa]s? cuñad[oa]s? amig[oa]s? compañer[oa]s?"
        " jef[oa] vecin[oa]s? perr[oa]s?"
        " gat[oa]s? caballo conejo hámster loro tortuga cachorr[oa] mellizos gemel[oa]s niñ[oa]s"
        " familia exmarido exmujer"
    )
    + r"\b"
)
_THERE = words("lo la_(?:idea|respuesta) eso esto est[ea] es[ea] ello tu tus su sus que te le")
_OBJECT = rf"\b(?! {_THERE}\b)"
_ADVERBS = (
    r"(?:"
    + words(
        "yo nosotr[oa]s también siempre nunca solo sólo ya aún todavía normalmente casi_siempre"
        " además no jamás"
        " actualmente ahora en_casa de_momento_no a_mí a_nosotros desde_\\w+(?:_\\w+)?"
        " por_las_\\w+ los_\\w+ de_\\w+ en_\\w+"
    )
    + " )*"
)
_ALLERGIC = words(
    "alérgic[oa]s? intolerantes? vegan[oa]s? vegetarian[oa]s? celiac[oa]s? celíac[oa]s?"
    " diabétic[oa]s? asmátic[oa]s?"
    " epiléptic[oa]s? daltónic[oa]s? sord[oa]s? cieg[oa]s? disléxic[oa]s? miope autista"
    " hipertens[oa]"
)
_ILLNESS = (
    r"(?:\w+ ){0,2}?"
    + words(
        "alergia intolerancia diabetes asma artritis artrosis epilepsia migrañas? tinnitus"
        " acúfenos dermatitis celiaquía"
        " hipotiroidismo anemia tdah dislexia hipertensión escoliosis fibromialgia marcapasos"
        " audífonos? endometriosis"
        " psoriasis vértigo demencia claustrofobia fascitis insomnio"
    )
    + r"\b"
)
_STATE = words(
    "casad[oa]s? divorciad[oa]s? solter[oa]s? viud[oa]s? separad[oa]s? jubilad[oa]s? autónom[oa]s?"
    " zurd[oa] bilingüe"
    " católic[oa] ate[oa] musulm[aá]n[a]? judí[oa] madre padre abuel[oa] hij[oa]_únic[oa]"
    " noctámbul[oa] embarazada"
)
_NOT_OF_WORK = (
    r"(?!(?:\w+ )?(?:pantalla|tabla|archivo|lista|código|script|función|error|pregunta|prueba"
    r"|página|web"
    r"|servidor|app|aplicación|programa|pedido|paquete|mensaje|texto|contenedor|idea|problema"
    r"|factura)s?\b)"
)
_FLEETING = words(
    "pregunta duda problema idea error reunión momento minuto poco montón prisa sueño hambre sed"
    " frío calor miedo razón"
    " ganas tiempo suerte cita dolor fiebre catarro gripe examen rato día lío"
)
_DEED = words(
    "mudad[oa]s? comprado adoptado heredado dejado decidido casado divorciado jubilado cambiado_de"
    " vendido apuntado matriculado"
    " empezado graduado sacado contratado alquilado ascendido"
)
_WISH = (
    r"(?:(?:por favor|y|pero|oye|vale|bueno|puedes|podrías) )*(?:(?:llám(?:a|e)me|dime) (?:solo"
    r" )?(?-i:[A-ZÁÉÍÓÚÑ])\w+|puedes llamarme|siempre (?:responde|contesta|escribe|usa|dame"
    r"|háblame|utiliza)|(?:no (?:uses|utilices|me (?:mandes|pongas|envíes|recomiendes|sugieras"
    r"|hables|trates))|nunca (?:uses|me))\b(?=.*\b(?:emojis?|emoticonos|nunca|jamás|siempre|de"
    r" usted|tecnicismos|listas|viñetas|usted|anglicismos)\b|.*)"
    r"|(?:responde|contesta|respóndeme|contéstame|háblame|escríbeme)(?:me)?(?: siempre| solo)?"
    r" (?:en (?:español|inglés|alemán|castellano|catalán|francés|italiano|portugués|métrico|frases"
    r"|una|pocas)|con (?:frases|respuestas) cort|de (?:tú|usted)|sin |corto|breve)(?!.*:)"
    r"|(?:usa|utiliza|dame|pon) (?:siempre )?.{0,30}\b(?:celsius|métric[oa]|kilómetros|de usted|24"
    r" horas)\b|tutéame|trátame de|háblame siempre|deja de \w+(?:te)?(?:me)?\b.*\b(?:todo el rato"
    r"|siempre|tanto|cada vez)\b|(?:prefiero|quiero|me gusta|me gustaría) que (?:me )?(?:hables"
    r"|respondas|contestes|trates|expliques|seas|uses|escribas|des|tutees|llames)"
    r"|(?:prefiero|quiero|me gustan) (?:las )?respuestas|(?:nada de|sin) (?:emojis|emoticonos"
    r"|tecnicismos)|(?:a partir de ahora|de ahora en adelante|en adelante|a partir de"
    r" hoy)\b(?!.*\bintentaré)|tus respuestas)"
)


def _verb(*verbs: str) -> str:
    """A verb in the first person, with what may stand before it."""
    return rf"{_ADVERBS}{words(*verbs)}{_OBJECT}"


_WORKING = _verb(
    "estudio estudiamos enseño dirijo coordino doy_clases?_de doy_clases? regento gestiono"
)
_DOING = _verb(
    "toco juego hablo hablamos corro nado bailo canto pinto colecciono cultivo cocino entreno"
    " medito programo calzo ahorro_para escalo monto practico practicamos participo hago_(?:yoga"
    "|teatro|cerámica|senderismo|deporte)"
)

SPANISH = Forms(
    leads=compiled(
        r"(?:"
        + words(
            "bueno pues vale oye hola y pero ah sí no, entonces además por_cierto la_verdad_es_que"
            " es_que que porque como así_que"
            " para_que_sepas ten_en_cuenta(?:_que)? recuerda(?:_que)? apunta(?:_que)?"
            " debo_decir_que te_cuento encantad[oa] mira hace_\\w+_años_que"
            " en_realidad a_ver para_tu_información buenas solo_que"
        )
        + r"\b[\s,:;!.…–-]*)+"
    ),
    cut=compiled(r"[,;:()–—…]\s*|[.!?]+\s+|\s-\s|\s(?=(?:y|pero|porque|así que)\s)"),
    beside=compiled(rf"\b({_MY} (?:\w+ )?{_KIN}), ({_NAME})(?:,|(?=\s\w))"),
    kinds={
        "name": compiled(
            rf"(?:yo )?me llamo|(?:mi (?:apellido|apodo)|mi nombre(?: completo)?) es|(?:soy|aquí)"
            rf" (?:la |el )?{_NAME}(?: {_NAME})*$|(?:todos|mis amigos|todo el mundo) me (?:llaman"
            rf"|llama|dicen)"
        ),
        "wish": compiled(_WISH),
        "health": compiled(
            rf"{_ADVERBS}(?:soy|somos) (?:muy |un poco )?{_ALLERGIC}"
            rf"|{_verb('tengo tenemos padezco sufro llevo')}(?: de| una?)* ?{_ILLNESS}"
            rf"|{_ADVERBS}(?:tomo|me pincho|me inyecto) (?:insulina|medicación|pastillas"
            rf"|anticoagulantes|\w+ para (?:la|el))|{_ADVERBS}(?:no puedo|no debo) (?:comer|beber"
            rf"|tomar)\b|no tolero|alérgic[oa] a|{_ADVERBS}(?:llevo|uso) (?:gafas|lentillas"
            rf"|audífonos?|plantillas)|me diagnosticaron|voy en silla de ruedas|me sienta(?:n)?"
            rf" (?:muy )?mal"
        ),
        "home": compiled(
            rf"{_verb('vivo vivimos resido residimos')}|{_ADVERBS}(?:soy|somos) de (?!los que)"
            rf"|{_ADVERBS}(?:nací|crecí|nacimos)|(?:me|nos) (?:he|hemos|mudé|mudamos)(?: \w+)?"
            rf" ?(?:mudado|mudada)? ?a\b|mi (?:nueva )?dirección es .*\d|(?:me|nos) (?:he|hemos)"
            rf" mudado|vengo de(?! (?:la|el|ver|hablar))"
        ),
        "job": compiled(
            rf"{_verb('trabajo trabajamos')} (?:\w+ (?:días|horas|noches) |como|de|en|para|por"
            rf"|desde|a turnos|con)\b(?! (?:ello|eso|esto))|{_ADVERBS}(?:soy|somos) (?!de\b"
            rf"|un[oa]?s?\b)(?!paciente|consciente|impaciente|sincer|tan |muy )\w*(?:er[oa]|or|ora"
            rf"|ista|ante|ente|ogo|oga|nic[oa]|[eú]dic[oa]|[uú]sic[oa]|mic[oa]|tic[oa]|ari[oa]"
            rf"|etra|tect[oa]|iatra|gad[oa]|lead[oa]|cial|ot[oa]|juez|fiscal|policía|actriz|chef"
            rf"|albañil|becari[oa]|azafata|maestr[oa]|guía)s?\b(?! (?:de que|con eso))"
            rf"|{_WORKING}(?= \w)"
            rf"|{_ADVERBS}(?:estoy|estamos) (?:en (?:paro|el paro|prácticas|la universidad)"
            rf"|jubilad[oa]s?|de baja|estudiando|desempleado)|mi (?:trabajo|profesión) es|(?:me"
            rf"|nos) (?:he|han) (?:jubilado|ascendido)|{_ADVERBS}empiezo (?:de|como|a trabajar"
            rf"|en)\b|he (?:empezado|entrado) a trabajar"
        ),
        "family": compiled(
            rf"{_MY} (?:\w+ )?{_KIN}(?: \w+or| pequeñ[oa])?(?: {_NAME})? (?:se llaman?|tienen?"
            rf" (?!{_FLEETING}\b|un[oa]? {_FLEETING}\b)|vive[n]?\b|trabajan?\b|estudian?\b"
            rf"|juegan?\b|habla[n]? \w+$|nació|murió|falleció|odian?\b|es alérgic|son alérgic"
            rf"|(?:es|son) (?:un[oa]? )?(?!muy|un poco|tan|tont|pesad|un pesad|un desastre)\w+"
            rf"|toca\b|cumple .*{_DATE}|no (?:come|bebe|tolera|puede comer)|come\b|se casa"
            rf" .*{_DATE}|está (?:casad|jubilad|embarazad))"
            rf"|{_verb('tengo tenemos')} (?:{_NUMBER}) (?:\w+ )?{_KIN}|{_verb('tengo tenemos')}"
            rf" un[oa]? .{{1,30}} que se llama|{_ADVERBS}(?:estoy|estamos|soy|somos) (?:casad"
            rf"|divorciad|solter|viud|separad|prometid|embarazad)\w+|{_ADVERBS}(?:soy|somos)"
            rf" (?:madre|padre|padres|abuel[oa]|hij[oa] únic[oa]|viud[oa]|la mayor|el mayor|la"
            rf" pequeña|el pequeño)|{_NAME} es (?:mi|nuestr[oa]) {_KIN}|(?:espero|esperamos)"
            rf" .*\b(?:hij[oa]|bebé|niñ[oa]|mellizos|gemelos)\b"
        ),
        "preference": compiled(
            rf"{_ADVERBS}(?:prefiero|preferimos|odio|odiamos|detesto|adoro) (?!est\w|es[eao]\b"
            rf"|tus?\b|l[oa]s? (?:primer|segund)|cuando\b)\w|{_ADVERBS}(?:no )?(?:soporto|aguanto"
            rf"|me"
            rf" gustan?|me encantan?|nos gustan?|nos encantan?|me chiflan?)\b(?! (?:est\w+|es[eao]"
            rf"|tu|tus|la idea|la respuesta|cómo|que)\b)(?= \w)|{_MY} \w+ (?:favorit"
            rf"|preferid)[oa]s? (?:es|son)|no (?:como|bebo|fumo|uso|veo|tomo)\b{_OBJECT}(?= \w)"
            rf"|solo (?:como|bebo|uso|tomo|escucho|leo)\b(?= \w)|no me gustan? (?!est\w|es[eao]"
            rf"|tu)"
        ),
        "plan": compiled(
            rf"(?=.*{_DATE})(?:.*?\b(?:me caso|nos casamos|vuelo|volamos|viajo|viajamos|me mudo"
            rf"|nos mudamos|empiezo|empezamos|tengo|tenemos|voy a|vamos a|corro|me voy|nos vamos"
            rf"|me presento|celebro|celebramos|me examino|cumplo|es|son)\b(?! (?:una (?:pregunta"
            rf"|duda)|mirar|probar|intentar|ver|leer))(?=.*\b)(?<!que es))(?<!\?)"
        ),
        "decision": compiled(
            rf"(?:ya )?(?:me |nos |lo )?(?:he|hemos) {_DEED}|(?:está |ya está )?decidido$|(?:dejo"
            rf"|dejamos) (?:el|la|de)\b|(?:me compré|nos compramos|compré|adopté|adoptamos|heredé"
            rf"|me cambié|cambié|dejé|me apunté|me saqué|vendí|decidí|decidimos)\b{_OBJECT}(?= \w)"
        ),
        "possession": compiled(
            rf"{_MY} {_NOT_OF_WORK}\w+(?: \w+){{0,3}}? (?:es|son) (?:un[oa]?s? {_NAME}|un[oa]?s?"
            rf" \w+ (?:de|del) "
            rf"|{_NAME}|roj[oa]|azul|verde|negr[oa]|blanc[oa]|gris|\d|(?:del|de) \d{{4}})|{_MY}"
            rf" (?:\w+ )?(?:contraseña|lengua materna|grupo sanguíneo|teléfono|correo|móvil"
            rf"|cumpleaños) es|{_MY} \w+ se llama|{_verb('tengo tenemos conduzco')} (?:un[oa]?|dos"
            rf"|tres) (?!{_FLEETING}\b)(?:\w+ )?(?:{_NAME}|coche|moto|bici|bicicleta|piso|casa"
            rf"|barco|huerto|jardín|guitarra|piano|furgoneta|autocaravana|finca|negocio|tienda"
            rf"|empresa)"
            rf"|{_verb('uso usamos utilizo utilizamos')} (?!el\b|la\b|los\b|las\b|tu|un[oa]?"
            rf" (?:bucle|función|clase|lista|variable|tabla))\w+"
        ),
        "fact": compiled(
            rf"{_DOING}(?= \w)|{_ADVERBS}(?:tengo|tenemos) {_NUMBER} años|{_ADVERBS}(?:soy|somos"
            rf"|estoy) {_STATE}|{_ADVERBS}soy (?:muy )?(?:un |una )?(?:fan|aficionad|friolera?"
            rf"|madrugador|noctámbul|zurd|español|mexican|argentin|colombian|chilen|peruan"
            rf"|catal[aá]n|vasc|andaluz)\w*|{_ADVERBS}llevo \w+ años|(?:me|nos) (?:acuesto|levanto"
            rf"|despierto|acostamos|levantamos)\b.* (?:a las|tarde|temprano|pronto)|(?:acabo de"
            rf" cumplir|cumplí|cumplo) \d|(?:soy|somos) (?:soci[oa]|miembro|client[ea]"
            rf"|voluntari[oa]|donante|fan)s?\b|(?:yo )?(?:nunca|jamás|siempre) (?!me\b|te\b|lo\b"
            rf"|la\b|he\b|hemos\b|había)\w+o\b|estoy (?:ahorrando para|aprendiendo|embarazada"
            rf"|estudiando)|voy a (?:misa|terapia|la iglesia|yoga|clases? de)"
        ),
    },
    wish=compiled(_WISH),
    doubtful=compiled(
        r"\b"
        + words(
            "si quizás? quizá tal_vez a_lo_mejor ojalá seguramente podría podríamos sería gustaría"
            " haría tendría viviría supongamos imagina"
            " imagínate dice dicen dijo decía según creo pienso supongo espero sueño pensando"
            " dicho contó cuenta_que quería quiere quieren"
            " prácticamente casi_como básicamente algún_día como_si parece"
        )
        + r"\b|^(?:traduce|traduzca|corrige|reescribe|resume|redacta|reformula|escribe)\b"
    ),
    passing=compiled(
        r"\b"
        + words(
            "ahora_mismo en_este_momento hoy de_momento error errores fallo falla roto no_funciona"
            " 404 tu_(?:respuesta|idea|consejo)"
            " por_ahora en_ello"
        )
        + r"\b"
    ),
    joking=compiled(r"\b(?:jaja\w*|jeje\w*|lol|broma|es_broma)\b|;-?\)|[😂🤣😜😆🙃]"),
)
