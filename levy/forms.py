"""The forms of the levy pages. Months are picked as days and reduced to their first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from audit.clock import today
from levy.filters import boroughs
from levy.income import FEWEST, MOST
from levy.models import Plan
from levy.months import first_of, shift, span
from nhsuk import fields
from nhsuk.forms import NhsukForm, NhsukModelForm
from organisations.models import Kind, Organisation

LEVELS = [(str(level), f"Level {level}") for level in range(2, 8)]


class MonthChoice(forms.TypedChoiceField):
    """One of the months around today."""

    def __init__(self, *, back: int, ahead: int, **more: Any) -> None:
        super().__init__(coerce=_as_month, empty_value=None, **more)
        self.back, self.ahead = back, ahead

    def offer(self) -> None:
        """Set the choices by today's date."""
        this = first_of(today())
        months = list(span(shift(this, -self.back), shift(this, self.ahead)))
        self.choices = [("", "Choose a month"), *((f"{month:%Y-%m-%d}", f"{month:%B %Y}") for month in months)]


def _as_month(text: str) -> Any:
    return fields.DateField().clean(text) if not text else _iso(text)


def _iso(text: str) -> Any:
    year, month, day = (int(part) for part in text.split("-"))
    return today().replace(year=year, month=month, day=day)


class MonthsForm(NhsukForm):
    """A form whose month fields know today."""

    label_size = "s"

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            if isinstance(field, MonthChoice):
                field.offer()


def pounds_field(label: str, **more: Any) -> forms.DecimalField:
    """An amount in pounds, to the penny."""
    return fields.PoundsField(label=label, max_digits=13, **{"min_value": Decimal(0), **more})


class OpeningForm(MonthsForm):
    """What was in the account where the files begin."""

    month = MonthChoice(label="At the start of", back=72, ahead=0)
    amount = pounds_field("Balance on that day")
    monthly = pounds_field(
        "Levy that entered in each month before, if you know it",
        required=False,
        help_text="Empty: the mean of the first twelve months in your files",
    )


class BalanceForm(NhsukForm):
    """The balance that the government's service shows."""

    label_size = "s"
    day = fields.DateField(label="On which day", error_messages={"required": "Enter the day of the balance"})
    amount = pounds_field("Balance shown")


class SchemeForm(NhsukForm):
    """A PAYE scheme that is the trust's own."""

    label_size = "s"
    reference = forms.RegexField(
        r"^\d{3}/[A-Z0-9]{1,10}$",
        label="PAYE scheme",
        help_text="Like 120/AB12345",
        widget=fields.Text(width=10),
        error_messages={"invalid": "Enter a PAYE reference like 120/AB12345", "required": "Enter a PAYE reference"},
    )


class MeanForm(NhsukForm):
    """Over how many months the levy to come is averaged."""

    label_size = "s"
    months = forms.TypedChoiceField(
        label="Mean of the last",
        coerce=int,
        choices=[(months, f"{months} months") for months in range(FEWEST, MOST + 1)],
        help_text="Fewer follow a change of the pay bill sooner; more even out what is paid once a year",
    )


