"""Postcodes: for the academy, providers, the ICB's analyst and the administrator; a trust's people get 404."""

from tests.permissions import Row, public

LOOKERS_UP = frozenset({"academy", "provider", "other_provider", "icb_analyst", "system_admin"})

ROWS = [
    public("places:sources", lambda world: "/about/data/"),
    Row("places:locate", lambda world: "/places/locate/", LOOKERS_UP),
    Row("places:locate", lambda world: "/places/locate/?postcode=W12+0HS", LOOKERS_UP),
    Row("places:locate", lambda world: "/places/locate/?postcode=W12", LOOKERS_UP),
    Row("places:locate", lambda world: "/places/locate/?postcode=W12+0HS", LOOKERS_UP, headers={"HX-Request": "true"}),
    Row("places:locate", lambda world: "/places/locate/", set(), others=405, method="post"),
]
