"""What a key that may write sends of a vacancy: read strictly, and every problem answered with its field and its mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError as ModelError
from rest_framework import serializers
from rest_framework.exceptions import APIException

from organisations.models import Organisation, Site
from vacancies.criteria import LONGEST
from vacancies.job_families import job_family
from vacancies.models import Audience, Contract, JobFamily, Vacancy
from vacancies.taking import Taken, departments

MOST_POSTS = 500
MOST_LINES = 60
MOST_BYTES = 256 * 1024
# Names of our own that the address knows better: the rest of what is sent has to be a field.
READ_ONLY = frozenset({"reference", "trust", "reserved", "ring_fence", "exemption", "state", "ready_people"})


class Unprocessable(APIException):
    """The request was understood and cannot be done as it stands; `problems` are (field, sentence, mend)."""

    status_code = 422

    def __init__(self, problems: list[dict[str, str]], status: int = 422) -> None:
        super().__init__(detail={"detail": "Nothing was written.", "problems": problems})
        self.status_code = status


def problem(sentence: str, *, field: str = "", mend: str = "") -> dict[str, str]:
    return {"field": field, "sentence": sentence, "mend": mend}


def _text(most: int, mend: str, **more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_blank=True, help_text=mend, **more)


def _day(mend: str) -> serializers.DateField:
    return serializers.DateField(required=False, allow_null=True, input_formats=["iso-8601"], help_text=mend)


def _whole(least: int, most: int, mend: str) -> serializers.IntegerField:
    return serializers.IntegerField(required=False, allow_null=True, min_value=least, max_value=most, help_text=mend)


def _money(mend: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=9, decimal_places=2, min_value=0, required=False, allow_null=True, help_text=mend
    )


def _lines(mend: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=LONGEST), max_length=MOST_LINES, required=False, help_text=mend
    )


DAY = "Write the day as YYYY-MM-DD, or null where it is not known."
YES_NO = "Send true or false, or null where it is not stated."


class VacancyWriteSerializer(serializers.Serializer):
    """One vacancy as another system knows it. Leave out what it does not know: nothing is unsaid by an upsert.

    It is known by `trac_reference` or `nhs_jobs_reference`. Whether it is entry level follows from its facts.
    """

    trac_reference = _text(40, "Give the reference in TRAC, at most 40 characters.")
    nhs_jobs_reference = _text(40, "Give the reference in NHS Jobs, at most 40 characters.")
    title = serializers.CharField(max_length=160, help_text="Give the job title, at most 160 characters.")
    site = _text(160, "Give the name or the ODS code of one of your trust's sites.")
    department = _text(120, "Give the department's name, at most 120 characters.")
    job_family = serializers.ChoiceField(
        choices=JobFamily.choices, required=False, help_text="Leave it out: it is read from the title."
    )
    band = _whole(1, 9, "Give the pay band from 1 to 9, or null where it is not known.")
    apprenticeship_level = _whole(2, 7, "Give the level from 2 to 7, or null where it is no apprenticeship.")
    registration_required = serializers.BooleanField(required=False, allow_null=True, help_text=YES_NO)
    paid_care_required = serializers.BooleanField(required=False, allow_null=True, help_text=YES_NO)
    contract = serializers.ChoiceField(
        choices=Contract.choices, required=False, help_text="Send one of: " + ", ".join(Contract.values) + "."
    )
    hours = serializers.DecimalField(
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=60,
        required=False,
        allow_null=True,
        help_text="Give the hours a week with at most one decimal, like 37.5.",
    )
    posts = _whole(1, MOST_POSTS, f"Give the number of posts, from 1 to {MOST_POSTS}, or null where it is not known.")
    audience = serializers.ChoiceField(
        choices=Audience.choices, required=False, help_text="Send one of: " + ", ".join(Audience.values) + "."
    )
    position_number = _text(20, "Give the ESR position number, at most 20 characters.")
    authorised_on = _day(DAY)
    opened_on = _day(DAY + " Without it the vacancy stays a draft.")
    closes_on = _day(DAY)
    starts_on = _day(DAY)
    salary_least = _money("Give pounds a year with at most two decimals.")
    salary_most = _money("Give pounds a year with at most two decimals.")
    salary_text = _text(120, "Give the pay as the advert words it, at most 120 characters.")
    url = serializers.URLField(
        max_length=200, required=False, allow_blank=True, help_text="Give the advert's address, with https://."
    )
    description = _text(20_000, "Give at most 20,000 characters.")
    essential = _lines(f"Send a list of at most {MOST_LINES} lines, each of at most {LONGEST} characters.")
    desirable = _lines(f"Send a list of at most {MOST_LINES} lines, each of at most {LONGEST} characters.")

    def run_validation(self, data: Any = None) -> Any:
        if not isinstance(data, Mapping):
            raise Unprocessable([problem("The body is not a JSON object.", mend="Send one vacancy as {...}.")])
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(str(name) for name in data if name not in self.fields)
        wrong = [name for name in unknown if name not in READ_ONLY]
        found: list[dict[str, str]] = [_unknown(name) for name in wrong]
        found += [
            problem(f"{name} is worked out here.", field=name, mend="Leave it out.")
            for name in unknown
            if name not in wrong
        ]
        try:
            values = super().to_internal_value({name: data[name] for name in data if name in self.fields})
        except serializers.ValidationError as error:
            found += self.problems_of(error.detail)
        if found:
            raise Unprocessable(found)
        return values

    def problems_of(self, detail: Any) -> list[dict[str, str]]:
        """Each problem with its field, and the field's own mend."""
        return [
            problem(sentence, field=f"{name}{place}", mend=str(getattr(self.fields.get(name), "help_text", "") or ""))
            for name, errors in detail.items()
            for place, sentence in _flat(errors)
        ]

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        opened, closes = given.get("opened_on"), given.get("closes_on")
        if opened and closes and closes < opened:
            raise Unprocessable(
                [problem("It closes before it opens.", field="closes_on", mend="Check both dates and send it again.")]
            )
        return given


