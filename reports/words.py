"""What is said of each measure: its definition in a paragraph, and where the figures come from."""

from __future__ import annotations

from reports.measures import conversion, participation, ring_fence

TITLES = {"m0": ring_fence.TITLE, "m2": participation.TITLE, "m3": conversion.TITLE}
VERSIONS = {"m0": ring_fence.VERSION, "m2": participation.VERSION, "m3": conversion.VERSION}
ANCHORS = {"m0": "ring-fence", "m2": "participation", "m3": "conversion"}
DEFINITIONS = {
    "m0": (
        "Entry-level posts, and adverts, of which a guaranteed-interview slot was reserved, as a share of all that were "
        "counted in the financial year. Considered: a named person was decided. Interviewed and appointed follow. No "
        "level can be more than the one before it. At least one in five is promised, rounded up."
    ),
    "m2": (
        "Distinct people who started a programme in the period, each counted once, under their latest start. Two records "
        "found to be of one person count once. People counted by another system without names are shown beside."
    ),
    "m3": (
        "Of the distinct people whose participation ended in the period, completed or not, each counted once under their "
        "latest end: those with a first day of paid work within 26 weeks of it. A job that began while they took part "
        "counts. Somebody with several jobs counts once: at the host trust, else at another North West London trust, else "
        "elsewhere in the NHS, else outside. Bank work alone is apart. People whose 26 weeks are not over are apart, and "
        "in neither side of the rate: they are over on the day after the last day of the 26th week, so who has that last "
        "day today is still in time. People of whom no job is known stay in the denominator."
    ),
}
SUPPRESSED = (
    "Numbers of people from 1 to 7 are shown as *, and others are rounded to the nearest 5; percentages of people to the "
    "nearest 5, and only of 30 people or more, where no number of the same line is hidden and the percentage tells of "
    "none that is. Further numbers are starred where a star could be worked out. Totals are "
    "rounded from true totals, so rows may not add up. Counts of vacancies, posts and adverts are exact."
)
FALLS = "A figure falls where a vacancy was withdrawn and its posts went out of the count, or reserved posts were given back."
EXACT = "True counts, for those who may open the records behind them. Do not publish."
ATTRIBUTION = (
    "Source: records of the trusts, programme providers and the Skills Academy of North West London in this service. "
    "Contains public sector information licensed under the Open Government Licence v3.0."
)
