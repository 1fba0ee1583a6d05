import hashlib
import hmac

import pytest

from levy.ulns import hashed, is_uln, keyed


@pytest.mark.parametrize("uln", ["9276308686", "3914177763", "1926685872"])
def test_real_numbers_pass(uln):
    assert is_uln(uln)


@pytest.mark.parametrize(
    "text",
    ["9999999999", "9276308687", "0276308686", "927630868", "92763086860", "92763O8686", "", "٩276308686", "3.91E+09"],
)
def test_others_fail(text):
    assert not is_uln(text)


def test_every_single_changed_digit_is_noticed():
    for place in range(10):
        for digit in "0123456789":
            changed = "9276308686"[:place] + digit + "9276308686"[place + 1 :]
            assert is_uln(changed) is (changed == "9276308686")


def test_the_hash_is_hmac_sha256_under_the_key():
    expected = hmac.new(b"key", b"9276308686", hashlib.sha256).hexdigest()
    assert hashed("9276308686", key=b"key") == expected
    assert hashed("9276308686", key=b"other") != expected


def test_the_placeholder_has_no_hash():
    with pytest.raises(ValueError, match="not a unique learner number"):
        hashed("9999999999", key=b"key")


def test_an_empty_key_is_refused():
    with pytest.raises(ValueError, match="needs a key"):
        keyed("anything", key=b"")
