"""Is a vacancy entry level? A signed policy applied to imported facts (design, section 4). Nobody ticks "entry level".

Default policy: (band 2 or 3, or an apprenticeship of level 2 or 3) and no professional registration and no mandatory
paid care experience. "Not stated" counts as no, except for the band: an unknown band that matters is unclassified.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vacancies.banding import Band

EntryLevel = Literal["yes", "no", "unclassified"]
NOT_STATED = "Not stated"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sources state about a vacancy; None is "not stated". A person may correct a fact, with a reason.

    `site_out_of_scope` names the site where that is one whose posts the Charter does not mean; else "".
    """

    band: Band | None = None
    apprenticeship_level: int | None = None
    registration_required: bool | None = None
    paid_care_experience_required: bool | None = None
    site_out_of_scope: str = ""


@dataclass(frozen=True, slots=True)
class EntryLevelPolicy:
    """One version of the reading of "entry level". Bands by number, apprenticeships by level; exclusions by switch."""

    version: int
    bands: frozenset[int] = frozenset({2, 3})
    apprenticeship_levels: frozenset[int] = frozenset({2, 3})
    registration_excludes: bool = True
    paid_care_experience_excludes: bool = True

    @classmethod
    def of(cls, value: Mapping[str, object], *, version: int) -> "EntryLevelPolicy":
        """The policy in a stored value ({"bands": [2, 3], ...}); what is absent is the default.

        ValueError says what is wrong.
        """
        unknown = set(value) - {
            "bands",
            "apprenticeship_levels",
            "registration_excludes",
            "paid_care_experience_excludes",
        }
        if unknown:
            raise ValueError(f"The entry-level policy has no “{sorted(unknown)[0]}”.")
        return cls(
            version=version,
            bands=_numbers(value, "bands", least=1, most=9),
            apprenticeship_levels=_numbers(value, "apprenticeship_levels", least=2, most=7),
            registration_excludes=_switch(value, "registration_excludes"),
            paid_care_experience_excludes=_switch(value, "paid_care_experience_excludes"),
        )

    def as_value(self) -> dict[str, object]:
        """The policy as it is stored: `of(policy.as_value(), version=...)` is the same policy."""
        return {
            "bands": sorted(self.bands),
            "apprenticeship_levels": sorted(self.apprenticeship_levels),
            "registration_excludes": self.registration_excludes,
            "paid_care_experience_excludes": self.paid_care_experience_excludes,
        }


DEFAULT_POLICY = EntryLevelPolicy(version=1)


@dataclass(frozen=True, slots=True)
class Input:
    """One fact as it was weighed: its name, its value in words, what it did."""

    label: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True)
class Result:
    """The answer, the sentence that explains it, every fact that was weighed, and the version of the policy."""

    entry_level: EntryLevel
    reason: str
    inputs: tuple[Input, ...]
    policy_version: int


def classify(facts: Facts, *, policy: EntryLevelPolicy = DEFAULT_POLICY) -> Result:
    """Whether a vacancy with these facts is entry level under `policy`. Pure: the same facts give the same answer."""
    inputs = (
        _band_input(facts, policy),
        _apprenticeship_input(facts, policy),
        _bar_input("Professional registration", facts.registration_required, policy.registration_excludes),
        _bar_input("Paid care experience", facts.paid_care_experience_required, policy.paid_care_experience_excludes),
        *_site_input(facts),
    )
    answer, reason = _answer(facts, policy)
    return Result(answer, reason, inputs, policy.version)


def _answer(facts: Facts, policy: EntryLevelPolicy) -> tuple[EntryLevel, str]:
    if facts.site_out_of_scope:
        return "no", f"Outside the 20%: {facts.site_out_of_scope} is not among the sites in scope."
    if policy.registration_excludes and facts.registration_required:
        return "no", "Not entry level: the advert requires a professional registration."
    if policy.paid_care_experience_excludes and facts.paid_care_experience_required:
        return "no", "Not entry level: the advert requires paid care experience."
    if facts.apprenticeship_level in policy.apprenticeship_levels:
        return "yes", f"Entry level: an apprenticeship of level {facts.apprenticeship_level}."
    if facts.band is None:
        return "unclassified", "Not classified yet: the pay band is not known. Give the band."
    if facts.band.number in policy.bands:
        return "yes", f"Entry level: {facts.band}."
    return "no", f"Not entry level: {facts.band} is outside {_listed('Band', policy.bands)}."


def _site_input(facts: Facts) -> tuple[Input, ...]:
    """Said where it decides: almost every site is in scope."""
    return (Input("Site", facts.site_out_of_scope, "Not in scope"),) if facts.site_out_of_scope else ()


def _band_input(facts: Facts, policy: EntryLevelPolicy) -> Input:
    if facts.band is None:
        return Input("Band", "Not known", "Needed, unless another fact settles it")
    inside = facts.band.number in policy.bands
    return Input("Band", str(facts.band), ("Within " if inside else "Outside ") + _listed("Band", policy.bands))


def _apprenticeship_input(facts: Facts, policy: EntryLevelPolicy) -> Input:
    level, wanted = facts.apprenticeship_level, _listed("level", policy.apprenticeship_levels)
    if level is None:
        return Input("Apprenticeship level", NOT_STATED, "Counts as no apprenticeship")
    inside = level in policy.apprenticeship_levels
    return Input("Apprenticeship level", f"Level {level}", ("Within " if inside else "Outside ") + wanted)


def _bar_input(label: str, required: bool | None, excludes: bool) -> Input:
    value = {None: NOT_STATED, True: "Required", False: "Not required"}[required]
    if not excludes:
        return Input(label, value, "Does not matter under this policy")
    effects = {None: "Counts as not required", True: "Excludes", False: "Does not exclude"}
    return Input(label, value, effects[required])


def _listed(noun: str, numbers: frozenset[int]) -> str:
    return f"{noun} {' or '.join(str(number) for number in sorted(numbers))}" if numbers else f"no {noun.lower()}"


def _numbers(value: Mapping[str, object], key: str, *, least: int, most: int) -> frozenset[int]:
    given = value.get(key, DEFAULT_POLICY.as_value()[key])
    if not isinstance(given, list) or not all(type(number) is int and least <= number <= most for number in given):
        raise ValueError(f"“{key}” must be a list of whole numbers from {least} to {most}.")
    return frozenset(given)


def _switch(value: Mapping[str, object], key: str) -> bool:
    given = value.get(key, True)
    if not isinstance(given, bool):
        raise ValueError(f"“{key}” must be true or false.")  # noqa: TRY004 (the caller shows one kind of error)
    return given
