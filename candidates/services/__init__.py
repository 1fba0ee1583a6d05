"""The verbs of the candidates room: the only writers of a person's record."""

from candidates.facts import NewPerson, PersonFacts, SupporterFacts
from candidates.services.certificates import certify, end_certificate, lock_checks, record_check, unlock_checks
from candidates.services.duplicates import Duplicate, Particulars, likely_duplicates, likely_duplicates_of
from candidates.services.homes import home_of, homes_of, with_home
from candidates.services.people import (
    add_supporter,
    change_person,
    end_supporter,
    enrol_people,
    enrol_person,
    merge,
    move_home,
    note_work,
    unmerge,
)
from candidates.services.sharing import cause_of, share, share_many, stop_sharing

__all__ = [
    "Duplicate",
    "NewPerson",
    "Particulars",
    "PersonFacts",
    "SupporterFacts",
    "add_supporter",
    "cause_of",
    "certify",
    "change_person",
    "end_certificate",
    "end_supporter",
    "enrol_people",
    "enrol_person",
    "home_of",
    "homes_of",
    "likely_duplicates",
    "likely_duplicates_of",
    "lock_checks",
    "merge",
    "move_home",
    "note_work",
    "record_check",
    "share",
    "share_many",
    "stop_sharing",
    "unlock_checks",
    "unmerge",
    "with_home",
]
