"""A date in three boxes: what people type, and what they are told."""

import datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from nhsuk import fields


class Closing(forms.Form):
    closes = fields.DateField(label="Closing date")


class Born(forms.Form):
    closes = fields.DateField(label="Date of birth", help_text="For example, 31 3 2004")


class Optional(forms.Form):
    closes = fields.DateField(required=False)


class Stock(forms.Form):
    closes = forms.DateField(widget=fields.DateInput)


REAL = f"Closing date must be a real date, like {fields.example_day()}"
YEAR = f"Closing date must have a year of 4 numbers, like {fields.example_day()[-4:]}"


@pytest.mark.parametrize(
    ("today", "example"),
    [
        (datetime.date(2026, 11, 22), "31 3 2027"),
        (datetime.date(2027, 3, 30), "31 3 2027"),
        (datetime.date(2027, 3, 31), "31 3 2028"),
    ],
)
def test_the_example_is_a_day_to_come(monkeypatch, today, example):
    monkeypatch.setattr(fields.timezone, "localdate", lambda: today)
    assert fields.example_day() == example


def sent(day, month, year):
    return {"closes_day": day, "closes_month": month, "closes_year": year}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("31", "3", "2027"), datetime.date(2027, 3, 31)),
        ((" 1 ", " 03", "2027 "), datetime.date(2027, 3, 1)),
        (("29", "2", "2028"), datetime.date(2028, 2, 29)),
        (("5", "Nov", "2026"), datetime.date(2026, 11, 5)),
        (("5", "sept", "2026"), datetime.date(2026, 9, 5)),
        (("5", "MARCH", "2026"), datetime.date(2026, 3, 5)),
    ],
)
@pytest.mark.parametrize("form", [Closing, Optional, Stock])
def test_dates_that_are_understood(form, typed, expected):
    filled = form(sent(*typed))
    assert filled.is_valid()
    assert filled.cleaned_data == {"closes": expected}


@pytest.mark.parametrize(
    ("typed", "sentence", "parts"),
    [
        (("", "3", "2027"), "Closing date must include a day", ("day",)),
        (("1", "", "2027"), "Closing date must include a month", ("month",)),
        (("1", "3", ""), "Closing date must include a year", ("year",)),
        (("", "", "2027"), "Closing date must include a day and a month", ("day", "month")),
        (("1", "3", "27"), YEAR, ("year",)),
        (("1", "3", "MMXX"), YEAR, ("year",)),
        (("1", "3", "٢٠٢٧"), YEAR, ("year",)),
        (("31", "2", "2027"), REAL, fields.PARTS),
        (("first", "3", "2027"), REAL, fields.PARTS),
        (("1", "ma", "2027"), REAL, fields.PARTS),
        (("1", "13", "2027"), REAL, fields.PARTS),
        (("1", "3", "0000"), REAL, fields.PARTS),
    ],
)
def test_each_fault_has_its_sentence_and_its_boxes(typed, sentence, parts):
    filled = Closing(sent(*typed))
    assert filled.errors == {"closes": [sentence]}
    assert filled["closes"].wrong_parts == parts
    assert filled["closes"].first_id == f"id_closes_{parts[0]}"
    for part, value in zip(fields.PARTS, typed, strict=True):
        assert f'id="id_closes_{part}" name="closes_{part}" type="text"' in str(filled["closes"])
        assert value == "" or f'value="{value}"' in str(filled["closes"])


def test_a_date_without_a_label_is_called_date():
    assert Optional(sent("", "3", "2027")).errors == {"closes": ["Date must include a day"]}


def test_nothing_typed():
    assert Optional({}).is_valid()
    assert Optional(sent("", " ", "")).is_valid()
    assert Optional({}).fields["closes"].clean(None) is None
    assert Closing(sent("", "", "")).errors == {"closes": ["This field is required."]}


def test_one_value_is_read_as_a_link_gives_it():
    filled = Closing({"closes": "2027-03-31"})
    assert filled.is_valid()
    assert filled.cleaned_data == {"closes": datetime.date(2027, 3, 31)}
    assert 'value="31"' in str(filled["closes"])
    assert Closing({"closes": "soon"}).errors == {"closes": ["Enter a valid date."]}
    assert "value" not in str(Closing({"closes": "soon"})["closes"])


