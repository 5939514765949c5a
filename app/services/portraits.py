"""Pictures for portraits: any image file in, a safe PNG out, cut to a part of it.

Nothing is kept here: `PersonaService.set_portrait` does that. Knows no store.
"""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from urllib.parse import urlsplit

from app.errors import UserError
from app.tasks import Lane
from app.whole_files import write_whole
from personas.cards.limits import FILE_BYTES
from personas.cards.portrait import reencode_portrait
from personas.cards.receipt import ReceiptRows
from personas.picture_crop import CropBox, crop_picture

_LONGEST_ADDRESS = 80


class PortraitService:
    """Makes portraits. Owned by the app context; call from any thread."""

    def __init__(self, pool: Lane) -> None:
        """Take the lane; nothing happens yet."""
        self._pool = pool

    def read(self, path: Path, crop: CropBox | None = None) -> Future[bytes]:
        """Return a picture file as PNG, cut if asked, no larger than a portrait needs to be.

        UserError for what is no picture, damaged, or too large to be opened safely.
        """
        return self._pool.submit(lambda: _cut(_safe(_content(path), path.name), crop))

    def crop(self, picture: bytes, crop: CropBox) -> Future[bytes]:
        """Return a part of a picture in memory as PNG; UserError as with `read`."""
        return self._pool.submit(lambda: _cut(_safe(picture, "The picture"), crop))

    def write(self, png: bytes, path: Path) -> Future[Path]:
        """Write a portrait to a file, replacing one of that name; MachineError if it cannot be."""

        def work() -> Path:
            write_whole(path, png, what="The portrait", safe="the character")
            return path

        return self._pool.submit(work)


def find_picture(address: str) -> Path:
    """Return the file that a path or a `file:` address names; UserError for any other address.

    Nothing is ever fetched from another machine.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        raise _elsewhere(address) from None
    # A single letter is a drive, not a scheme.
    if len(parts.scheme) < 2 or "/" not in address:
        return _at_home(Path(address)).absolute()
    if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
        from urllib.request import url2pathname

        return Path(url2pathname(parts.path))
    raise _elsewhere(address)


def _at_home(path: Path) -> Path:
    """Put a home folder in for its sign; where nobody has that home, it is a name like others."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _elsewhere(address: str) -> UserError:
    message = (
        f"{address[:_LONGEST_ADDRESS]} is not a file on this machine, and Dramatis fetches "
        "nothing. Save the picture first, then choose the file."
    )
    return UserError(message, code="picture")


def _content(path: Path) -> bytes:
    try:
        if not path.is_file() and path.exists():
            message = f"{path.name} is no file. Choose a picture."
            raise UserError(message, code="picture")
        with path.open("rb") as file:
            content = file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        # A path with a zero in it is a ValueError to Python.
        reason = getattr(error, "strerror", None) or str(error)
        message = f"{path.name} cannot be read ({reason}). Check the file and try again."
        raise UserError(message, code="picture") from error
    if len(content) > FILE_BYTES:
        message = (
            f"{path.name} is larger than {FILE_BYTES // 1024**2} MB. Choose a smaller picture."
        )
        raise UserError(message, code="picture")
    return content


def _safe(content: bytes, name: str) -> bytes:
    rows = ReceiptRows()
    png = reencode_portrait(content, rows, name)
    if png is None:
        why = rows.receipt(name, "").rows[0].why
        message = f"{name} cannot be a portrait. {why} Choose another picture."
        raise UserError(message, code="picture")
    return png


def _cut(png: bytes, crop: CropBox | None) -> bytes:
    return png if crop is None else crop_picture(png, crop)
