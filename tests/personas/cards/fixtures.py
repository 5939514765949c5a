"""Cards as real programs write them, made by hand: one for each producer in formats.md 3.4."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(form: str = "PNG", size: tuple[int, int] = (24, 32), mode: str = "RGB") -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, 120).save(stream, form)
    return stream.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def text_chunk(keyword: str, content: bytes, kind: bytes = b"tEXt") -> bytes:
    head = keyword.encode("latin-1") + b"\x00"
    if kind == b"zTXt":
        return chunk(kind, head + b"\x00" + zlib.compress(content))
    if kind == b"iTXt":
        return chunk(kind, head + b"\x00\x00en\x00\x00" + content)
    return chunk(kind, head + content)


def png_with(*chunks: bytes, at_front: bool = False, base: bytes | None = None) -> bytes:
    plain = base or picture()
    cut = 33 if at_front else plain.rindex(b"IEND") - 4
    return plain[:cut] + b"".join(chunks) + plain[cut:]


def encoded(value: Any) -> bytes:
    return base64.b64encode(json.dumps(value, ensure_ascii=False).encode())


def zipped(members: dict[str, bytes], *, before: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return before + stream.getvalue()


def exif_block(comment: bytes, order: str = "<") -> bytes:
    """An EXIF block whose only tag is the user comment."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    value = b"ASCII\x00\x00\x00" + comment
    first = struct.pack(f"{order}H", 1) + struct.pack(f"{order}HHII", 0x8769, 4, 1, 26)
    second = struct.pack(f"{order}H", 1) + struct.pack(f"{order}HHII", 0x9286, 7, len(value), 44)
    end = struct.pack(f"{order}I", 0)
    return mark + struct.pack(f"{order}I", 8) + first + end + second + end + value


def webp_with(comment: bytes) -> bytes:
    plain = picture("WEBP")
    block = exif_block(comment)
    extra = b"EXIF" + struct.pack("<I", len(block)) + block + b"\x00" * (len(block) % 2)
    return b"RIFF" + struct.pack("<I", len(plain) - 8 + len(extra)) + plain[8:] + extra


def jpeg_with(comment: bytes) -> bytes:
    plain = picture("JPEG")
    block = b"Exif\x00\x00" + exif_block(comment, ">")
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + plain[2:]


