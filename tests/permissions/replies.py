"""The reply link is public, and says the same to everybody; only the vacancy's own trust sends it."""

from tests.permissions import TRUST_A, Row, public

ROWS = [
    public("replies:answer", lambda world: f"/reply/{world.reply_token}/"),
    Row("replies:answer", lambda world: "/reply/forged/", set(), ended=404, anonymous=404),
    Row("replies:ask", lambda world: f"/vacancies/{world.vacancy.reference}/ask/", TRUST_A),
    Row("replies:give_back", lambda world: f"/vacancies/{world.vacancy.reference}/give-back/", TRUST_A),
]
