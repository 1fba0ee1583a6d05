"""Pages of every room."""

from tests.permissions import EVERYBODY, Row

ROWS = [Row("today", lambda world: "/", EVERYBODY)]
