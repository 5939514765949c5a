"""The `.charx` archive: `card.json` at its root, pictures and sounds beside it.

Also RisuAI's, with singular folders, files of its own and a picture in front. Only the card
and the portrait are read; nothing is unpacked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from personas.cards import coercion, limits
from personas.cards.archive import CardArchive, write_archive
from personas.cards.bounded_json import parse_json
from personas.cards.card_source import CardSource, Picture
from personas.cards.coercion import JsonObject
from personas.cards.errors import CardError
from personas.cards.json_cards import read_object
from personas.cards.receipt import ReceiptRows

CARD = "card.json"
_SCHEMES = ("embeded://", "embedded://", "__asset:", "asset:")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_ICON_PATH = "assets/icon/images/main.png"
_ICON = {"type": "icon", "uri": f"embeded://{_ICON_PATH}", "name": "main", "ext": "png"}


def read_charx(archive: CardArchive, card: str, file: str, rows: ReceiptRows) -> CardSource:
    """Return the card of an archive and the picture that it names as its icon."""
    parsed = parse_json(archive.read(card, limits.JSON_BYTES), file, card)
    source = read_object(coercion.mapping(parsed), "CHARX", file, rows)
    data = dict(source.data or {})
    assets = coercion.objects(data.get("assets"))
    icon = _icon(archive, assets)
    pictures: tuple[Picture, ...] = ()
    if icon is not None:
        try:
            pictures = (Picture(archive.read(icon, limits.FILE_BYTES), icon),)
        except CardError as error:
            rows.left("Picture", icon, f"{error.problem} {error.remedy}")
    _note_others(archive, {card, icon}, rows)
    if data.get("assets") == [_ICON]:
        # What every archive of ours says; the portrait stands for it.
        del data["assets"]
    return CardSource(
        source.file_format,
        data if source.data is not None else None,
        source.outer,
        pictures,
        source.books,
    )


def write_charx(card: JsonObject, portrait: bytes | None) -> bytes:
    """Return the archive of a V3 card and its portrait."""
    card = dict(card)
    data = dict(coercion.mapping(card.get("data")))
    assets = [
        asset
        for asset in coercion.objects(data.get("assets"))
        # Files that came inside another archive are not in this one.
        if not coercion.text(asset.get("uri")).startswith(_SCHEMES)
    ]
    if portrait is not None:
        assets = [asset for asset in assets if not _is_main(asset)]
        assets.insert(0, dict(_ICON))
    if assets:
        data["assets"] = assets
    else:
        data.pop("assets", None)
    card["data"] = data
    members = {CARD: json.dumps(card, ensure_ascii=False, indent=2).encode()}
    if portrait is not None:
        members[_ICON_PATH] = portrait
    return write_archive(members)


def _icon(archive: CardArchive, assets: Sequence[JsonObject]) -> str | None:
    """Return the member that is the main icon, or else the first that looks like one."""
    icons = sorted(
        (asset for asset in assets if asset.get("type") == "icon"),
        key=lambda asset: asset.get("name") != "main",
    )
    for asset in icons:
        address = coercion.text(asset.get("uri"))
        for scheme in _SCHEMES:
            address = address.removeprefix(scheme)
        found = archive.find(address.lstrip("/"))
        if found is not None:
            return found
    pictures = [name for name in archive.names if name.casefold().endswith(_PICTURES)]
    likely = [name for name in pictures if "/icon/" in name.casefold() or "/" not in name]
    return next(iter(likely or pictures), None)


def _is_main(asset: JsonObject) -> bool:
    return asset.get("type") == "icon" and asset.get("name") == "main"


def _note_others(archive: CardArchive, read: set[str | None], rows: ReceiptRows) -> None:
    others = [name for name in archive.names if name not in read]
    if others:
        shown = ", ".join(others[:5])
        rows.left(
            "Other files of the archive",
            shown[:200],
            f"{len(others)} files have no use here and do not leave with an export; "
            "keep the original for them.",
        )
