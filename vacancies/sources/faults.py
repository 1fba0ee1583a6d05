"""What a reader answers when a file is not what it should be: a row's problem, or a refusal of the whole file."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_BYTES = 60 * 1024 * 1024  # above the largest monthly file of the NHSBSA; an upload has its own, lower limit


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """One thing that could not be read: what, where in the file, how to mend it; `skipped` if the row was left out.

    `column` is the heading in a table's file, "" elsewhere.
    """

    what: str
    where: str
    mend: str
    skipped: bool = False
    column: str = field(default="", compare=False)  # `where` has it in words

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.mend}"


class FeedRefused(ValueError):
    """The whole file cannot be used; `sentence` says why and what to do. Nothing was read from it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class RowResult(Generic[T]):
    """One row: its value, or None where it must be left out, and everything that could not be read."""

    value: T | None
    problems: tuple[FeedProblem, ...] = ()


_KINDS = (
    (b"PK\x03\x04", "a zip or Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)


def check_file(data: bytes, *, wanted: str) -> None:
    """Refuse what is empty, too large, or plainly another kind of file than `wanted` (for example "a CSV file")."""
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise FeedRefused(f"The file is empty. Choose {wanted} again; if it is still empty, export it once more.")
    if len(data) > MAX_BYTES:
        size = MAX_BYTES // (1024 * 1024)
        raise FeedRefused(f"The file is larger than {size} MB, the most that is read at once. Export a shorter period.")
    for start, kind in _KINDS:
        if data.startswith(start):
            raise FeedRefused(f"This is {kind}, not {wanted}. Nothing was read. Choose {wanted}.")
