"""Pages of every room."""

from tests.permissions import EVERYBODY, PEOPLE, Row, public
from tests.permissions.vacancies import OF_TRUST_A

ROWS = [
    Row("today", lambda world: "/", EVERYBODY),
    Row("search", lambda world: "/search/?q=a", EVERYBODY),
    Row("search", lambda world: "/search/?q=Healthcare", EVERYBODY),
    Row("person", lambda world: f"/people/{world.candidate.reference}/", PEOPLE),
    Row("vacancy", lambda world: f"/vacancies/{world.vacancy.reference}/", OF_TRUST_A),
    public("accessibility", lambda world: "/about/accessibility/"),
    public("how_we_calculate", lambda world: "/about/figures/"),
]
