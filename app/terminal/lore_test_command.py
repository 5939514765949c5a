"""`lore test`: says what of a book comes up when something is said, and why.

The book may be a file of any kind that can be imported, a kept book, or a character with all
their books. Knows services only, through the context.
"""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path

from app.context import AppContext
from app.errors import UserError
from app.prompting.lore import LoreFiring
from app.terminal.finding import find_lorebook, find_persona
from app.terminal.grammar import Subcommands
from personas.cards import CardError, read_card
from personas.cards.limits import FILE_BYTES
from personas.lorebook import Lorebook
from personas.persona import Persona


def add_lore_test(actions: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words after `lore test`."""
    test = actions.add_parser("test", parents=[shared], help="what comes up, and why")
    test.add_argument("book", metavar="BOOK", help="a file, a kept book, or a character")
    test.add_argument(
        "--text",
        action="append",
        required=True,
        metavar="TEXT",
        help="what is said; given again, the next message",
    )
    test.add_argument("--seed", default="", metavar="WORD", help="another throw of the dice")


def lore_test(context: AppContext, arguments: argparse.Namespace) -> object:
    """Try a book out; tokens are reckoned, so that no model has to be loaded."""
    books, persona = _found(context, arguments.book)
    trial = context.lore.try_out(
        books, arguments.text, persona=persona, seed=arguments.seed
    ).result()
    return {
        "books": [book.name for book in books],
        "said": arguments.text,
        "tokens": trial.tokens,
        "tokens_are_reckoned": True,
        "budget": trial.budget,
        "block": trial.block,
        "entries": [_row(firing) for firing in trial.firings],
    }


def _row(firing: LoreFiring) -> dict[str, object]:
    return {
        "name": firing.entry.label,
        "id": firing.entry.id,
        "book": firing.book,
        "fired": firing.fired,
        "placed": firing.placed,
        "reason": firing.reason,
        "why_not": firing.why_not,
        "tokens": firing.tokens,
        "text": firing.text,
    }


def _found(context: AppContext, wanted: str) -> tuple[tuple[Lorebook, ...], Persona | None]:
    """Return the books that are meant, and whose they are."""
    file = Path(wanted)
    # A book's name may be longer than any file's can be.
    with suppress(OSError):
        if file.is_file():
            return _from_file(file)
    try:
        return (find_lorebook(context, wanted).book,), None
    except UserError:
        pass
    try:
        record = find_persona(context, wanted)
    except UserError as error:
        message = (
            f"There is no file, no book and no character called {wanted}. "
            "`lore list` and `personas list` show what there is."
        )
        raise UserError(message, code="lore-not-found") from error
    books = context.lore.books_for(record.id).result()
    return _required(books, record.persona.name), record.persona


def _from_file(file: Path) -> tuple[tuple[Lorebook, ...], Persona | None]:
    try:
        with file.open("rb") as stream:
            found = read_card(stream.read(FILE_BYTES + 1), file_name=file.name)
    except CardError as error:
        raise UserError(str(error), code="card-file") from error
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}). Check the file and try again."
        raise UserError(message, code="card-file") from error
    own = found.persona.lore if found.persona else None
    books = (*found.lorebooks, *(() if own is None else (own,)))
    return _required(books, file.name), found.persona


def _required(books: tuple[Lorebook, ...], whose: str) -> tuple[Lorebook, ...]:
    if not books:
        message = f"{whose} has no lorebook. Attach one with `lore attach`, or name another."
        raise UserError(message, code="no-lore")
    return books
