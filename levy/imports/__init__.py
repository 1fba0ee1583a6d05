"""Files into the levy room: each a watched job that changes everything it should, or nothing."""

from levy.imports.apprentices import take_apprentices
from levy.imports.pledges import take_pledges
from levy.imports.roster import take_roster
from levy.imports.transactions import take_transactions

__all__ = ["take_apprentices", "take_pledges", "take_roster", "take_transactions"]
