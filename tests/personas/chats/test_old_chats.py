"""Old chats of every program that is known are read as what was said, and nothing crashes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.cards.receipt import RowKind
from personas.chats import Chat, ChatFile, ChatFileError, limits, read_chats
from personas.chats.times import moment_of
from tests.personas.cards import fixtures

HEADER = {
    "user_name": "Ana",
    "character_name": "Isla",
    "create_date": "2024-6-5",
    "chat_metadata": {},
}
SAID = {
    "name": "Ana",
    "is_user": True,
    "is_system": False,
    "send_date": "June 19, 2023 2:20pm",
    "mes": "My sister lives in Lyon.",
}
REPLIED = {
    "name": "Isla",
    "is_user": False,
    "is_system": False,
    "send_date": "2023-06-19T12:21:00.000Z",
    "mes": "Does she?",
    "swipe_id": 1,
    "swipes": ["Oh.", "Does she?", ""],
}


def jsonl(*rows: object, end: str = "\n") -> bytes:
    return end.join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def read(value: object, name: str = "old.json") -> ChatFile:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_chats(data, file_name=name)


def only(value: object, name: str = "old.json") -> Chat:
    [chat] = read(value, name).chats
    return chat


def told(chat: Chat) -> list[tuple[bool | None, str]]:
    return [(line.by_user, line.text) for line in chat.lines]


BOTH = [(True, "My sister lives in Lyon."), (False, "Does she?")]


def test_sillytavern_brings_names_times_and_every_swipe():
    chat = only(jsonl(HEADER, SAID, REPLIED), "chats/Isla - 2023.jsonl")
    assert (chat.title, told(chat)) == ("Isla - 2023", BOTH)
    assert [line.speaker for line in chat.lines] == ["Ana", "Isla"]
    reply = chat.lines[1]
    assert (reply.takes, reply.chosen) == (("Oh.", "Does she?"), 1)
    assert reply.said_at == datetime(2023, 6, 19, 12, 21, tzinfo=UTC)
    assert chat.lines[0].said_at == datetime(2023, 6, 19, 14, 20).astimezone(UTC)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + jsonl(HEADER, SAID, REPLIED, end="\r\n"),
        jsonl(HEADER, SAID, REPLIED, end="\n\n \n"),
        jsonl(SAID, REPLIED),
        jsonl(HEADER, SAID, REPLIED).decode().encode("utf-16"),
        json.dumps([HEADER, SAID, REPLIED], indent=2).encode(),
        jsonl(HEADER, SAID, {**REPLIED, "mes": {"message": "Does she?"}}),
    ],
    ids=["mark and CRLF", "blank lines", "no header", "UTF-16", "one array", "Chub"],
)
def test_sillytavern_is_read_however_it_was_written(data: bytes):
    assert told(only(data)) == BOTH


def test_a_last_line_that_breaks_off_in_a_letter_costs_itself_only():
    data = jsonl(HEADER, SAID, {**REPLIED, "mes": "Ça va? Très bien."})
    cut = data[: data.rindex("è".encode()) + 1]
    found = read(cut)
    assert told(found.chats[0]) == BOTH[:1]
    [row] = found.receipt.of_kind(RowKind.LEFT)
    assert row.what == "The last line"


def test_what_was_hidden_from_the_model_and_broken_lines_are_counted_and_left():
    hidden = {**SAID, "is_system": True, "mes": "secret"}
    data = jsonl(HEADER, SAID, hidden, {**SAID, "mes": " "}) + b"\n{broken\n" + jsonl(REPLIED)
    found = read(data)
    assert told(found.chats[0]) == BOTH
    left = {row.what: row.why for row in found.receipt.of_kind(RowKind.LEFT)}
    assert set(left) == {"Hidden messages", "Empty messages", "Broken lines"}
    assert all(why.startswith("1 of them") for why in left.values())


def test_where_the_message_and_its_swipes_disagree_the_message_is_right():
    reply = only(jsonl(SAID, {**REPLIED, "mes": "Edited."})).lines[1]
    assert (reply.takes, reply.text) == (("Oh.", "Does she?", "Edited."), "Edited.")


S, R = (text for _, text in BOTH)
TRANSCRIPT = f"# Quay\n\n*Isla and Ana, from 19 June 2023*\n\n**Ana:** {S}\n\n**Isla:** {R}\n"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"data": [[S, R]], "data_visible": [[S, R]]}, "TextGen"),
        ({"internal": [["<|BEGIN-VISIBLE-CHAT|>", ""], [S, R]], "visible": [["", ""]]}, "TextGen"),
        (
            {
                "name": "Quay",
                "messages": [
                    {"handle": "Ana", "userId": "u", "msg": S},
                    {"handle": "Isla", "characterId": "c", "msg": R},
                ],
            },
            "Agnai",
        ),
        (
            {
                "histories": {
                    "histories": [
                        {
                            "msgs": [
                                {"src": {"is_human": True}, "text": S},
                                {"src": {"is_human": False}, "text": R},
                            ]
                        }
                    ]
                }
            },
            "CAI Tools",
        ),
        (
            {
                "type": "risuChat",
                "ver": 2,
                "data": {
                    "message": [
                        {"role": "user", "data": S, "time": 1687177200000},
                        {"role": "char", "data": R},
                    ]
                },
            },
            "RisuAI",
        ),
        (
            {
                "gamestarted": True,
                "prompt": "",
                "actions": ["{{[INPUT]}}" + S, "{{[OUTPUT]}}" + R],
                "savedsettings": {},
            },
            "KoboldAI",
        ),
        (
            {
                "prompt": "",
                "actions": [f"\nAna: {S}", f"\nIsla: {R}"],
                "savedsettings": {"chatname": "Ana", "chatopponent": "Isla||$||Rook"},
            },
            "KoboldAI",
        ),
        (
            {
                "messages": [
                    {"role": "system", "content": "Be Isla."},
                    {"role": "user", "content": [{"type": "text", "text": {"value": S}}]},
                    {"role": "assistant", "content": R},
                ]
            },
            "roles",
        ),
        (
            {
                "messages": [
                    {"versions": [{"role": "user", "content": [{"text": S}]}]},
                    {
                        "currentlySelected": 1,
                        "versions": [
                            {"role": "assistant", "content": [{"text": "No."}]},
                            {"role": "assistant", "steps": [{"content": [{"text": R}]}]},
                        ],
                    },
                ]
            },
            "roles",
        ),
        (
            {
                "title": "Quay",
                "path": [
                    {"author": "user", "speaker": "Ana", "text": S, "created_at": "2023-06-19"},
                    {"author": "character", "speaker": "Isla", "text": R},
                ],
            },
            "Dramatis",
        ),
        (jsonl({"role": "user", "content": S}, {"role": "assistant", "content": R}), "roles"),
        (TRANSCRIPT.encode(), "Dramatis"),
    ],
)
def test_other_programs_say_the_same(value: object, named: str):
    found = read(value)
    assert named in found.receipt.file_format
    assert told(found.chats[0]) == BOTH


def test_a_backyard_archive_brings_its_conversation():
    chat = only(fixtures.byaf(), "morag.byaf")
    assert chat.title == "Quay"
    assert chat.has_macros
    assert told(chat)[1] == (True, "Hello, {{char}}.")


def test_all_chats_of_one_file_come_over_each_with_a_title():
    chats = [{"name": name, "message": [{"role": "user", "data": S}]} for name in ("Quay", "")]
    found = read({"type": "risuAllChats", "ver": 2, "data": chats}, "isla.json")
    assert [chat.title for chat in found.chats] == ["Quay", "isla 2"]


def test_a_transcript_keeps_paragraphs_and_names_that_hold_an_and():
    text = TRANSCRIPT.replace(R, "Does she?\n\nYes: *she* does.").replace("Isla", "Salt and Fog")
    lines = only(text.encode()).lines
    assert [line.speaker for line in lines] == ["Ana", "Salt and Fog"]
    assert lines[1].text == "Does she?\n\nYes: *she* does."
    assert all(line.said_at is not None for line in lines)


def test_a_transcript_in_which_somebody_else_may_speak_is_refused_with_a_way_out():
    text = TRANSCRIPT.replace(R, "Does she?\n\n**Rook:** I live in Rome.")
    with pytest.raises(ChatFileError, match=r"Rook.*JSONL"):
        read(text.encode())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"", "none of the kinds"),
        (b"\x00\x01\x02", "none of the kinds"),
        (b"Once upon a time there was a chat.", "none of the kinds"),
        (b'{"name": "x", "mes', "not valid JSON"),
        (b"[" * 100_000, "nested"),
        (b'{"a": [' + b"0," * 400_000 + b"0]}", "than any chat needs|more than"),
        ({"members": ["a.png"], "chats": ["1"]}, "list of a group's members"),
        ({"spec": "chara_card_v2", "data": {}}, "a character and no chat"),
        ({"anything": 1}, "no chat"),
        (jsonl(HEADER), "Nobody says a word"),
        (jsonl({"a": 1}, {"b": 2}), "no messages"),
    ],
)
def test_what_is_no_chat_gets_a_sentence_with_file_and_remedy(value: object, words: str):
    with pytest.raises(ChatFileError, match=words) as caught:
        read(value, "folder/evil.jsonl")
    assert str(caught.value).startswith("evil.jsonl")
    assert "card" not in caught.value.problem
    assert caught.value.remedy.endswith(".")


def test_numbers_without_measure_do_no_harm():
    reply = {**REPLIED, "swipe_id": 10**400, "send_date": 10**400, "is_user": 10**400}
    assert only(jsonl(SAID, reply)).lines[1].said_at is None


def test_a_file_with_more_than_there_is_room_for_brings_what_fits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "LINES", 3)
    found = read(jsonl(*[{**SAID, "mes": f"{number}"} for number in range(5)]))
    assert len(found.chats[0].lines) == 3
    assert [row.what for row in found.receipt.of_kind(RowKind.LEFT)] == ["The rest"]


def test_a_story_in_which_too_many_may_speak_is_refused_with_a_way_out():
    crowd = "||$||".join(f"N{number}" for number in range(limits.SPEAKERS + 1))
    value = {
        "prompt": "",
        "actions": [f"\nAna: {S}", f"\nN1: {R}"],
        "savedsettings": {"chatname": "Ana", "chatopponent": crowd},
    }
    with pytest.raises(ChatFileError, match="at most 100"):
        read(value)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2024-07-12@01h31m37s123ms", datetime(2024, 7, 12, 1, 31, 37, 123000)),  # noqa: DTZ001
        ("2024-6-5 @14h 56m 50s 682ms", datetime(2024, 6, 5, 14, 56, 50, 682000)),  # noqa: DTZ001
        ("December 1, 2023 12:05am", datetime(2023, 12, 1, 0, 5)),  # noqa: DTZ001
        ("Dec 20, 2024 14:30", datetime(2024, 12, 20, 14, 30)),  # noqa: DTZ001
        ("1 March 2024", datetime(2024, 3, 1)),  # noqa: DTZ001
        (1687177200000, datetime(2023, 6, 19, 12, 20, tzinfo=UTC)),
        ("1687177200", datetime(2023, 6, 19, 12, 20, tzinfo=UTC)),
        ("2023-06-19T14:20:00+02:00", datetime(2023, 6, 19, 12, 20, tzinfo=UTC)),
        ("2023-06-19T12:20:00", datetime(2023, 6, 19, 12, 20, tzinfo=UTC)),
    ],
)
def test_moments_are_read_in_every_form(said: object, moment: datetime):
    found = moment_of(said)
    assert found is not None
    assert found == moment.astimezone(UTC)
    assert found.utcoffset() is not None


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "soon",
        -5,
        1e300,
        "31 Foo 2024",
        "June 40, 2023 2:20pm",
        "June 4, 2023 14:20pm",
        {"a": 1},
        "9" * 30,
        [1],
    ],
)
def test_what_is_no_moment_is_none(said: object):
    assert moment_of(said) is None


def read_or_refused(data: bytes) -> list[Chat]:
    """Read a file; one that is refused is so with a sentence that names it and a remedy."""
    try:
        return list(read(data, "evil").chats)
    except ChatFileError as error:
        refusal = error
    assert str(refusal).startswith("evil")
    assert refusal.remedy.endswith((".", "?"))
    return []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes):
    for head in (b"", b"{", b'{"mes":"a"}\n'):
        assert all(chat.lines for chat in read_or_refused(head + data))


KEYS = (
    *("mes", "name", "is_user", "swipes", "swipe_id", "messages", "msg", "role", "content"),
    *("versions", "internal", "metadata", "histories", "msgs", "src", "type", "data", "message"),
    *("path", "author", "actions", "prompt", "savedsettings", "send_date", "extra"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None)
@given(st.lists(JSON, min_size=1, max_size=4))
def test_any_json_is_read_or_refused_with_a_sentence(values: list[object]):
    for data in (json.dumps(values[0]).encode(), jsonl(*values)):
        for chat in read_or_refused(data):
            assert all(line.text and 0 <= line.chosen < len(line.takes) for line in chat.lines)


FAULTS = (b"", b"\x00", b"\xff", b"{", b"}", b"\n", b'"', b"[[[", b"null")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_chat_with_faults_in_its_bytes_keeps_what_is_whole(data: st.DataObject):
    whole = jsonl(HEADER, SAID, REPLIED, SAID, REPLIED)
    place = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 40))
    fault = data.draw(st.sampled_from(FAULTS))
    chats = read_or_refused(whole[:place] + fault + whole[place + cut :])
    is_in_the_head = place <= len(jsonl(HEADER)) + len(fault)
    assert is_in_the_head or 2 <= len(chats[0].lines) <= 4


def test_of_too_many_takes_those_around_the_one_that_was_read_stay():
    swipes = [f"take {number}" for number in range(200)]
    line = only(jsonl({**REPLIED, "mes": "take 150", "swipes": swipes, "swipe_id": 150})).lines[0]
    assert (len(line.takes), line.text) == (50, "take 150")
    assert "take 149" in line.takes


def test_a_message_beyond_measure_is_left_and_said_so():
    found = read(jsonl(SAID, {**REPLIED, "mes": "x" * 1_000_001}))
    assert told(found.chats[0]) == BOTH[:1]
    assert [row.what for row in found.receipt.of_kind(RowKind.LEFT)] == [
        "Messages beyond all measure"
    ]


def test_an_archive_without_a_conversation_leads_to_where_characters_come_in():
    with pytest.raises(ChatFileError, match="no conversation") as caught:
        read(fixtures.byaf([]), "morag.byaf")
    assert "personas import" in caught.value.remedy


def test_a_file_beyond_measure_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("personas.cards.limits.FILE_BYTES", 10)
    with pytest.raises(ChatFileError, match="more than a chat may have"):
        read(jsonl(SAID))
