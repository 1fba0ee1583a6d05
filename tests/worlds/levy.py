"""Trust A's levy account with a small history, and one file taken in."""

from tests.factories.levy import AccountFactory, IntakeFactory, put_in


def extend(world):
    account = AccountFactory(trust=world.trust)
    put_in(
        account,
        ("2025-06-23", "levy", "1000.12345"),
        ("2026-08-23", "levy", "900"),
        ("2026-10-08", "monthly", "-250.5"),
    )
    world.records |= {"levy_account": account, "intake": IntakeFactory(account=account)}
