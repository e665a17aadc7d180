"""Words for numbers, times of day, weekdays and units, which join no two texts by themselves.

Only those that are not common words of their language anyway (see frequency.py).
"""

_FIGURES = {
    "en": """
        eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty
        forty fifty sixty seventy eighty ninety dozen dozens hundreds thousands noon midday midnight
        dawn dusk mondays tuesdays wednesdays thursdays fridays saturdays sundays fortnight eleventh
        twelfth seventh eighth ninth tenth thirteenth fourteenth fifteenth sixteenth seventeenth
        eighteenth nineteenth twentieth thirtieth euro euros cents pence quid kilometer kilometers
        kilometre kilometres centimeters centimetres millimeters millimetres grams kilos kilograms
        liters litres ounces inches mph kmh
        """,
    "de": """
        dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig dreissig
        vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million dutzend mittag
        mitternacht vormittag nachmittag mittags vormittags nachmittags morgens abends montags
        dienstags mittwochs donnerstags freitags samstags sonntags sonnabend viertel fünfte siebte
        achte neunte zehnte elfte zwölfte cent kilometer zentimeter millimeter gramm kilo liter
        """,
    "es": """
        once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno
        treinta cuarenta cincuenta sesenta setenta ochenta noventa docena mediodía medianoche
        madrugada quinto sexto séptimo octavo noveno décimo céntimos kilómetros centímetros gramos
        litros
        """,
    "fr": """
        onze douze treize quatorze quinze seize trente quarante cinquante soixante douzaine midi
        minuit septième huitième neuvième dixième centimes kilomètres centimètres grammes litres
        """,
    "it": """
        lunedì martedì mercoledì giovedì venerdì undici dodici tredici quattordici quindici sedici
        diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta
        novanta dozzina mezzogiorno mezzanotte settimo ottavo nono decimo chilometri centimetri
        grammi litri
        """,
    "pt": """
        onze doze treze catorze quatorze quinze dezesseis dezesete dezoito dezenove vinte trinta
        quarenta cinquenta sessenta setenta oitenta noventa dúzia sétimo oitavo nono décimo
        quilômetros quilómetros centímetros gramas litros
        """,
    "nl": """
        elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig dertig
        veertig vijftig zestig zeventig tachtig negentig dozijn middag middernacht zevende achtste
        negende tiende kilometer centimeter gram liter
        """,
}


def figure_words(code: str) -> frozenset[str]:
    """Words for figures in a language; none where they are not listed."""
    return frozenset(_FIGURES.get(code, "").split())
