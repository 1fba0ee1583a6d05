"""Pages of every room."""

from tests.permissions import EVERYBODY, PEOPLE, Row, public

ROWS = [
    Row("today", lambda world: "/", EVERYBODY),
    Row("search", lambda world: "/search/?q=a", EVERYBODY),
    Row("search", lambda world: "/search/?q=Healthcare", EVERYBODY),
    Row("person", lambda world: f"/people/{world.candidate.reference}/", PEOPLE),
    public("accessibility", lambda world: "/about/accessibility/"),
    public("how_we_calculate", lambda world: "/about/figures/"),
]
