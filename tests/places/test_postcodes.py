import re
from itertools import product
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.postcodes import LOCAL_BOROUGHS, POSTCODE_AREA, distance_km, normalise

WRITTEN = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")
DOWNING_STREET, NORTHWICK_PARK = (51.50354, -0.1277), (51.57541, -0.32204)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("W12 0HS", "W12 0HS"),
        ("w120hs", "W12 0HS"),
        ("  w 1 2  0 h s ", "W12 0HS"),
        ("W12\u00a00HS", "W12 0HS"),
        ("W12\t0HS\n", "W12 0HS"),
        ("w12-0hs", "W12 0HS"),
        ("W12.0HS.", "W12 0HS"),
        ("W12\u20130HS", "W12 0HS"),
        ("\uff37\uff11\uff12 \uff10\uff28\uff33", "W12 0HS"),
        ("\ufeffW12 0HS", "W12 0HS"),
        ("sw1a2aa", "SW1A 2AA"),
        ("w21ny", "W2 1NY"),
        ("nw1w 9aa", "NW1W 9AA"),
        ("e1w 1aa", "E1W 1AA"),
        ("gir0aa", "GIR 0AA"),
        ("zz99 3vz", "ZZ99 3VZ"),
        ("bx1 1lt", "BX1 1LT"),
    ],
)
def test_any_spacing_and_case_is_the_one_written_form(typed, meant):
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("W12 OHS", "W12 0HS"),
        ("WI2 OHS", "W12 0HS"),
        ("SWIA 2AA", "SW1A 2AA"),
        ("HAO 1AA", "HA0 1AA"),
        ("0X1 1AA", "OX1 1AA"),
        ("1G1 1AA", "IG1 1AA"),
        ("SO1 IAA", "SO1 1AA"),
        ("P01 1AA", "PO1 1AA"),
        ("W1O 5AA", "W10 5AA"),
        ("OL1O 1AA", "OL10 1AA"),
        ("ECIA 1BB", "EC1A 1BB"),
    ],
)
def test_o_for_nought_and_i_for_one_are_put_right(typed, meant):
    assert normalise(typed) == meant


@pytest.mark.parametrize("right", ["IG1 1AA", "OX1 1AA", "SO1 1AA", "W1D 1AA", "L1 0AA", "E10 1AA", "IP11 1AA"])
def test_a_right_postcode_is_left_alone(right):
    assert normalise(right) == right


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "The postcode is empty. Type it in full, like W12 0HS."),
        (" - ", "The postcode is empty. Type it in full, like W12 0HS."),
        ("W12", "“W12” is not a full postcode. Type both parts, like W12 0HS."),
        ("W12 0HS London", "“W12 0HS Lond” is not a full postcode. Type both parts, like W12 0HS."),
        (
            "W12 0HK",
            "“W12 0HK” is not a UK postcode. Check it against a letter or a bill; it looks like W12 0HS.",
        ),
        (
            "QQ1 1AA",
            "“QQ1 1AA” is not a UK postcode. Check it against a letter or a bill; it looks like W12 0HS.",
        ),
        (
            "W2/1NY",
            "“W2/1NY” has characters that no postcode has. Use letters and numbers only, like W12 0HS.",
        ),
        (
            "Ш12 0HS",
            "“Ш12 0HS” has characters that no postcode has. Use letters and numbers only, like W12 0HS.",
        ),
    ],
)
def test_what_is_no_postcode_is_refused_in_a_sentence(typed, sentence):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the whole message is compared
        normalise(typed)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("inward", ["1AC", "1IA", "1KA", "1AM", "1OA", "1VA", "A1A", "11A", "AAA"])
def test_an_inward_code_has_no_letter_that_royal_mail_avoids(inward):
    with pytest.raises(ValueError, match="is not a UK postcode"):
        normalise(f"W2 {inward}")


def test_the_areas_are_royal_mails_124_and_two_without_a_place():
    names = ["".join(letters) for size in (1, 2) for letters in product(ascii_uppercase, repeat=size)]
    areas = {name for name in names if POSTCODE_AREA.fullmatch(name)}
    assert len(areas - {"BF", "BX"}) == 124
    assert areas >= {"W", "NW", "HA", "UB", "TW", "SW", "WD", "EC", "WC", "BF", "BX", "ZE", "GY", "IM", "JE"}
    assert areas.isdisjoint({"A", "X", "AA", "LO", "NO", "WI", "ZZ", "QQ"})


