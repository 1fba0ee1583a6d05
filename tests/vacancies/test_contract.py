"""Contract types as the sources write them."""

import pytest

from vacancies.sources.contract import Contract, contract_of


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Permanent", "permanent"),
        ("Substantive", "permanent"),
        ("Fixed-Term", "fixed"),
        ("Fixed term", "fixed"),
        ("Fixed Term Temp", "fixed"),
        ("Maternity cover", "fixed"),
        ("Bank", "bank"),
        ("Apprenticeship", "apprenticeship"),
        ("Fixed term apprentice", "apprenticeship"),
        ("Permanent or fixed term", "other"),
        ("Secondment", "other"),
        ("Locum", "other"),
        ("Databank", "other"),
        ("", "other"),
    ],
)
def test_kinds(written, kind):
    assert contract_of(f" {written} ") == Contract(written, kind)