def _unknown(name: str) -> dict[str, str]:
    return problem(f"There is no field {name[:60]}.", field=name[:60], mend="See the fields at /api/docs/.")


def _flat(errors: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(errors, Mapping):
        for key, inner in errors.items():
            yield from _flat(inner, f"{place}[{key}]")
    else:
        for each in errors:
            yield place, str(each)


def facts_of(given: Mapping[str, Any], *, trust: Organisation) -> dict[str, Any]:
    """Field values of the vacancy, in what the trust's sites and departments are called. Unprocessable with a mend."""
    facts = {
        name: value for name, value in given.items() if name not in ("essential", "desirable", "site", "department")
    }
    facts["job_family"] = given.get("job_family") or job_family(given["title"])
    if given.get("site"):
        facts["site"] = _site(given["site"], trust)
    if given.get("department"):
        name = " ".join(given["department"].split())
        facts["department"] = departments({name}, trust=trust)[name.casefold()]
    return facts


def _site(name: str, trust: Organisation) -> Site:
    rows = list(Site.objects.filter(organisation=trust))
    wanted = " ".join(name.split()).casefold()
    for row in rows:
        if wanted in (row.name.casefold(), row.code.casefold()):
            return row
    some = ", ".join(row.name for row in rows[:10]) or "none is known here"
    raise Unprocessable([problem(f"Your trust has no site “{name[:60]}”.", field="site", mend=f"Its sites: {some}.")])


def criteria_of(given: Mapping[str, Any]) -> list[tuple[str, bool]]:
    return [(text, True) for text in given.get("essential", ())] + [
        (text, False) for text in given.get("desirable", ())
    ]


def problems_of_model(error: ModelError) -> list[dict[str, str]]:
    """What the database's own rules say, by field."""
    return [
        problem(sentence, field="" if name == "__all__" else name)
        for name, sentences in error.message_dict.items()
        for sentence in sentences
    ]


class ProblemSerializer(serializers.Serializer):
    field = serializers.CharField()
    sentence = serializers.CharField()
    mend = serializers.CharField()


class RefusedSerializer(serializers.Serializer):
    """Nothing was written, and why."""

    detail = serializers.CharField()
    problems = ProblemSerializer(many=True)


class TakenSerializer(serializers.Serializer):
    """What became of it: "made", "changed" or "same". What is left `unsettled` a person settles on its page."""

    reference = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["made", "changed", "same"])
    changed = serializers.CharField()
    state = serializers.CharField()
    entry_level = serializers.CharField()
    address = serializers.CharField()
    unsettled = ProblemSerializer(many=True)


def answer_of(taken: Taken, *, entry_level: str) -> dict[str, Any]:
    vacancy: Vacancy = taken.vacancy
    return {
        "reference": vacancy.reference,
        "outcome": taken.outcome,
        "changed": taken.changed,
        "state": str(vacancy.state),
        "entry_level": str(entry_level),
        "address": vacancy.get_absolute_url(),
        "unsettled": [problem(sentence, field=name) for name, sentence in taken.unsettled.items()],
    }