def test_every_bundled_postcode_is_already_in_the_written_form(bundled):
    codes = [
        row[0] for name in ("postcodes_nwl.csv.gz", "postcodes_rest_of_london.csv.gz") for row in bundled(name)[1:]
    ]
    assert len(codes) == 229_622
    assert [code for code in codes if normalise(code) != code] == []


@given(st.text(max_size=12))
def test_any_text_is_a_postcode_or_a_sentence(text):
    try:
        answer = normalise(text)
    except ValueError as refusal:
        answer = str(refusal)
    assert WRITTEN.fullmatch(answer) or answer == "GIR 0AA" or answer.endswith(".")


written = st.builds(
    "{}{} {}{}".format,
    st.sampled_from(["W", "NW", "HA", "UB", "TW", "SW", "WC", "E", "OX", "IG", "SO", "IP"]),
    st.from_regex("[1-9][0-9]?|[1-9][A-HJKP]", fullmatch=True),
    st.sampled_from(digits),
    st.from_regex("[ABD-HJLNP-UW-Z]{2}", fullmatch=True),
)


@given(written)
def test_the_written_form_stays_as_it_is(postcode):
    assert normalise(postcode) == postcode


@given(written, st.data())
def test_case_and_spaces_never_change_the_answer(postcode, data):
    typed = "".join(
        data.draw(st.sampled_from([character.lower(), character])) + data.draw(st.sampled_from(["", " ", "\t", "-"]))
        for character in postcode
    )
    assert normalise(typed) == postcode


@given(st.sampled_from(["W12 0HS", "SW1A 2AA", "OX10 0AA", "IG11 0AA", "HA0 1AA", "NW10 7NS"]), st.data())
def test_any_confusion_of_look_alikes_comes_back(postcode, data):
    look_alikes = {"0": "0O", "O": "0O", "1": "1I", "I": "1I"}
    typed = "".join(data.draw(st.sampled_from(look_alikes.get(character, character))) for character in postcode)
    assert normalise(typed) == postcode


@pytest.mark.full
def test_no_confusion_can_be_read_in_two_ways():
    """Of every outward code with O, 0, I or 1 in it, the look-alikes make at most one postcode."""
    from places import postcodes as module  # noqa: PLC0415 - its private reading is what is counted

    twice = []
    for size in (2, 3, 4):
        for letters in product(ascii_uppercase + digits, repeat=size):
            text = "".join(letters) + "2AA"
            if module._as_postcode(text) or not set("OI01") & set(letters):
                continue
            choices = product(*(module.CONFUSED.get(character, character) for character in text))
            if len({module._as_postcode("".join(choice)) for choice in choices} - {""}) > 1:
                twice.append(text)
    assert twice == []


def test_the_local_boroughs_are_eight_by_code(bundled):
    assert {row[0]: row[1] for row in bundled("boroughs.csv")[1:] if row[4] == "1"} == LOCAL_BOROUGHS
    assert len(LOCAL_BOROUGHS) == 8


def test_distance_is_in_kilometres_in_a_straight_line():
    assert distance_km(DOWNING_STREET, NORTHWICK_PARK) == pytest.approx(15.64, abs=0.01)
    assert distance_km((0.0, 0.0), (1.0, 0.0)) == pytest.approx(111.195, abs=0.001)
    assert distance_km((0.0, 0.0), (0.0, 180.0)) == pytest.approx(20015.1, abs=0.1)


@pytest.mark.parametrize(("a", "b"), [(None, DOWNING_STREET), (DOWNING_STREET, None), (None, None)])
def test_distance_from_an_unknown_place_is_unknown(a, b):
    assert distance_km(a, b) is None


points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(points, points)
def test_distance_is_the_same_both_ways_and_never_negative(a, b):
    assert distance_km(a, b) == pytest.approx(distance_km(b, a))
    assert 0 <= distance_km(a, b) <= 20_016
    assert distance_km(a, a) == 0
