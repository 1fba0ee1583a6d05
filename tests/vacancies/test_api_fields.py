"""What a key sends of a vacancy, read strictly: each problem names its field and says how to mend it. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vacancies.api.writing import (
    MOST_LINES,
    READ_ONLY,
    Unprocessable,
    VacancyWriteSerializer,
    criteria_of,
)

GOOD = {"trac_reference": "123-C9333-26-1201", "title": "Porter"}


def problems(sent):
    """The problems of a body, or [] where it can be read."""
    try:
        VacancyWriteSerializer(data=sent).is_valid(raise_exception=True)
    except Unprocessable as refused:
        return refused.detail["problems"]
    return []


def only_problem(**changes):
    found = problems({**GOOD, **changes})
    assert len(found) == 1
    return found[0]["field"], found[0]["sentence"], found[0]["mend"]


def read(**sent):
    serializer = VacancyWriteSerializer(data={**GOOD, **sent})
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def test_two_fields_are_enough():
    assert problems(GOOD) == []
    assert dict(read()) == GOOD


@pytest.mark.parametrize("body", [[], [GOOD], "Porter", 7, None, True])
def test_a_body_that_is_no_object(body):
    assert [each["sentence"] for each in problems(body)] == ["The body is not a JSON object."]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("posts", 0, "Ensure this value is greater than or equal to 1."),
        ("posts", 501, "Ensure this value is less than or equal to 500."),
        ("posts", "two", "A valid integer is required."),
        ("posts", 1.5, "A valid integer is required."),
        ("band", 0, "Ensure this value is greater than or equal to 1."),
        ("band", 10, "Ensure this value is less than or equal to 9."),
        ("band", "8a", "A valid integer is required."),
        ("apprenticeship_level", 1, "Ensure this value is greater than or equal to 2."),
        ("apprenticeship_level", 8, "Ensure this value is less than or equal to 7."),
        ("registration_required", "perhaps", "Must be a valid boolean."),
        ("paid_care_required", 7, "Must be a valid boolean."),
        ("contract", "zero hours", '"zero hours" is not a valid choice.'),
        ("audience", "everyone", '"everyone" is not a valid choice.'),
        ("job_family", "surgery", '"surgery" is not a valid choice.'),
        ("hours", "37.55", "Ensure that there are no more than 1 decimal places."),
        ("hours", 61, "Ensure this value is less than or equal to 60."),
        ("hours", -1, "Ensure this value is greater than or equal to 0."),
        ("salary_least", "£30,000", "A valid number is required."),
        ("salary_most", 1_000_000_000, "Ensure that there are no more than 9 digits in total."),
        ("url", "javascript:alert(1)", "Enter a valid URL."),
        ("url", "jobs.nhs.uk", "Enter a valid URL."),
        ("title", "", "This field may not be blank."),
        ("title", None, "This field may not be null."),
        ("title", "x" * 161, "Ensure this field has no more than 160 characters."),
        ("title", ["Porter"], "Not a valid string."),
        ("title", "Por\x00ter", "Null characters are not allowed."),
        ("trac_reference", "9" * 41, "Ensure this field has no more than 40 characters."),
        ("position_number", "9" * 21, "Ensure this field has no more than 20 characters."),
        ("essential", "Kind", 'Expected a list of items but got type "str".'),
        ("essential", ["Kind"] * 61, "Ensure this field has no more than 60 elements."),
    ],
)
def test_each_field_says_its_problem_and_its_mend(field, value, sentence):
    mend = VacancyWriteSerializer().fields[field].help_text
    assert only_problem(**{field: value}) == (field, sentence, mend)
    assert mend.endswith(".")


@pytest.mark.parametrize("field", ["authorised_on", "opened_on", "closes_on", "starts_on"])
@pytest.mark.parametrize("value", ["23/11/2026", "2026-02-30", "soon", 20261123, "2026-11-23T00:00:00"])
def test_a_day_is_written_one_way_only(field, value):
    where, sentence, mend = only_problem(**{field: value})
    assert (where, sentence.split(".")[0]) == (field, "Date has wrong format")
    assert mend.startswith("Write the day as YYYY-MM-DD")


def test_a_line_of_the_specification_is_named_by_its_place():
    where, sentence, _mend = only_problem(desirable=["Typing", "x" * 301])
    assert (where, sentence) == ("desirable[1]", "Ensure this field has no more than 300 characters.")


def test_every_problem_is_said_at_once():
    found = problems({"band": 0, "posts": 0, "bands": 2, "state": "open"})
    assert [each["field"] for each in found] == ["bands", "state", "title", "band", "posts"]


def test_a_word_that_is_no_field_is_not_passed_over():
    assert only_problem(bnad=2) == ("bnad", "There is no field bnad.", "See the fields at /api/docs/.")


@pytest.mark.parametrize("name", sorted(READ_ONLY))
def test_what_is_worked_out_here_cannot_be_sent(name):
    assert only_problem(**{name: "reserved"}) == (name, f"{name} is worked out here.", "Leave it out.")


def test_closing_before_opening():
    found = problems({**GOOD, "opened_on": "2026-11-23", "closes_on": "2026-11-22"})
    assert [(each["field"], each["sentence"]) for each in found] == [("closes_on", "It closes before it opens.")]
    assert problems({**GOOD, "opened_on": "2026-11-23", "closes_on": "2026-11-23"}) == []


def test_not_known_is_null():
    sent = read(band=None, posts=None, closes_on=None, registration_required=None, hours=None)
    assert [sent[name] for name in ("band", "posts", "closes_on", "registration_required", "hours")] == [None] * 5


def test_criteria_are_essential_ones_first():
    given_lines = read(desirable=["Typing"], essential=["Kind", "Punctual"])
    assert criteria_of(given_lines) == [("Kind", True), ("Punctual", True), ("Typing", False)]
    assert criteria_of(read()) == []


@given(st.lists(st.text(min_size=1, max_size=20), max_size=MOST_LINES))
def test_a_list_of_lines_is_read_or_refused_and_never_an_exception(lines):
    found = problems({**GOOD, "essential": lines})
    assert {each["field"].partition("[")[0] for each in found} <= {"essential"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(VacancyWriteSerializer().fields)), json_values, max_size=6))
def test_any_json_is_read_or_answered_with_sentences(body):
    for each in problems(body):
        assert set(each) == {"field", "sentence", "mend"}
        assert each["sentence"]