def test_whether_a_date_was_changed():
    before = {"closes": datetime.date(2027, 3, 31)}
    assert not Closing(sent("31", "March", "2027"), initial=before).has_changed()
    assert Closing(sent("30", "3", "2027"), initial=before).has_changed()
    assert Closing(sent("30", "", "2027"), initial=before).has_changed()


def test_whether_a_date_was_sent_at_all():
    widget = fields.DateInput()
    assert widget.value_omitted_from_data({}, {}, "closes")
    assert not widget.value_omitted_from_data({"closes_day": ""}, {}, "closes")
    assert widget.id_for_label("id_closes") == "id_closes_day"


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_every_date_shown_comes_back_as_it_was(day):
    parts = fields.typed_parts(day)
    filled = Closing(sent(parts["day"], parts["month"], parts["year"]))
    assert filled.is_valid()
    assert filled.cleaned_data == {"closes": day}


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_no_text_breaks_the_form_and_all_of_it_is_shown_again(day, month, year):
    filled = Closing(sent(day, month, year))
    filled.is_valid()
    shown = filled["closes"].field.widget.get_context("closes", filled["closes"].value(), {"id": "x"})
    assert [part["value"] for part in shown["widget"]["parts"]] == [day.strip(), month.strip(), year.strip()]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("3", "3"),
        ("mar", "3"),
        ("december", "12"),
        ("jun", "6"),
        ("jul", "7"),
        ("ju", "ju"),
        ("", ""),
        ("marz", "marz"),
    ],
)
def test_months_by_name(typed, number):
    assert fields.month_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("31", "2", "2004"), "Date of birth must be a real date, like 31 3 2004"),
        (("1", "2", "04"), "Date of birth must have a year of 4 numbers, like 2004"),
    ],
)
def test_the_example_is_that_of_the_hint(typed, sentence):
    assert Born(sent(*typed)).errors == {"closes": [sentence]}


@pytest.mark.parametrize(
    ("typed", "pounds"),
    [
        ("24000", "24000"),
        ("24,000.50", "24000.50"),
        ("£24,000", "24000"),
        (" £ 1 234 567.8 ", "1234567.8"),
        ("-£1,000", "-1000"),
        ("\t+5. ", "5"),
        (".5", "0.5"),
    ],
)
def test_pounds_as_people_write_them(typed, pounds):
    assert fields.PoundsField().clean(typed) == Decimal(pounds)


@pytest.mark.parametrize(
    ("kept", "boxed"),
    [(Decimal("7000.00000"), "7000"), (Decimal("7.5"), "7.50"), ("7,00", "7,00"), (None, None)],
)
def test_pounds_are_shown_as_people_write_them(kept, boxed):
    assert fields.PoundsField().prepare_value(kept) == boxed


@pytest.mark.parametrize(
    "typed", ["24,00", "2,4000", "24k", "1,000,00", "£", "24.000,50", "££5", "1e9", "£1E3", "1_000", "NaN"]
)
def test_what_is_no_amount_is_refused_rather_than_guessed(typed):
    with pytest.raises(forms.ValidationError) as refused:
        fields.PoundsField().clean(typed)
    assert refused.value.messages == ["Enter an amount in pounds, like 24,000.50"]


class TestTimes:
    @pytest.mark.parametrize(
        ("typed", "time"),
        [
            ("9.30", datetime.time(9, 30)),
            ("09:30", datetime.time(9, 30)),
            ("1430", datetime.time(14, 30)),
            ("02:30", datetime.time(2, 30)),
            ("2pm", datetime.time(14)),
            ("2.30 p.m.", datetime.time(14, 30)),
            ("12am", datetime.time(0)),
            ("12pm", datetime.time(12)),
            ("", None),
        ],
    )
    def test_as_people_write_them(self, typed, time):
        assert fields.TimeField(required=False).clean(typed) == time

    @pytest.mark.parametrize("typed", ["9", "25:00", "9.75", "13pm", "0am", "late", "9:30:00"])
    def test_what_is_no_time(self, typed):
        with pytest.raises(ValidationError) as wrong:
            fields.TimeField(error_messages={"invalid": "No time"}).clean(typed)
        assert wrong.value.messages == ["No time"]

    def test_a_half_of_the_day_is_not_guessed(self):
        with pytest.raises(ValidationError) as wrong:
            fields.TimeField().clean("2.30")
        assert wrong.value.messages == ["Say whether 2.30 is in the morning or the afternoon, like 2:30pm"]
