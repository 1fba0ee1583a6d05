"""The words of TRAC exports: which heading is probably which field, and what values mean. Unverified; add to them."""

from typing import Literal

RecruitmentType = Literal["external", "internal", "restricted", "partnership", ""]
VacancyStage = Literal["draft", "open", "closed", "shortlisting", "interviewing", "finished", "withdrawn", ""]
ShortlistResult = Literal["meets", "does not meet", "reserve", ""]
OfferStage = Literal["conditional", "unconditional", "started", "withdrawn", ""]
CheckState = Literal["complete", "with candidate", "with third party", "outstanding", "not required"]
Outcome = Literal["appointed", "reserve", "not appointed", ""]

# Heading in plain words (no case, no punctuation) to field.
VACANCY_HEADINGS: dict[str, str] = {
    **dict.fromkeys(
        (
            "vacancy reference",
            "reference",
            "job reference",
            "vacancy ref",
            "job ref",
            "ref",
            "vacancy id",
            "reference number",
            "trac reference",
            "ref no",
            "ref number",
            "reference no",
            "job ref no",
            "job reference number",
            "vacancy ref no",
            "vacancy reference number",
            "vacancy no",
            "vacancy number",
            "advert reference",
            "trac ref",
        ),
        "reference",
    ),
    **dict.fromkeys(
        (
            "nhs jobs reference",
            "nhs jobs ref",
            "nhs jobs reference number",
            "nhs jobs vacancy reference",
            "nhs jobs id",
            "nhs jobs",
            "nhs jobs link",
            "nhs jobs url",
            "link to nhs jobs",
            "nhsjobs reference",
            "nhsjobs",
        ),
        "nhs_jobs_reference",
    ),
    **dict.fromkeys(
        (
            "job title",
            "title",
            "vacancy title",
            "post title",
            "position title",
            "post",
            "job",
            "job name",
            "post name",
            "role",
            "job role",
            "vacancy",
            "position",
        ),
        "title",
    ),
    **dict.fromkeys(
        ("employer", "trust", "organisation", "employer name", "trust name", "organisation name"), "employer"
    ),
    **dict.fromkeys(
        (
            "department",
            "dept",
            "department name",
            "dept name",
            "directorate",
            "division",
            "service",
            "ward",
            "team",
            "care group",
        ),
        "department",
    ),
    **dict.fromkeys(("site", "site name", "location", "work location", "place of work", "base", "hospital"), "site"),
    **dict.fromkeys(("cost centre", "cost code", "cost centre code"), "cost_centre"),
    **dict.fromkeys(("esr position number", "position number", "esr position", "position id"), "position_number"),
    **dict.fromkeys(
        (
            "grade",
            "band",
            "pay band",
            "band grade",
            "pay grade",
            "grade band",
            "afc",
            "afc band",
            "afc grade",
            "agenda for change band",
            "banding",
            "pay scale",
        ),
        "grade",
    ),
    **dict.fromkeys(("staff group", "staffgroup", "discipline"), "staff_group"),
    **dict.fromkeys(
        ("contract", "contract type", "type of contract", "type", "employment type", "contract basis"), "contract"
    ),
    **dict.fromkeys(
        ("hours", "hours per week", "weekly hours", "contracted hours", "hours a week", "hrs", "hrs per week"), "hours"
    ),
    **dict.fromkeys(
        (
            "number of posts",
            "posts",
            "no of posts",
            "number of positions",
            "vacancies",
            "number of vacancies",
            "headcount",
            "how many",
            "how many posts",
            "no posts",
            "no of vacancies",
            "no of positions",
            "positions",
            "post count",
        ),
        "posts",
    ),
    **dict.fromkeys(
        ("recruitment type", "type of recruitment", "vacancy type", "advert type", "application form"),
        "recruitment_type",
    ),
    **dict.fromkeys(
        ("authorised date", "date authorised", "authorised", "approval date", "date approved", "authorisation date"),
        "authorised",
    ),
    **dict.fromkeys(
        (
            "published date",
            "date published",
            "advert start",
            "opening date",
            "date opened",
            "advert date",
            "date advertised",
            "posted",
            "opening",
            "opens",
            "open date",
            "opened",
            "advert opened",
            "advert start date",
            "advert opening date",
            "go live date",
            "live date",
            "publish date",
        ),
        "published",
    ),
    **dict.fromkeys(
        (
            "closing date",
            "date closed",
            "advert end",
            "close date",
            "closes",
            "closing",
            "closes on",
            "closed",
            "advert closes",
            "advert end date",
            "advert closing date",
            "closing day",
            "closing date and time",
            "deadline",
        ),
        "closes",
    ),
    **dict.fromkeys(
        ("shortlisting complete", "shortlisted date", "date shortlisted", "shortlisting completed"), "shortlisted"
    ),
    **dict.fromkeys(("interview date", "date of interview", "interviews"), "interview"),
    **dict.fromkeys(("stage", "status", "vacancy status", "vacancy stage"), "stage"),
}

