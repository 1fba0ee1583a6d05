"""Job families: which kind of work a title names, by an ordered table of words that anyone can read and correct.

The first family with a word in the title wins, so the narrow ones stand before the wide ones: a "Pharmacy Support
Worker" is pharmacy support, not healthcare support, and an "Estates Administrator" is administration.
"""

import re
from dataclasses import dataclass

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Family:
    """A job family: its key in the database, its name on pages, and the words (regular expressions) that name it."""

    key: str
    label: str
    words: tuple[str, ...]

    def matches(self, title: str) -> bool:
        return re.search(rf"\b(?:{'|'.join(self.words)})", title, re.IGNORECASE) is not None


FAMILIES: tuple[Family, ...] = (
    Family(
        "nursery",
        "Nursery and childcare",
        (r"nursery", r"cr[eè]che", r"early years", r"childcare", r"play (?:worker|specialist|assistant|leader)"),
    ),
    Family(
        "transport",
        "Patient transport",
        (
            r"patient transport",
            r"ambulance care",
            r"ambulance (?:assistant|driver)",
            r"non[- ]emergency",
            r"(?:bus|van|courier) driver",
            r"driver\b",
        ),
    ),
    Family(
        "pharmacy",
        "Pharmacy support",
        (r"pharmacy", r"dispens(?:er|ing|ary)", r"medicines? (?:management )?(?:assistant|support)"),
    ),
    Family(
        "laboratory",
        "Laboratory support",
        (
            r"laborator",
            r"\blab\b",
            r"patholog",
            r"phlebotom",
            r"mortuary",
            r"specimen",
            r"histolog",
            r"microbiolog",
            r"medical laboratory",
        ),
    ),
    Family(
        "imaging",
        "Imaging support",
        (r"radiograph", r"radiology", r"imaging", r"x[- ]?ray", r"ultrasound", r"mammograph", r"screening assistant"),
    ),
    Family(
        "sterile",
        "Sterile services and medical equipment",
        (r"sterile", r"decontamination", r"endoscopy decontam", r"equipment library", r"medical equipment"),
    ),
    Family(
        "therapy",
        "Therapy support",
        (
            r"therap(?:y|ies)",
            r"therapist",
            r"physio",
            r"occupational therap",
            r"\bot\b",
            r"speech and language",
            r"dietetic",
            r"podiatr",
            r"rehab",
            r"orthotic",
        ),
    ),
    Family(
        "it",
        "IT support",
        (
            r"\bit (?:support|service|help|technician|engineer|apprentice|assistant|trainer|desktop|infrastructure)",
            r"\bict\b",
            r"service ?desk",
            r"help ?desk",
            r"digital",
            r"desktop support",
            r"informatics",
            r"information technology",
            r"software",
            r"data (?:analyst|technician|engineer)",
        ),
    ),
    Family(
        "admin",
        "Administration and clerical",
        (
            r"admin",
            r"clerk",
            r"clerical",
            r"reception",
            r"secretar",
            r"\bpa\b",
            r"personal assistant",
            r"co-?ordinator",
            r"booking",
            r"call (?:handler|centre)",
            r"contact centre",
            r"switchboard",
            r"telephon",
            r"medical records",
            r"health records",
            r"clinical cod(?:er|ing)",
            r"data (?:entry|quality)",
            r"finance",
            r"payroll",
            r"accounts",
            r"\bhr\b",
            r"human resources",
            r"recruitment",
            r"workforce",
            r"office\b",
            r"scheduler",
            r"pathway",
            r"referral",
        ),
    ),
    Family("portering", "Portering", (r"porter", r"patient mover")),
    Family(
        "catering",
        "Catering",
        (
            r"cater",
            r"cook\b",
            r"chef",
            r"kitchen",
            r"food",
            r"ward host",
            r"host(?:ess)?\b",
            r"dining",
            r"barista",
            r"caf[eé]",
        ),
    ),
    Family(
        "domestic",
        "Domestic and housekeeping",
        (r"domestic", r"housekeep", r"clean(?:er|ing|liness)", r"linen", r"laundry", r"hygiene", r"waste"),
    ),
    Family(
        "stores",
        "Stores and supplies",
        (
            r"stores?\b",
            r"storekeeper",
            r"storeperson",
            r"supply chain",
            r"supplies",
            r"procurement",
            r"materials management",
            r"warehouse",
            r"stock",
        ),
    ),
    Family(
        "estates",
        "Estates and facilities",
        (
            r"estates?",
            r"facilit",
            r"mainten",
            r"electrician",
            r"plumber",
            r"carpenter",
            r"joiner",
            r"painter",
            r"gardener",
            r"grounds",
            r"handy ?(?:man|person)",
            r"caretaker",
            r"security",
            r"car park",
            r"fire\b",
            r"engineer",
            r"craft",
            r"mechanic",
        ),
    ),
    Family(
        "community",
        "Peer, community and wellbeing support",
        (
            r"peer",
            r"link worker",
            r"social prescrib",
            r"community (?:connector|navigator)",
            r"care navigator",
            r"volunteer",
            r"wellbeing",
            r"lived experience",
            r"health coach",
            r"advocate",
            r"interpreter",
        ),
    ),
    Family(
        "healthcare_support",
        "Healthcare support",
        (
            r"health ?care (?:support|assistant)",
            r"health ?care apprentice",
            r"\bhca\b",
            r"\bhcsw\b",
            r"\bhcas\b",
            r"clinical support",
            r"support worker",
            r"care (?:assistant|support|worker)",
            r"carer\b",
            r"nursing (?:assistant|auxiliary|support)",
            r"nurs(?:e|ing) associate",
            r"assistant practitioner",
            r"maternity (?:support|care)",
            r"midwifery (?:support|assistant)",
            r"theatre (?:support|assistant)",
            r"ward assistant",
            r"dental (?:nurse|assistant)",
            r"outpatients? assistant",
            r"technical instructor",
            r"recovery worker",
        ),
    ),
)
LABELS = {family.key: family.label for family in FAMILIES} | {OTHER: "Other"}


def job_family(title: str) -> str:
    """The key of the first family that the title names, or "other". A person may correct it for one vacancy."""
    return next((family.key for family in FAMILIES if family.matches(title)), OTHER)
