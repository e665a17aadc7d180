"""Days are the speaker's: by the offset of a time, by a namespace's zone, or not at all."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from helpers_store import HashEmbedder

from langgraph_dreams import DreamStore, Episode, InvalidInputError
from langgraph_dreams.dream.runtime.prompts import consolidate_request
from langgraph_dreams.importers.times import parse_zone
from langgraph_dreams.integrations.fenced_recall import fence_recall
from langgraph_dreams.language.days import dated
from langgraph_dreams.language.english.language import ENGLISH
from langgraph_dreams.store import Backend
from langgraph_dreams.store import namespace_state as state
from langgraph_dreams.store.chroma.clients import open_memory
from langgraph_dreams.store.chroma.collection import Row
from langgraph_dreams.store.items import fields_of, item_of
from langgraph_dreams.types.zones import offset_of

NIGHT = datetime(2026, 7, 5, 3, tzinfo=UTC)  # still the 4th in America
WEST = timezone(timedelta(hours=-7))


def turn(text: str = "The roofer comes tomorrow.", **fields: object) -> Episode:
    return Episode.model_validate({"id": "e1", "text": text, "time": NIGHT, **fields})


@pytest.mark.parametrize(
    ("time", "kept"),
    [
        (NIGHT.astimezone(WEST), "-07:00"),
        (NIGHT.astimezone(ZoneInfo("Asia/Kathmandu")), "+05:45"),
        (datetime(2026, 1, 5, 3, tzinfo=ZoneInfo("Europe/London")), "+00:00"),
        ("2026-07-04T20:00:00-07:00", "-07:00"),
        (datetime.fromisoformat("1850-07-04T20:00:00+00:19:32"), "+00:19:32"),
        ("2026-07-05T03:00:00Z", ""),
        ("2026-07-05T03:00:00+00:00", ""),
        ("2026-07-05T03:00:00", ""),
        (NIGHT, ""),
        (NIGHT.astimezone(ZoneInfo("Etc/UTC")), ""),
    ],
)
def test_the_offset_of_a_time_is_kept_and_the_time_is_in_utc(time: object, kept: str) -> None:
    found = turn(time=time)
    assert (found.zone, found.time.utcoffset()) == (kept, timedelta(0))
    assert offset_of(time) == kept
    row = Row("e1", found.text, fields_of(found))
    assert item_of(row) == found
    assert ("zone" in row.fields) == bool(kept)  # an episode of an older version has none


def test_a_zone_that_is_given_is_not_replaced() -> None:
    assert turn(time=NIGHT.astimezone(WEST), zone="Asia/Tokyo").zone == "Asia/Tokyo"
    assert turn(zone="UTC").zone == "UTC"


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        ("-07:00", "Ann comes tomorrow.", "Ann comes on 5 July 2026."),
        ("America/Los_Angeles", "Ann comes tomorrow.", "Ann comes on 5 July 2026."),
        ("UTC", "Ann comes tomorrow.", "Ann comes on 6 July 2026."),
        ("Asia/Tokyo", "Ann came yesterday.", "Ann came on 4 July 2026."),
        ("", "Ann comes tomorrow.", "Ann comes tomorrow."),
        ("", "Ann moved last year.", "Ann moved in 2025."),
        ("Mars/Base", "Ann comes tomorrow.", "Ann comes tomorrow."),
    ],
)
def test_relative_dates_count_from_the_speakers_day(zone: str, text: str, expected: str) -> None:
    assert dated(ENGLISH, text, NIGHT, zone) == expected


@pytest.mark.parametrize("hour", range(24))
def test_without_a_zone_no_hour_is_sure_of_its_day(hour: int) -> None:
    said = datetime(2026, 7, 8, hour, tzinfo=UTC)
    for text in ("Ann comes tomorrow.", "Ann calls today.", "Ann left yesterday."):
        assert dated(ENGLISH, text, said, "") == text


def test_without_a_zone_a_year_is_sure_but_at_its_edges() -> None:
    for day, hour, expected in (
        (30, 9, "The lease ends in 2026."),
        (31, 9, "The lease ends in 2026."),
        (31, 11, "The lease ends this year."),
    ):
        said = datetime(2026, 12, day, hour, tzinfo=UTC)
        assert dated(ENGLISH, "The lease ends this year.", said, "") == expected
    begun = datetime(2027, 1, 1, 11, tzinfo=UTC)
    assert dated(ENGLISH, "The lease ends this year.", begun, "") == "The lease ends this year."


def test_the_ends_of_the_calendar_are_no_error() -> None:
    for said in (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)):
        for zone in ("", "+14:00", "-12:00"):
            assert dated(ENGLISH, "Ann ran today.", said, zone) == "Ann ran today."


def test_prompts_show_the_speakers_clock() -> None:
    def shown(episode: Episode) -> str:
        return consolidate_request([episode], (), [], 100).user

    assert "Saturday 4 July 2026, 20:00\n" in shown(turn(zone="-07:00"))
    assert "Sunday 5 July 2026, 03:00 UTC\n" in shown(turn())


def test_a_zone_of_the_namespace_serves_episodes_without_one(tmp_path: Path) -> None:
    with DreamStore.open(tmp_path, embedder=HashEmbedder(), zone="Europe/Vienna") as store:
        ada = store.namespace("ada", zone="America/Los_Angeles")
        ada.record([turn(), turn(id="e2", text="The painter comes today.", zone="+09:00")])
        assert [e.zone for e in ada.vault.get(["e1", "e2"]).values()] == [
            *("America/Los_Angeles", "+09:00")
        ]
        assert "] 2026-07-04, was planned for 5 July 2026" in fence_recall(ada.recall("roofer"))
        assert store.namespace("bob").vault.zone == "Europe/Vienna"
        template = store.namespace("{user}", zone="Asia/Tokyo")
        assert template.resolve({"configurable": {"user": "eve"}}).vault.zone == "Asia/Tokyo"
    with DreamStore.open(tmp_path, embedder=HashEmbedder()) as store:
        ada = store.namespace("ada")
        assert ada.vault.zone == "America/Los_Angeles"
        assert store.namespace("ada", zone="+02:00").vault.zone == "+02:00"
        assert ada.vault.get(["e1"])["e1"].model_dump()["zone"] == "+02:00"


def test_other_clients_follow_and_old_registrations_have_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state, "CHECK_EVERY", 0.0)
    client = open_memory()
    one, other = (Backend.attach(client).vault(("days",), HashEmbedder()) for _ in range(2))
    one.add_episodes([turn()])
    assert other.count()["episodes"] == 1
    assert other.zone == ""
    Backend.attach(client).vault(("days",), HashEmbedder(), zone="Asia/Tokyo")
    assert other.count()["episodes"] == 1
    assert other.zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "America", "../etc", "+25:00", "x\0", 7, "\ud800"]
)
def test_an_unknown_zone_is_refused(zone: object) -> None:
    with pytest.raises(InvalidInputError, match=r"no known time zone.*Europe/Vienna"):
        DreamStore.in_memory(zone=zone)  # type: ignore[arg-type]
    with DreamStore.in_memory(embedder=HashEmbedder()) as store:
        with pytest.raises(InvalidInputError, match="no known time zone"):
            store.namespace("ada", zone=zone)  # type: ignore[arg-type]
        if zone:
            with pytest.raises(InvalidInputError, match="zone"):
                store.namespace("ada").record([turn().model_copy(update={"zone": zone})])


def test_a_zone_of_another_machine_is_read() -> None:
    row = Row("e1", "x", {**fields_of(turn()), "zone": "Mars/Base"})
    assert json.loads(item_of(row).model_dump_json())["zone"] == "Mars/Base"


def test_a_log_tells_its_zone() -> None:
    assert parse_zone("1:56 pm on 8 May, 2023") == "+00:00"  # a person's clock: the day is known
    assert parse_zone("2023-05-08T13:56:00+09:00") == "+09:00"
    assert [parse_zone(v) for v in ("2023-05-08T13:56:00", 1683554160, None, "soon")] == [""] * 4