APPLICATION_HEADINGS: dict[str, str] = {
    **dict.fromkeys(("vacancy reference", "job reference", "vacancy ref", "job ref", "reference"), "vacancy_reference"),
    **dict.fromkeys(
        (
            "application id",
            "application reference",
            "application ref",
            "applicant id",
            "ar number",
            "application number",
        ),
        "application_id",
    ),
    **dict.fromkeys(
        ("guaranteed interview", "guaranteed interview scheme", "gis", "disability confident"), "guaranteed_interview"
    ),
    **dict.fromkeys(("stage", "status", "application status", "application stage", "current stage"), "stage"),
    **dict.fromkeys(
        ("shortlist result", "shortlisted", "shortlisting result", "shortlisting outcome", "shortlisting decision"),
        "shortlisting",
    ),
    **dict.fromkeys(("interview date", "date of interview"), "interview"),
    **dict.fromkeys(("interview attended", "attended", "attended interview", "attendance"), "attended"),
    **dict.fromkeys(("interview result", "interview outcome", "outcome", "result"), "outcome"),
    **dict.fromkeys(
        ("offer conditional date", "conditional offer date", "conditional offer", "offer date", "date of offer"),
        "offered",
    ),
    **dict.fromkeys(("agreed start date", "start date", "date started", "actual start date"), "start"),
    **dict.fromkeys(("id check", "identity", "identity check", "id"), "identity"),
    **dict.fromkeys(("right to work", "right to work check", "rtw"), "right_to_work"),
    **dict.fromkeys(
        ("references", "referees", "reference check", "reference checks", "employment history"), "referees"
    ),
    **dict.fromkeys(
        ("registration and qualifications", "qualifications", "registration", "professional registration"),
        "qualifications",
    ),
    **dict.fromkeys(("occupational health", "health", "oh", "work health assessment", "oh clearance"), "health"),
    **dict.fromkeys(("dbs", "dbs check", "criminal record check"), "dbs"),
}

# Looked for in this order inside the plain words of the cell.
RECRUITMENT_TYPES: tuple[tuple[str, RecruitmentType], ...] = (
    ("partnership", "partnership"),
    ("partner", "partnership"),
    ("restricted", "restricted"),
    ("retire", "restricted"),
    ("ring fenced", "restricted"),
    ("internal", "internal"),
    ("external", "external"),
    ("open", "external"),
)
VACANCY_STAGES: tuple[tuple[str, VacancyStage], ...] = (
    ("withdrawn", "withdrawn"),
    ("cancelled", "withdrawn"),
    ("shortlist", "shortlisting"),
    ("longlist", "shortlisting"),
    ("interview", "interviewing"),
    ("offer", "interviewing"),
    ("pre employment", "interviewing"),
    ("check", "interviewing"),
    ("starting", "interviewing"),
    ("complete", "finished"),
    ("filled", "finished"),
    ("archived", "finished"),
    ("closed", "closed"),
    ("advertised", "open"),
    ("advertising", "open"),
    ("published", "open"),
    ("live", "open"),
    ("open", "open"),
    ("authoris", "draft"),
    ("approv", "draft"),
    ("draft", "draft"),
)
SHORTLIST_RESULTS: dict[str, ShortlistResult] = {
    **dict.fromkeys(
        (
            "shortlisted",
            "y",
            "yes",
            "invited to interview",
            "invite to interview",
            "interview",
            "pass",
            "passed",
            "successful",
            "accepted",
        ),
        "meets",
    ),
    **dict.fromkeys(
        ("not shortlisted", "n", "no", "rejected", "reject", "unsuccessful", "fail", "failed", "declined"),
        "does not meet",
    ),
    **dict.fromkeys(("reserve", "reserve list", "reserved"), "reserve"),
    **dict.fromkeys(("pending", "awaiting", "in progress", "not decided", "undecided"), ""),
}
ATTENDANCE: dict[str, bool] = {
    **dict.fromkeys(("y", "yes", "attended", "true", "1"), True),
    **dict.fromkeys(("n", "no", "did not attend", "dna", "not attended", "failed to attend", "false", "0"), False),
}
# Word inside the stage or result; what it says of the offer; what it says of the interview's outcome. First fit wins.
APPLICATION_STAGES: tuple[tuple[str, OfferStage, Outcome], ...] = (
    ("offer withdrawn", "withdrawn", ""),
    ("withdrawn offer", "withdrawn", ""),
    ("offer declined", "withdrawn", ""),
    ("declined offer", "withdrawn", ""),
    ("offer rejected", "withdrawn", ""),
    ("rejected offer", "withdrawn", ""),
    ("not started", "", ""),
    ("not yet started", "", ""),
    ("not offered", "", "not appointed"),
    ("no offer", "", "not appointed"),
    ("not successful", "", "not appointed"),
    ("unappoint", "", "not appointed"),
    ("unconditional", "unconditional", "appointed"),
    ("conditional", "conditional", "appointed"),
    ("started", "started", "appointed"),
    ("starting", "unconditional", "appointed"),
    ("not appointed", "", "not appointed"),
    ("not appointable", "", "not appointed"),
    ("unsuccessful", "", "not appointed"),
    ("rejected after interview", "", "not appointed"),
    ("reserve", "", "reserve"),
    ("appointable", "", "reserve"),
    ("appointed", "", "appointed"),
    ("successful", "", "appointed"),
    ("offer", "conditional", "appointed"),
)
# Words inside a stage that say how far the work is, and nothing of what came of it.
UNDER_WAY = (
    "new",
    "appl",
    "longlist",
    "shortlist",
    "interview",
    "assessment",
    "review",
    "received",
    "invited",
    "pending",
    "progress",
    "pre employment",
    "check",
)
REFUSED = ("not shortlisted", "unsuccessful", "not successful", "reject", "fail")
CHECK_STATES: dict[str, CheckState] = {
    **dict.fromkeys(
        ("complete", "completed", "cleared", "clear", "done", "received", "satisfactory", "y", "yes"), "complete"
    ),
    **dict.fromkeys(("with candidate", "with applicant", "awaiting candidate", "awaiting applicant"), "with candidate"),
    **dict.fromkeys(
        ("with third party", "with 3rd party", "awaiting third party", "sent", "requested", "in progress"),
        "with third party",
    ),
    **dict.fromkeys(("outstanding", "not started", "awaiting", "pending", "incomplete", "n", "no"), "outstanding"),
    **dict.fromkeys(("not required", "n a", "na", "not applicable"), "not required"),
}
