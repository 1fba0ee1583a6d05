"""Unique learner numbers: checked, then kept only as a keyed hash."""

import hmac

PLACEHOLDER = "9999999999"
LENGTH = 10


def is_uln(text: str) -> bool:
    """Whether it is a real unique learner number: ten digits, the first not 0, and the check sum holds.

    The digits times 10, 9 ... 1 add up to 10 modulo 11 (HESA; 9276308686 passes). The placeholder 9999999999 fails.
    """
    if len(text) != LENGTH or not (text.isascii() and text.isdigit()) or text[0] == "0":
        return False
    return sum(int(digit) * weight for digit, weight in zip(text, range(LENGTH, 0, -1), strict=True)) % 11 == 10


def hashed(uln: str, *, key: bytes) -> str:
    """HMAC-SHA-256 of a number under the installation's key, in hexadecimal: the only form that is stored.

    ValueError for what is not a real number: two learners with the placeholder are not one person.
    """
    if not is_uln(uln):
        raise ValueError("this is not a unique learner number")
    return keyed(uln, key=key)


def keyed(text: str, *, key: bytes) -> str:
    """HMAC-SHA-256 in hexadecimal. Ten digits can be guessed, so a plain hash would not hide them. ValueError without a key."""
    if not key:
        raise ValueError("a keyed hash needs a key")
    return hmac.digest(key, text.encode(), "sha256").hex()
