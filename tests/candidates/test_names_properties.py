"""What holds for every name, number and day, whatever people type."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from candidates.names import alike, day_and_month_swapped, folded, phone_kept, phone_shown

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = st.text(LETTERS, min_size=2, max_size=10)
ANY = st.text(max_size=30)
DAYS = st.dates(date(1925, 1, 1), date(2012, 12, 31))
NATIONAL = st.from_regex(r"0[1-9][0-9]{8,9}", fullmatch=True)
FAMILIAR = ("same", "swapped", "initial", "similar", "")


class TestFolded:
    @given(ANY)
    def test_nothing_but_letters_digits_and_single_spaces_is_left(self, text):
        found = folded(text)
        assert found == " ".join(found.split())
        assert all(letter.isalnum() or letter == " " for letter in found)

    @given(WORD, WORD)
    def test_capitals_do_not_count(self, given_name, family):
        typed = f"{given_name} {family}"
        assert folded(typed.upper()) == folded(typed.title()) == typed

    @given(st.lists(WORD, min_size=1, max_size=4), st.sampled_from([" ", "-", "  ", " - ", "_", "\t", "\u00a0", ", "]))
    def test_however_the_words_are_kept_apart(self, words, between):
        assert folded(between.join(words)) == " ".join(words)

    @given(WORD, WORD, st.sampled_from(["'", "’", "‘", "ʼ", "`", "´", "."]))
    def test_an_apostrophe_joins(self, first, second, mark):
        assert folded(first + mark + second) == first + second

    @given(st.text(LETTERS, min_size=1, max_size=8), st.sampled_from("\u0300\u0301\u0308\u0327\u030a\u0328"))
    def test_marks_on_letters_do_not_count(self, text, mark):
        assert folded("".join(letter + mark for letter in text)) == text

    @pytest.mark.parametrize(
        ("typed", "compared"),
        [
            ("Þórunn Æsa", "thorunn aesa"),
            ("Đặng Đức", "dang duc"),
            ("Œuvrard", "oeuvrard"),
            ("Straße", "strasse"),
            ("ﬁona", "fiona"),
            ("ＡＭＡ", "ama"),
            ("D'Souza-O’Neill", "dsouza oneill"),
            ("Siân ap Rhys", "sian ap rhys"),
            ("Wojciech Żółć", "wojciech zolc"),
            ("Ħamrun", "hamrun"),
            ("山田 太郎", "山田 太郎"),
            ("Σίσυφος", "σισυφοσ"),
            ("X Æ A-12", "x ae a 12"),
        ],
    )
    def test_names_of_the_world(self, typed, compared):
        assert folded(typed) == compared


class TestAlike:
    @given(ANY, ANY)
    def test_a_name_with_a_letter_is_the_same_as_itself(self, given_name, family):
        assume(folded(f"{given_name} {family}"))
        assert alike(given_name, family, given_name, family) == "same"

    @given(ANY, ANY, ANY, ANY)
    def test_the_answer_is_one_of_five(self, given_name, family, other_given, other_family):
        assert alike(given_name, family, other_given, other_family) in FAMILIAR

    @given(WORD, WORD)
    def test_swapped_unless_that_makes_no_difference(self, one, other):
        assume(one + other != other + one)
        assert alike(one, other, other, one) == "swapped"

    @given(WORD, WORD)
    def test_an_initial_of_the_same_family(self, given_name, family):
        assume(given_name[0] + family != family + given_name[0])
        assert alike(given_name[0], family, given_name, family) == "initial"

    @given(WORD, WORD, WORD)
    def test_a_middle_name_is_similar(self, given_name, middle, family):
        assume(len({given_name, middle, family}) == 3 and middle not in (given_name + family, family + given_name))
        found = alike(f"{given_name} {middle}", family, given_name, family)
        assert found in ("similar", "swapped", "same")

    @given(ANY, ANY)
    def test_no_name_is_like_nobody(self, given_name, family):
        assert alike("", "", given_name, family) == ""
        assert alike("-", "’", given_name, family) == ""

    @pytest.mark.parametrize(
        ("one", "other", "how"),
        [
            (("Mohammed", "Khan"), ("Mohamed", "Khan"), "similar"),
            (("Muhammad", "Ali"), ("Mohammed", "Ali"), ""),
            (("Sara", "Khan"), ("Sarah", "Khan"), "similar"),
            (("Jon", "Smith"), ("John", "Smith"), "similar"),
            (("Ama", "Mensah"), ("Ama", "Mensa"), "similar"),
            (("Jane", "Smith"), ("Jane", "Jones"), ""),
            (("J", "Smith"), ("J", "Jones"), ""),
            (("J", "Smith"), ("John", "Smyth"), ""),
            (("", "Suharto"), ("Ama", "Suharto"), "similar"),
            (("Suharto", ""), ("", "Suharto"), "same"),
            (("Van", "Dijk"), ("", "van Dijk"), "same"),
            (("Maria del", "Carmen"), ("Maria", "del Carmen"), "same"),
            (("Nguyen Thi", "Minh"), ("Minh", "Nguyen Thi"), "swapped"),
            (("Smith", "J"), ("John", "Smith"), "initial"),
        ],
    )
    def test_pairs(self, one, other, how):
        assert alike(*one, *other) == how
        assert alike(*other, *one) == how


class TestDaysOfBirth:
    @given(DAYS)
    def test_swapped_twice_is_the_same_day(self, born):
        swapped = day_and_month_swapped(born)
        assert swapped is None or day_and_month_swapped(swapped) == born

    @given(DAYS)
    def test_swapped_is_another_day_of_the_same_year(self, born):
        swapped = day_and_month_swapped(born)
        assert (swapped is None) is (born.day > 12 or born.day == born.month)
        assert swapped is None or (swapped != born and swapped.year == born.year)


class TestNumbers:
    @given(NATIONAL)
    def test_each_way_to_write_a_uk_number_is_kept_the_same(self, number):
        rest = number[1:]
        ways = [number, f"+44{rest}", f"0044{rest}", f"+44 (0){rest}", f"0044 (0) {rest}", " ".join(number)]
        assert {phone_kept(way) for way in ways} == {number}

    @given(NATIONAL)
    def test_spaces_for_reading_do_not_change_it(self, number):
        assert phone_kept(phone_shown(number)) == number

    @given(st.text(max_size=40))
    def test_only_digits_and_one_plus_are_kept(self, typed):
        kept = phone_kept(typed)
        assert kept.removeprefix("+").isdigit() or kept == ""
        assert kept.isascii()

    @given(st.text(max_size=20))
    def test_showing_never_loses_a_digit(self, kept):
        assert phone_shown(kept).replace(" ", "") == kept.replace(" ", "")

    @pytest.mark.parametrize(
        ("kept", "shown"),
        [
            ("01234567890", "01234 567890"),
            ("0123456789", "01234 56789"),
            ("02079460018", "020 7946 0018"),
            ("0207946001", "02079 46001"),
            ("07700900123", "07700 900123"),
            ("999", "999"),
            ("+12125550123", "+12125550123"),
            ("077009001234", "077009001234"),
        ],
    )
    def test_shown(self, kept, shown):
        assert phone_shown(kept) == shown