def reason_field(label: str, *, help_text: str, missing: str) -> forms.CharField:
    """Why something is undone, in a few lines that are kept."""
    return forms.CharField(
        label=label,
        max_length=500,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


class TakeBackForm(NhsukForm):
    """Why a file is taken back."""

    label_size = "s"
    reason = reason_field(
        "Why it is taken back",
        help_text="It stands in the timeline of the file. No names of people",
        missing="Say why the file is taken back",
    )


class TakeOutForm(NhsukForm):
    """Why a payment of a gift is taken out."""

    label_size = "s"
    reason = reason_field(
        "Why it is taken out",
        help_text="It stands in the timeline of the gift. No names of people",
        missing="Say why the payment is taken out",
    )


class RemoveOpeningForm(NhsukForm):
    """Why the opening balance is removed."""

    label_size = "s"
    reason = reason_field(
        "Why it is removed",
        help_text="It is recorded with your name. No names of people",
        missing="Say why the opening balance is removed",
    )


class MoveSchemeForm(NhsukForm):
    """Whose a PAYE scheme is, and why it is moved."""

    label_size = "s"
    to = forms.ModelChoiceField(label="Move it to", queryset=Organisation.objects.none(), empty_label="Choose a trust")
    reason = forms.CharField(
        label="Why",
        max_length=500,
        help_text="Both trusts read it. No names of people",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, holder: int, **more: Any) -> None:
        super().__init__(*args, **more)
        trusts = Organisation.objects.filter(kind=Kind.TRUST, closed__isnull=True).exclude(pk=holder)
        self.let_choose("to", trusts)


class ScenarioForm(MonthsForm):
    """What would be different. Every part may be left out, but not all of them."""

    name = forms.CharField(label="Name", max_length=60, help_text="Like “Twenty nursing associates in March”")
    starts_month = MonthChoice(label="New starts: begin in", back=0, ahead=24, required=False)
    starts_number = forms.IntegerField(
        label="How many", min_value=1, max_value=1000, required=False, widget=fields.Number(width=4)
    )
    starts_price = pounds_field("Price of each", required=False)
    starts_duration = forms.IntegerField(
        label="Length in months", min_value=1, max_value=72, required=False, widget=fields.Number(width=3)
    )
    gift_month = MonthChoice(label="A gift: paid in", back=0, ahead=36, required=False)
    gift_amount = pounds_field("Pounds given", required=False)
    pay_month = MonthChoice(
        label="Pay bill changes: from",
        help_text="The levy of a month’s pay enters the account in the month after it",
        back=0,
        ahead=36,
        required=False,
    )
    pay_change = forms.DecimalField(
        label="By how much, in percent",
        help_text="10 is 10% more; -50 is 50% less",
        min_value=-50,
        max_value=50,
        max_digits=4,
        decimal_places=2,
        required=False,
        widget=fields.Text(width=4),
    )
    leaving = forms.DecimalField(
        label="Learners who leave each month, in percent",
        min_value=0,
        max_value=20,
        max_digits=4,
        decimal_places=2,
        required=False,
        widget=fields.Text(width=4),
    )
    completing = forms.DecimalField(
        label="Learners who complete, in percent of those who reach the end",
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
        widget=fields.Text(width=4),
    )

    WHOLE = (
        (("starts_month", "starts_number", "starts_price", "starts_duration"), "new starts"),
        (("gift_month", "gift_amount"), "a gift"),
        (("pay_month", "pay_change"), "the pay bill"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = [name for name in self.fields if name != "name" and cleaned.get(name) is not None]
        if not said and not self.errors:
            self.add_error(None, "Say at least one thing that would be different")
        for names, what in self.WHOLE:
            empty = [name for name in names if cleaned.get(name) is None and name not in self.errors]
            if empty and len(empty) < len(names):
                self.add_error(empty[0], f"Fill in every part of {what}, or none")
        return cleaned


class PlanForm(NhsukModelForm):
    """A voluntary organisation's plan, as a broker writes it down."""

    label_size = "s"
    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Not listed: add it below",
    )
    new_name = forms.CharField(label="Name, if it is not listed", max_length=160, required=False)
    new_code = forms.CharField(
        label="Charity or company number, if it is not listed",
        max_length=20,
        required=False,
        widget=fields.Text(width=10),
    )
    level = forms.TypedChoiceField(label="Level", choices=LEVELS, coerce=int)
    start = fields.DateField(label="Planned start")
    cost = pounds_field("Price of one learner", help_text="At most the funding band", min_value=Decimal(1))
    boroughs = forms.MultipleChoiceField(
        label="Boroughs it serves", choices=boroughs, widget=fields.Checkboxes(small=True)
    )

    class Meta:
        model = Plan
        fields = (
            "organisation", "standard", "sector", "level", "learners", "learners_to_24", "core20_learners", "boroughs",
            "start", "duration", "cost", "provider", "pays_levy", "has_account", "learners_found", "jobs_agreed", "note",
        )  # fmt: skip
        labels = {
            "standard": "Apprenticeship standard",
            "learners": "Learners",
            "learners_to_24": "Learners aged 16 to 24 at the start",
            "core20_learners": "Of them expected to live in the most deprived fifth of England",
            "duration": "Length in months",
            "pays_levy": "The organisation pays the levy itself",
            "has_account": "It has an apprenticeship service account",
            "learners_found": "Learners already found",
            "jobs_agreed": "The jobs are agreed",
            "note": "Anything else a trust should know. No names of people",
        }
        widgets = {
            name: fields.Number(width=4)
            for name in ("learners", "learners_to_24", "core20_learners", "duration", "learners_found")
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = (Kind.VCSE, Kind.PROVIDER, Kind.EDUCATION)
        open_ones = Organisation.objects.filter(kind__in=kinds, closed__isnull=True)
        self.let_choose("organisation", open_ones)
        if self.instance.pk:
            del self.fields["new_name"], self.fields["new_code"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("organisation") and not (cleaned.get("new_name") and cleaned.get("new_code")):
            self.add_error("organisation", "Choose the organisation, or enter its name and number")
        self._within(cleaned, "learners_to_24")
        self._within(cleaned, "core20_learners")
        self._within(cleaned, "learners_found")
        return cleaned

    def _within(self, cleaned: dict[str, Any], name: str) -> None:
        part, whole = cleaned.get(name), cleaned.get("learners")
        if part is not None and whole is not None and part > whole:
            self.add_error(name, f"This is at most the number of learners, {whole}")


class MilestoneForm(NhsukForm):
    """A step that should happen by a day."""

    label_size = "s"
    text = forms.CharField(label="What should happen", max_length=160)
    due = fields.DateField(label="By when", error_messages={"required": "Enter the day by which it should happen"})


class OfferForm(NhsukForm):
    """What a trust would give, and to whom it would rather give."""

    label_size = "s"
    amount = pounds_field(
        "Pounds offered, over the whole apprenticeships",
        help_text="A pledge in the government's service is of at least £2,000, in whole pounds",
        min_value=Decimal(1),
    )
    closes = fields.DateField(label="Open until", error_messages={"required": "Enter the day until which it is open"})
    levels = forms.TypedMultipleChoiceField(
        label="Levels", choices=LEVELS, coerce=int, required=False, widget=fields.Checkboxes(small=True)
    )
    boroughs = forms.MultipleChoiceField(
        label="Boroughs", choices=boroughs, required=False, widget=fields.Checkboxes(small=True)
    )
    sector = forms.CharField(label="Sector", max_length=80, required=False, help_text="Empty takes any")
    core20_only = forms.BooleanField(
        label="Only plans that expect learners from the most deprived fifth", required=False
    )
    reason = forms.CharField(
        label="Why it goes beyond this year's allowance",
        max_length=500,
        required=False,
        help_text="It stands in the timeline of the offer. No names of people",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.why = self.fields["reason"]
        if "reason" not in self.data:
            del self.fields["reason"]

    def ask_why(self, sentence: str) -> None:
        """Show the field for the reason, with the sentence that asks for it."""
        self.fields["reason"] = self.why
        self.add_error("reason", sentence)


class ProposeForm(NhsukForm):
    """How many learners of a plan the gift would pay for."""

    label_size = "s"
    learners = forms.IntegerField(label="Learners to pay for", min_value=1, widget=fields.Number(width=3))


class PaymentForm(NhsukForm):
    """Pounds that left the account, typed until the download shows them."""

    label_size = "s"
    day = fields.DateField(label="Paid on", error_messages={"required": "Enter the day of the payment"})
    amount = pounds_field("Pounds paid", min_value=Decimal("0.01"))
    another = forms.BooleanField(label="This is another payment of the same day and amount", required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.asked = self.fields["another"]
        if "another" not in self.data:
            del self.fields["another"]

    def ask_whether_another(self, sentence: str) -> None:
        """Show the box, with the sentence that asks for it."""
        self.fields["another"] = self.asked
        self.add_error("another", sentence)


class PlaceForm(NhsukForm):
    """The home postcode of a learner of a gift; only the small area is kept."""

    label_size = "s"
    postcode = forms.CharField(
        label="Home postcode at the start",
        max_length=10,
        required=False,
        widget=fields.Text(width=10),
        help_text="It is turned into a small area and not kept. Empty: not known",
    )
