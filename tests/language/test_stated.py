"""What somebody states once of themselves, and what is asked, said in passing or by others."""

import pytest

from langgraph_dreams.language.mixed import MIXED
from langgraph_dreams.language.plain import Plain
from langgraph_dreams.language.stated.told import told

STATED = {
    "en": """
My name is Tobias Renner.
I'm Imani, by the way.
People call me Jo.
I live in Galway with my two sons.
We moved to Porto last spring.
I'm from Ljubljana originally.
I work as a night nurse at St. Vincent's.
I'm a structural engineer.
I teach chemistry at a grammar school.
I have two daughters and a foster son.
My wife, Chen, works at the harbour office.
My brother Kofi is a firefighter.
Our cat is called Pickle.
I'm allergic to penicillin.
I have type 1 diabetes.
I don't eat pork.
I'm vegetarian, by the way.
My birthday is on 4 October.
We're flying to Oslo on 12 June.
I prefer tea to coffee.
I hate small talk on the phone.
My favourite colour is teal.
I drive a 2012 Skoda Octavia.
I bought a second-hand cello last month.
I've decided to sell the boat.
I play the oboe in a wind band.
I use zsh on a Mac.
I can't stand horror films.
Always answer in metric units.
Keep your replies under five lines please.
I'm left-handed.
I've been learning Korean since 2021.
Please call me Bea.
My sister lives in Tallinn.
Book me a table for two, I'm allergic to nuts.
From now on, write my emails in British English.
""",
    "de": """
Ich heiße Jonas Weber.
Mein Name ist Aylin.
Ich wohne in Graz, gleich am Fluss.
Wir sind letztes Jahr nach Kiel gezogen.
Ich komme ursprünglich aus Leipzig.
Ich arbeite als Krankenpfleger auf der Intensivstation.
Ich bin Architektin.
Wir haben drei Kinder.
Meine Frau Selma arbeitet bei der Post.
Mein Bruder lebt in Wien.
Unser Kater heißt Momo.
Ich bin allergisch gegen Penicillin.
Ich habe Diabetes Typ 1.
Ich vertrage keine Nüsse.
Ich bin Vegetarier.
Ich esse kein Schweinefleisch.
Am 4. Oktober habe ich Geburtstag.
Wir fliegen am 12. Juni nach Oslo.
Ich trinke lieber Tee als Kaffee.
Ich hasse Telefonieren.
Meine Lieblingsfarbe ist Petrol.
Ich fahre einen alten Skoda Octavia.
Ich habe mir ein Cello gekauft.
Wir haben beschlossen, das Boot zu verkaufen.
Seit zehn Jahren spiele ich Oboe im Orchester.
Ich nutze Linux auf einem ThinkPad.
Ich kann Horrorfilme nicht ausstehen.
Antworte mir bitte immer auf Deutsch.
Bitte keine Emojis in deinen Antworten.
Ich bin Linkshänder.
Ich lerne seit 2021 Koreanisch.
Nenn mich bitte Bea.
""",
    "es": """
Me llamo Tomás Herrera.
Mi nombre es Inés.
Vivo en Bilbao con mis dos hijos.
Nos hemos mudado a Oporto.
Soy de Oaxaca, pero llevo diez años aquí.
Trabajo como enfermera en el hospital.
Soy arquitecta.
Enseño química en un instituto.
Tengo dos hijas.
Mi mujer, Paula, trabaja en Correos.
Mi hermano vive en Viena.
Nuestro gato se llama Pistacho.
Soy alérgico a la penicilina.
Tengo diabetes tipo 1.
No como carne.
Soy vegetariana.
Mi cumpleaños es el 4 de octubre.
Volamos a Oslo el 12 de junio.
Prefiero el té al café.
Odio hablar por teléfono.
Mi color favorito es el verde.
Tengo un Seat Ibiza de 2012.
Me he comprado un violonchelo.
Hemos decidido vender el barco.
Toco el oboe en una banda.
Uso Linux en un portátil viejo.
No soporto las películas de terror.
Responde siempre en español, por favor.
No uses emojis en tus respuestas.
Soy zurda.
Estudio coreano desde 2021.
Llámame Bea, por favor.
""",
}