V1: dict[str, Any] = {
    "name": "Morag",
    "description": "{{char}} mends nets in Portree.",
    "personality": "dry, exact",
    "scenario": "A quay in the rain; {{user}} has missed the ferry.",
    "first_mes": "*She does not look up.* You'll be wet, then.",
    "mes_example": "<START>\n{{user}}: Cold?\n{{char}}: No.\nNot yet.\n<START>\n{{char}}: Sit.",
}
V2_DATA: dict[str, Any] = {
    **V1,
    "creator_notes": "Best on a small model.",
    "system_prompt": "Play {{char}}. {{original}}",
    "post_history_instructions": "Keep it short.",
    "alternate_greetings": ["Back again?", "The kettle's on."],
    "character_book": {
        "name": "Portree",
        "description": "",
        "scan_depth": 3,
        "token_budget": 400,
        "recursive_scanning": False,
        "extensions": {},
        "entries": [
            {
                "keys": ["ferry", "boat"],
                "content": "The last ferry leaves at six.",
                "extensions": {},
                "enabled": True,
                "insertion_order": 10,
                "case_sensitive": False,
                "name": "Ferry",
                "priority": 5,
                "id": 1,
                "comment": "times",
                "selective": True,
                "secondary_keys": ["time"],
                "constant": False,
                "position": "after_char",
            }
        ],
    },
    "tags": ["Scotland", "slice of life"],
    "creator": "somebody",
    "character_version": "1.2",
    "extensions": {"chub": {"id": 7, "nested": [None, True, 1.5]}},
}
V2: dict[str, Any] = {"spec": "chara_card_v2", "spec_version": "2.0", "data": V2_DATA}
V3_DATA: dict[str, Any] = {
    **V2_DATA,
    "nickname": "Mo",
    "creator_notes_multilingual": {"en": "Best small.", "gd": "Beag."},
    "source": ["https://example.org/morag"],
    "group_only_greetings": ["Aye, all of you."],
    "creation_date": 1700000000,
    "modification_date": 1700000001,
    "assets": [{"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}],
    "character_book": {
        "extensions": {"x": 1},
        "entries": [
            {
                "keys": ["/ferr(y|ies)/i"],
                "content": "@@depth 2\n@@@instruct_depth 3\n@@unknown x\nThe ferry is late.",
                "extensions": {},
                "enabled": True,
                "insertion_order": 1.5,
                "use_regex": True,
                "constant": False,
                "id": "a-b",
            }
        ],
    },
}
V3: dict[str, Any] = {"spec": "chara_card_v3", "spec_version": "3.0", "data": V3_DATA}

SILLY_ENTRY_EXTENSIONS: dict[str, Any] = {
    "position": 4,
    "exclude_recursion": True,
    "display_index": 0,
    "probability": 40,
    "useProbability": True,
    "depth": 2,
    "selectiveLogic": 3,
    "group": "weather",
    "group_override": False,
    "group_weight": 50,
    "prevent_recursion": False,
    "delay_until_recursion": False,
    "scan_depth": None,
    "match_whole_words": None,
    "use_group_scoring": False,
    "case_sensitive": True,
    "automation_id": "",
    "role": 1,
    "vectorized": False,
    "sticky": 2,
    "cooldown": None,
    "delay": 0,
}
SILLY: dict[str, Any] = {
    **V1,
    "creatorcomment": "Best on a small model.",
    "avatar": "none",
    "chat": "Morag - 2024-6-5 @14h 56m 50s 682ms",
    "talkativeness": "0.5",
    "fav": False,
    "tags": ["Scotland", "slice of life"],
    "create_date": "2024-6-5 @14h 56m 50s 682ms",
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {
        **V2_DATA,
        "extensions": {
            "talkativeness": "0.5",
            "fav": False,
            "world": "Portree",
            "depth_prompt": {"prompt": "She is tired today.", "depth": 4, "role": "system"},
        },
        "character_book": {
            "name": "Portree",
            "extensions": {},
            "entries": [
                {
                    "id": 0,
                    "keys": ["rain"],
                    "secondary_keys": ["night"],
                    "comment": "rain",
                    "content": "It rains for weeks.",
                    "constant": False,
                    "selective": True,
                    "insertion_order": 100,
                    "enabled": True,
                    "position": "after_char",
                    "use_regex": True,
                    "extensions": SILLY_ENTRY_EXTENSIONS,
                }
            ],
        },
    },
}
SILLY_WORLD: dict[str, Any] = {
    "entries": {
        "0": {
            "uid": 0,
            "key": ["rain", "/storm(s)?/i"],
            "keysecondary": ["night"],
            "comment": "Rain",
            "content": "It rains for weeks.",
            "constant": False,
            "vectorized": False,
            "selective": True,
            "selectiveLogic": 2,
            "addMemo": True,
            "order": 90,
            "position": 1,
            "disable": False,
            "excludeRecursion": True,
            "preventRecursion": False,
            "delayUntilRecursion": 2,
            "probability": 70,
            "useProbability": True,
            "depth": 4,
            "group": "weather",
            "groupOverride": True,
            "groupWeight": 100,
            "scanDepth": 5,
            "caseSensitive": None,
            "matchWholeWords": True,
            "useGroupScoring": None,
            "automationId": "",
            "role": None,
            "sticky": 3,
            "cooldown": 1,
            "delay": 2,
            "displayIndex": 0,
        },
        "1": {"uid": 1, "key": ["wind"], "content": "Force nine.", "disable": True},
    }
}
RISU_DATA: dict[str, Any] = {
    **V3_DATA,
    "extensions": {
        "risuai": {
            "customScripts": [{"comment": "x", "in": "a", "out": "b", "type": "editoutput"}],
            "triggerscript": [],
            "additionalAssets": [["smile", "__asset:1", "png"]],
        },
        "depth_prompt": {"depth": 0, "prompt": ""},
    },
    "source": ["risurealm:1234"],
}
RISU: dict[str, Any] = {"spec": "chara_card_v3", "spec_version": "3.0", "data": RISU_DATA}
RISU_BOOK: dict[str, Any] = {
    "type": "risu",
    "ver": 1,
    "data": [
        {
            "key": "rain, storm",
            "secondkey": "",
            "insertorder": 100,
            "comment": "Rain",
            "content": "It rains.",
            "mode": "normal",
            "alwaysActive": False,
            "selective": False,
        }
    ],
}
PYGMALION: dict[str, Any] = {
    "char_name": "Morag",
    "char_persona": "Mends nets.",
    "char_greeting": "You'll be wet.",
    "example_dialogue": "<START>\nYou: Cold?\nMorag: No.",
    "world_scenario": "A quay.",
    "metadata": {"version": 1},
}
AGNAI: dict[str, Any] = {
    "kind": "character",
    "name": "Morag",
    "description": "A net mender.",
    "persona": {"kind": "boostyle", "attributes": {"species": ["human"], "mood": ["dry", "calm"]}},
    "greeting": "You'll be wet.",
    "scenario": "A quay.",
    "sampleChat": "{{user}}: Cold?\n{{char}}: No.",
    "tags": ["Scotland"],
    "systemPrompt": "Play {{char}}.",
    "alternateGreetings": ["Back again?"],
    "characterBook": {
        "kind": "memory",
        "name": "Portree",
        "entries": [
            {
                "name": "Ferry",
                "entry": "Leaves at six.",
                "keywords": ["ferry"],
                "priority": 3,
                "weight": 2,
                "enabled": True,
            }
        ],
    },
    "appearance": "oilskins",
    "voice": {"service": "webspeech"},
}
BACKYARD: dict[str, Any] = {
    "character": {
        "id": "c1",
        "aiDisplayName": "Morag of Portree",
        "aiName": "Morag",
        "aiPersona": "{character} mends nets for {user}.",
        "basePrompt": "Play {character}.",
        "customDialogue": "#{user}: Cold?\n#{character}: No.",
        "scenario": "A quay.",
        "firstMessage": "You'll be wet, {user}.",
        "loreItems": [{"id": "1", "order": "a", "key": "ferry, boat", "value": "Six, {user}."}],
        "temperature": 0.8,
        "topK": 30,
        "Chat": [{"ChatItems": []}],
    },
    "version": 4,
}
TEXTGEN = b"""name: Morag
greeting: |-
  You'll be wet,
  then.
context: "{{char}}'s Persona: mends nets: dry.\\nOften."
"""
HAMMER = """--- // Introduction

A net mender of Portree.

--- // Personality

Traits: dry, exact.

--- // Scenario

A quay.

--- // Example dialogs

#{{user}}: Cold?
#{{char}}: No.

#{{user}}: Wet?
#{{char}}: Aye.

--- // First message

You'll be wet.

--- // System Prompt

You are {{char}}.

--- // Lorebook

ferry, boat | The ferry leaves at six.
no bar here

--- // Abilities

Knots.
"""


def charx(data: dict[str, Any] | None = None, *, icon: str = "icon/images/main.png") -> bytes:
    path = f"assets/{icon}"
    asset = {"type": "icon", "uri": f"embeded://{path}", "name": "main", "ext": "png"}
    card = {**V3, "data": {**(data or V3_DATA), "assets": [asset]}}
    return zipped({"card.json": json.dumps(card).encode(), path: picture(size=(10, 12))})


def risu_charx() -> bytes:
    """Off-spec: a singular folder, private files, and a JPEG in front."""
    asset = {"type": "icon", "uri": "embeded://assets/icon/image/1.png", "name": "main"}
    card = {**RISU, "data": {**RISU_DATA, "assets": [asset]}}
    members = {
        "card.json": json.dumps(card).encode(),
        "module.risum": b"\x01\x02",
        "x_meta/1.json": b"{}",
        "assets/icon/image/1.png": picture(size=(10, 12)),
    }
    return zipped(members, before=picture("JPEG"))


BYAF_MESSAGES: list[dict[str, Any]] = [
    {"type": "human", "createdAt": "2025-02-03T05:00:00.000Z", "text": "Hello, {character}."},
    {
        "type": "ai",
        "outputs": [
            {
                "createdAt": "2025-02-03T05:00:10.000Z",
                "activeTimestamp": "2025-02-03T05:00:10.000Z",
                "text": "No.",
            },
            {
                "createdAt": "2025-02-03T05:00:40.000Z",
                "activeTimestamp": "2025-02-03T05:02:00.000Z",
                "text": "Sit, {user}.",
            },
            {
                "createdAt": "2025-02-03T05:00:50.000Z",
                "activeTimestamp": "2025-02-03T05:01:00.000Z",
                "text": "Aye.",
            },
        ],
    },
    {"type": "human", "createdAt": "2025-02-03T05:03:00.000Z", "text": "Is it late?"},
]


def byaf(messages: Any = BYAF_MESSAGES, *, title: str = "Quay") -> bytes:
    scenario: dict[str, Any] = {
        "schemaVersion": 1,
        "title": title,
        "model": "small",
        "formattingInstructions": "Play {character}.",
        "narrative": "{user} is on a quay.",
        "promptTemplate": "ChatML",
        "minP": 0.2,
        "temperature": 0.9,
        "exampleMessages": [
            {"characterID": "c1", "text": "#{user}: Cold?\n#{character}: No."},
        ],
        "canDeleteExampleMessages": True,
        "firstMessages": [{"characterID": "c1", "text": "You'll be wet, {user}."}],
        "messages": messages,
    }
    second = {
        **scenario,
        "messages": [],
        "firstMessages": [{"characterID": "c1", "text": "Back again?"}],
    }
    members: dict[str, Any] = {
        "manifest.json": {
            "schemaVersion": 1,
            "createdAt": "2025-02-03T04:05:06.000Z",
            "author": {"name": "somebody", "backyardURL": "https://example.org/s"},
            "characters": ["characters/c1/character.json"],
            "scenarios": ["scenarios/a.json", "scenarios/b.json"],
        },
        "characters/c1/character.json": {
            "schemaVersion": 1,
            "id": "c1",
            "name": "Morag",
            "displayName": "Morag of Portree",
            "isNSFW": False,
            "persona": "{character} mends nets.",
            "createdAt": "2025-02-03T04:05:06.000Z",
            "updatedAt": "2025-02-04T04:05:06.000Z",
            "loreItems": [{"key": "ferry, boat", "value": "Six, {user}."}],
            "images": [{"path": "images/a.png", "label": "Portrait"}],
        },
        "scenarios/a.json": scenario,
        "scenarios/b.json": second,
    }
    files = {name: json.dumps(content).encode() for name, content in members.items()}
    return zipped({**files, "characters/c1/images/a.png": picture(size=(10, 12))})


def card_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


BOOKS = {"SillyTavern world", "RisuAI lorebook", "lorebook V3"}
"""The producers' files that hold no character."""
PRODUCERS: dict[str, Callable[[], bytes]] = {
    "V1 JSON": lambda: card_json(V1),
    "V2 JSON": lambda: card_json(V2),
    "V3 JSON": lambda: card_json(V3),
    "V1 PNG, keyword with a capital": lambda: png_with(text_chunk("Chara", encoded(V1))),
    "SillyTavern PNG, both chunks": lambda: png_with(
        text_chunk("chara", encoded(SILLY)),
        text_chunk("ccv3", encoded({**SILLY, "spec": "chara_card_v3", "spec_version": "3.0"})),
    ),
    "SillyTavern JSON": lambda: card_json(SILLY),
    "SillyTavern world": lambda: card_json(SILLY_WORLD),
    "RisuAI PNG, ccv3 alone": lambda: png_with(
        text_chunk("chara-ext-asset_:1", b"x" * 50), text_chunk("ccv3", encoded(RISU))
    ),
    "RisuAI charx behind a JPEG": risu_charx,
    "RisuAI lorebook": lambda: card_json(RISU_BOOK),
    "charx": charx,
    "charx behind a program": lambda: b"MZ" + b"\x90" * 300 + charx(),
    "Kobold Lite WEBP": lambda: webp_with(card_json(V1)),
    "WEBP renamed": lambda: webp_with(encoded(V2)),
    "JPEG with EXIF": lambda: jpeg_with(encoded(V2)),
    "TextGen YAML": lambda: TEXTGEN,
    "Pygmalion JSON": lambda: card_json(PYGMALION),
    "Agnai JSON": lambda: card_json(AGNAI),
    "HammerAI": HAMMER.encode,
    "Backyard PNG": lambda: png_with(chunk(b"eXIf", exif_block(encoded(BACKYARD))), at_front=True),
    "BYAF": byaf,
    "lorebook V3": lambda: card_json({"spec": "lorebook_v3", "data": V3_DATA["character_book"]}),
    "zTXt PNG": lambda: png_with(text_chunk("chara", encoded(V2), b"zTXt")),
    "iTXt PNG": lambda: png_with(text_chunk("ccv3", encoded(V3), b"iTXt")),
    "APNG": lambda: png_with(
        chunk(b"acTL", struct.pack(">II", 2, 0)), text_chunk("chara", encoded(V2)), at_front=True
    ),
    "JSON in UTF-16": lambda: json.dumps(V2).encode("utf-16"),
}
