"""German and Chinese sentences that state something, and those that do not."""

import pytest

from langgraph_dreams.language.plain import Plain

ASSERTED = {
    "de": [
        "Meine Schwester Mira spielt Oboe im Schulorchester.",
        "Der Kellerschlüssel hängt hinter der Heizungstür.",
        "Hallo, ich bin Ada und wohne in Graz.",
        "Hallo mein Name ist Ada Lindner.",
        "Danke, ich wohne jetzt in Linz.",
        "Bitte merke dir, dass ich keine Nüsse vertrage.",
        "Merk dir: Der Türcode ist 4471.",
        "Vergiss nicht, der Termin ist am Montag.",
        "Bitte buche einen Tisch, ich bin allergisch gegen Nüsse.",
        "Kannst du einen Tisch buchen, denn ich komme um acht an.",
        "Suche ist in der neuen Version kaputt.",
        "Prüfungen sind im Juni an der Universität.",
        "Ich hätte gern ein Zimmer zum Hof.",
        "Wenn es regnet, fahre ich mit dem Bus zur Arbeit.",
        "Was mich freut, ist ein ruhiger Abend.",
        "Wo ich wohne, gibt es keinen Supermarkt.",
        "Wie gesagt, ich wohne in Graz.",
        "Ich kann nicht schwimmen.",
        "Listen sind in der Anlage.",
        "Startpunkt der Wanderung ist die Kirche.",
        "Buch und Brille liegen im Auto.",
        "Legosteine sammelt mein Sohn.",
        "Sagen und Märchen liest meine Tochter gern.",
        "Morgen habe ich einen Termin beim Zahnarzt.",
        "Heute ist mein Geburtstag.",
        "Leg ist kein Wort für den Vermieter.",
        "Ja, ich trinke Kaffee.",
        "Passau ist meine Heimatstadt.",
        "Die Miete beträgt 900 Euro im Monat.",
        "Ist mir egal, Hauptsache es ist ruhig.",
        "Bestellungen gehen immer an die Filiale in Graz.",
        "Ruf mich immer unter 0664 1234567 an.",
        "Dankbar bin ich meiner Mutter.",
    ],
    "zh": [
        "我妹妹米拉在学校乐队里吹双簧管。",
        "地下室的钥匙挂在锅炉门后面。",
        "你好，我叫艾达，住在格拉茨。",
        "请记住我对坚果过敏。",
        "请订一张桌子，我对坚果过敏。",
        "我没什么过敏。",
        "我知道他住在哪里。",
        "谁都知道我喜欢茶。",
        "查理是我的老板。",
        "帮派电影我不喜欢。",
        "通过考试让我很高兴。",
        "我的电话号码是5551234。",
        "我的生日是五月三日。",
        "写作是我的爱好。",
        "给母亲写信是我周日的习惯。",
        "我每天早上喝咖啡。",
        "现在我住在林茨。",
        "我给女儿买了一辆自行车。",
        "谢谢，我现在住在林茨。",
        "我会说德语和中文。",
        "可以的话我坐火车去。",
        "我的办公室在格拉茨。",
        "如果下雨，我坐公交车。",
        "好的咖啡我都喜欢。",
        "明天我去看牙医。",
        "行李在车里。",
    ],
}
NOT_ASSERTED = {
    "de": [
        "Fasse bitte das Protokoll der letzten Sitzung zusammen",
        "Schreibe eine E-Mail an Tom wegen der späten Lieferung",
        "Guten Morgen, schön dich wieder zu sehen",
        "Vielen Dank, das war heute wirklich sehr hilfreich",
        "Wenn ich nach Lissabon zöge, würde ich eine Wohnung am Fluss mieten.",
        "Ich würde eine Wohnung am Fluss mieten, wenn ich in Lissabon wäre.",
        "Angenommen, ich hätte einen Hund namens Rex und wohnte in Oslo.",
        "Prüfe den Posteingang und melde neue Rechnungen",
        "Erinnere mich morgen an den Zahnarzt",
        "Genehmigt, bitte so an den Vorstand senden",
        "Zeig mir den Wetterbericht für Graz und Linz",
        "Was steht heute alles in meinem Kalender",
        "Kannst du mir die Termine dieser Woche zeigen",
        "Wie heißt die Hauptstadt von Peru",
        "Bitte den Bericht an alle schicken",
        "Könnten Sie mir die Rechnung noch einmal senden",
        "Senden Sie mir die Unterlagen",
        "Stell dir vor, ich wohnte am Meer",
    ],
    "zh": [
        "秘鲁的首都是哪里",
        "请总结上次会议的记录",
        "给汤姆写一封关于延迟交货的邮件",
        "早上好，很高兴再次见到你",
        "非常感谢，今天真的帮了大忙",
        "如果我搬到里斯本，我会在河边租一套公寓。",
        "你能给我看看本周的日程吗",
        "假如我有一只叫雷克斯的狗，住在奥斯陆。",
        "检查收件箱并报告新的发票",
        "明天提醒我去看牙医",
        "帮我查一下格拉茨的天气预报",
        "我的日历今天有什么安排",
        "同意，请发送给董事会",
        "好的，可以发送",
        "麻烦你把报告发给所有人",
        "告诉我明天的天气",
    ],
}


@pytest.mark.parametrize("code", ["de", "zh"])
def test_what_states_something_is_kept_as_it_is_written(code: str) -> None:
    for sentence in ASSERTED[code]:
        assert Plain(code).assertions(sentence) == [sentence]


@pytest.mark.parametrize("code", ["de", "zh"])
def test_what_bids_asks_supposes_or_greets_is_left_out(code: str) -> None:
    for sentence in NOT_ASSERTED[code]:
        assert Plain(code).assertions(sentence) == []


def test_a_fact_beside_a_command_stays() -> None:
    text = "Fasse bitte das Protokoll zusammen. Ich wohne in Graz."
    assert Plain("de").assertions(text) == ["Ich wohne in Graz."]
