"""References that people read out on the telephone: no vowels, nothing that looks like something else."""

import secrets

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"


def draw(prefix: str, length: int = 6) -> str:
    """A random reference such as "CAN-7K3M9Q"; 28**6 is 481 million, and a unique constraint catches the rest."""
    return prefix + "-" + "".join(secrets.choice(ALPHABET) for _ in range(length))
