"""What the academy knows of a person and a trust must not read in their evidence: names of programmes, words of a group."""

from __future__ import annotations

from collections.abc import Iterator

from candidates.models import Candidate
from programmes.models import Eligibility, Enrolment, Group

# As people write of themselves; "disabled" alone is whom they helped, more often than who they are.
GROUP_WORDS = {
    Group.CARE_LEAVERS: (
        "care leaver",
        "care-leaver",
        "care experienced",
        "care-experienced",
        "in care",
        "looked after",
    ),
    Group.SEND: ("special educational needs", "SEND", "EHCP", "education, health and care plan"),
    Group.REFUGEES: ("refugee", "asylum"),
    Group.DISABLED: ("long out of work", "long-term unemployed"),
}


def phrases_of(candidate: Candidate) -> Iterator[str]:
    """The programmes and providers of the person, and the words of the groups by which they are eligible. Two queries."""
    names = ("cohort__programme__name", "cohort__programme__provider__name", "cohort__programme__provider__short_name")
    for row in Enrolment.unscoped.filter(candidate=candidate.pk).order_by("pk").values_list(*names):
        yield from filter(None, row)
    groups = Eligibility.unscoped.filter(candidate=candidate.pk).exclude(group="").order_by("pk")
    for group in groups.values_list("group", flat=True):
        yield from GROUP_WORDS[Group(group)]
