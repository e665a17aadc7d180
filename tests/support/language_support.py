"""Small lives in other languages: frames of function words around things that occur once."""

LANGUAGES = ("es", "de", "fr")

FRAMES = {
    "es": (
        "Ayer estuve con {} y no sé por qué.",
        "Todavía no hay {} para nosotros, pero después sí.",
        "¿Dónde están {} que eran de ella?",
        "También tengo {}, aunque ahora no sea así.",
        "Desde entonces tenemos {} en vez de eso.",
        "Nunca es lo mismo sin {}, ya lo sabes.",
        "Entre tú y yo, {} no es nada para mí.",
        "Sobre todo {}, porque así lo hacemos siempre.",
    ),
    "de": (
        "Ich war mit {} hier und sie war auch da.",
        "Es gibt noch immer {} für uns, aber nicht mehr lange.",
        "Wo sind denn {}, die von ihr waren?",
        "Ich will auch {} haben, obwohl ich es jetzt nicht kann.",
        "Seit damals haben wir {} statt dessen.",
        "Ohne {} ist es nie dasselbe, das ist ja so.",
        "Zwischen dir und mir, {} mag ich gar nicht.",
        "Vor allem {}, weil wir es immer so machen.",
    ),
    "fr": (
        "J'étais avec {} et elle ne dit pas pourquoi.",
        "Il n'y a pas encore {} pour nous, mais c'est ainsi.",
        "Où sont donc {} qui étaient à elle ?",
        "J'ai aussi {}, même si elle ne les a pas.",
        "Depuis lors nous avons {} et rien d'autre.",
        "Sans {} ce n'est jamais cela pour toi.",
        "Entre toi et moi, {} ne me va pas du tout.",
        "Surtout {}, parce que nous l'avons toujours eu.",
    ),
}
THINGS = {
    "es": (
        "lámpara zapato río nube tren espejo martillo cebolla ventana abrigo guitarra jabón puente"
        " reloj manzana escoba camello tijera barco almohada pimienta cuchara tambor hielo hoja"
        " peine ladrillo mochila avispa cometa trigo cadena sobre botella taza ombligo pincel"
        " anillo volcán queso"
    ),
    "de": (
        "Lampe Schuh Fluss Wolke Zug Spiegel Hammer Zwiebel Fenster Mantel Gitarre Seife Brücke Uhr"
        " Apfel Besen Kamel Schere Schiff Kissen Pfeffer Löffel Trommel Eis Blatt Kamm Ziegel"
        " Rucksack Wespe Drachen Weizen Kette Brief Flasche Tasse Nabel Pinsel Ring Vulkan Käse"
    ),
    "fr": (
        "lampe chaussure rivière nuage train miroir marteau oignon fenêtre manteau guitare savon"
        " pont montre pomme balai chameau ciseau bateau oreiller poivre cuillère tambour glace"
        " feuille peigne brique cartable guêpe cerfvolant blé chaîne enveloppe bouteille tasse"
        " nombril pinceau anneau volcan fromage"
    ),
}

PAIRS = {
    "es": ("Vendimos las marmitas viejas del abuelo.", "La marmita huele a pintura fresca."),
    "de": ("Die Kutschen am Hang verkaufen wir.", "Die Kutsche riecht nach frischer Farbe."),
    "fr": ("Les brouettes rouillent près du moulin.", "Ma brouette grince trop ce matin."),
}
"""Two texts that share one thing that is seldom spoken of, in two inflections."""


def turns(code: str) -> list[str]:
    """Forty turns that share nothing but function words."""
    things = THINGS[code].split()
    return [FRAMES[code][n % 8].format(thing) for n, thing in enumerate(things)]
