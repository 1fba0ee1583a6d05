"""How far the promise of one vacancy got, each level apart: slots, people sent, considered, interviewed, appointed."""

from __future__ import annotations

from dataclasses import dataclass

from organisations.policies import value_of
from pipeline.closing import CLOSED
from pipeline.models import Referral
from vacancies.chains import counted_together
from vacancies.ledger import counted_of
from vacancies.models import Vacancy


@dataclass(frozen=True, slots=True)
class Far:
    """People at each level, and reserved posts that closed with nobody sent: offered to somebody, or nobody there.

    A post that closed with nobody sent is in no level: it is the system's shortfall of supply, not the trust's.
    """

    slots: int
    sent: int
    considered: int
    interviewed: int
    appointed: int
    no_taker: int = 0
    nobody_to_offer: int = 0

    @property
    def levels(self) -> list[tuple[str, int]]:
        """In words, from what was promised to who was appointed."""
        return [
            ("Interview slots promised", self.slots),
            ("People sent", self.sent),
            ("Considered", self.considered),
            ("Interviewed", self.interviewed),
            ("Appointed", self.appointed),
        ]


def far_of(vacancy: Vacancy) -> Far:
    """Counted from the ledger and the referrals of the vacancy and of the adverts that share its count; numbers only, for
    those who see the vacancy's people. Five queries where it shares with none.
    """
    together = counted_together([vacancy.pk])[vacancy.pk]
    counted, referrals = counted_of(vacancy, together=together), Referral.unscoped.filter(vacancy__in=together)
    sent = referrals.exclude(submitted_on=None).count()
    unsent = counted.reserved if vacancy.state in CLOSED and not sent else 0
    offered = unsent > 0 and referrals.exclude(offered_on=None).exists()
    return Far(
        counted.reserved * value_of("vacancies.slots_per_post"),
        sent,
        counted.considered,
        counted.interviewed,
        counted.appointed,
        no_taker=unsent if offered else 0,
        nobody_to_offer=0 if offered else unsent,
    )
