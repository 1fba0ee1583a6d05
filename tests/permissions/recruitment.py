"""Pages of every room."""

from tests.permissions import EVERYBODY, Row, public

ROWS = [
    Row("today", lambda world: "/", EVERYBODY),
    Row("search", lambda world: "/search/?q=a", EVERYBODY),
    Row("search", lambda world: "/search/?q=Healthcare", EVERYBODY),
    public("accessibility", lambda world: "/about/accessibility/"),
    public("how_we_calculate", lambda world: "/about/figures/"),
]