NOT = {
    "en": """
I'm tired.
I'm reading your answer now.
I'm on it.
I'll try that.
I get a 404 when I run it.
What should I cook tonight?
Write a poem about my cat.
If I lived in Rome I'd eat out every day.
My friend says I'm a genius.
"I am a camera" is a good title.
Thanks, that's perfect!
I have a question about my invoice.
I think so.
I'm having lunch.
I love it!
I like your answer.
My head hurts today.
My build fails on the second step.
She lives in Paris.
He told me: I'm allergic to cats.
I want to learn Spanish someday.
Imagine I'm a pirate.
I'm basically a professional napper lol
Good morning!
I was stuck in traffic.
I need the report by noon.
I'm not sure.
I have to go now.
I agree with that.
I ran the tests and two of them failed.
My order hasn't arrived yet.
I'm looking for a new lamp.
I use it when it works.
Never mind.
I've been waiting for twenty minutes.
Translate this: I live in Berlin and I work as a baker.
""",
    "de": """
Ich bin müde.
Ich lese gerade deine Antwort.
Ich probiere das mal.
Ich bekomme einen 404, wenn ich es starte.
Was soll ich heute kochen?
Schreib ein Gedicht über meine Katze.
Wenn ich in Rom wohnen würde, ginge ich jeden Tag essen.
Mein Freund sagt, ich bin ein Genie.
Danke, perfekt!
Ich habe eine Frage zu meiner Rechnung.
Ich glaube schon.
Ich bin beim Essen.
Das gefällt mir.
Ich mag deine Antwort.
Mein Kopf tut heute weh.
Mein Build bricht beim zweiten Schritt ab.
Sie wohnt in Paris.
Ich will irgendwann Spanisch lernen.
Stell dir vor, ich bin ein Pirat.
Ich bin quasi Profischläfer, haha
Guten Morgen!
Ich stand im Stau.
Ich brauche den Bericht bis Mittag.
Ich bin mir nicht sicher.
Ich muss jetzt los.
Meine Bestellung ist noch nicht da.
Ich suche eine neue Lampe.
Ich habe Hunger.
Ich warte seit zwanzig Minuten.
Übersetze das: Ich wohne in Berlin.
""",
    "es": """
Estoy cansada.
Estoy leyendo tu respuesta.
Voy a probarlo.
Me sale un error 404 cuando lo ejecuto.
¿Qué cocino esta noche?
Escribe un poema sobre mi gato.
Si viviera en Roma, comería fuera cada día.
Mi amigo dice que soy un genio.
¡Gracias, perfecto!
Tengo una pregunta sobre mi factura.
Creo que sí.
Estoy comiendo.
Me gusta esta idea.
Me encanta tu respuesta.
Hoy me duele la cabeza.
Mi compilación falla en el segundo paso.
Ella vive en París.
Algún día quiero aprender coreano.
Imagina que soy un pirata.
Soy prácticamente una dormilona profesional, jaja
¡Buenos días!
Estaba en un atasco.
Necesito el informe para el mediodía.
No estoy seguro.
Tengo que irme.
Mi pedido no ha llegado todavía.
Busco una lámpara nueva.
Tengo hambre.
Llevo veinte minutos esperando.
Traduce esto: vivo en Berlín.
""",
}


def lines(block: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, line) for code, text in block.items() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("code", "text"), lines(STATED))
def test_what_is_stated_is_taken_word_for_word(code: str, text: str) -> None:
    for language in (MIXED, MIXED if code == "en" else Plain(code)):
        (fact,) = told(language, text)
        assert fact.text in text
        assert len(fact.text) > len(text) / 3


@pytest.mark.parametrize(("code", "text"), lines(NOT))
def test_what_passes_is_not_taken(code: str, text: str) -> None:
    for language in (MIXED, MIXED if code == "en" else Plain(code)):
        assert told(language, text) == []
