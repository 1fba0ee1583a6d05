"""The steps of a referral and the verbs of a job as pages offer them: the form each asks, and the service that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audit.acting import Acting
from audit.mover import Refused
from nhsuk.forms import NhsukForm
from pipeline import appointments, correcting, services
from pipeline.evidence import send_evidence
from pipeline.forms import answers, decisions, interviews, jobs
from pipeline.models import Employment, Evidence, Interview, InterviewKind, Referral, Result
from pipeline.steps import booked_of, held_of


@dataclass(frozen=True, slots=True)
class Verb:
    """`do(row, form, by)` with a valid form; `done` is said afterwards; `hint` stands above the form."""

    label: str
    form: type[NhsukForm]
    do: Callable[[Any, Any, Acting], Any]
    done: str
    hint: str = ""
    warning: bool = False


def _booked(referral: Referral) -> Interview:
    booked = booked_of(referral)
    if booked is None:
        raise Refused("No interview is booked any more. Look at the referral again.")
    return booked


def _accept(referral: Referral, form: Any, by: Acting) -> None:
    services.accept(referral=referral, through=form.through(), by=by)


def _decline(referral: Referral, form: Any, by: Acting) -> None:
    services.decline(referral=referral, through=form.through(), reason=form.cleaned_data["reason"], by=by)


def _submit(referral: Referral, form: Any, by: Acting) -> None:
    application_id = form.cleaned_data.get("application_id", "")
    services.submit(referral=referral, evidence=form.evidence(), application_id=application_id, by=by)


def _application(referral: Referral, form: Any, by: Acting) -> None:
    services.give_application_id(referral=referral, application_id=form.cleaned_data["application_id"], by=by)


def _evidence(referral: Referral, form: Any, by: Acting) -> None:
    send_evidence(referral=referral, evidence=form.evidence(), by=by)


def _decide(referral: Referral, form: Any, by: Acting) -> None:
    if form.cleaned_data["second"]:
        services.assess(referral=referral, not_met=form.not_met(), by=by)
    else:
        services.decide(referral=referral, not_met=form.not_met(), feedback=form.cleaned_data["feedback"], by=by)


def _trac(referral: Referral, form: Any, by: Acting) -> None:
    services.record_trac(
        referral=referral,
        application_id=form.cleaned_data["application_id"],
        not_met=form.not_met(),
        reason=form.refusal(),
        on=form.cleaned_data["on"],
        by=by,
    )


def _book(referral: Referral, form: Any, by: Acting) -> None:
    given = form.cleaned_data
    appointments.book(
        referral=referral,
        at=given["at"],
        also_offered=given["also_offered"],
        place=given["place"],
        kind=InterviewKind(given["kind"]),
        by=by,
    )


def _held(referral: Referral, form: Any, by: Acting) -> None:
    appointments.hold_interview(interview=_booked(referral), by=by)


def _absent(referral: Referral, form: Any, by: Acting) -> None:
    appointments.candidate_absent(interview=_booked(referral), by=by)


def _cancel(referral: Referral, form: Any, by: Acting) -> None:
    by_candidate = form.cleaned_data["who"] == "candidate"
    reason = form.cleaned_data["reason"]
    appointments.cancel(interview=_booked(referral), by_candidate=by_candidate, reason=reason, by=by)


def _outcome(referral: Referral, form: Any, by: Acting) -> None:
    held = held_of(referral)
    if held is None:
        raise Refused("Record first that the interview was held.")
    appointments.record_outcome(
        interview=held,
        result=Result(form.cleaned_data["result"]),
        feedback=form.cleaned_data["feedback"],
        by_criterion=form.by_criterion(),
        by=by,
    )


def _feedback(referral: Referral, form: Any, by: Acting) -> None:
    services.give_feedback(referral=referral, text=form.cleaned_data["text"], by=by)


def _pass_on(referral: Referral, form: Any, by: Acting) -> None:
    services.pass_on_feedback(referral=referral, through=form.through(), by=by)


def _release(referral: Referral, form: Any, by: Acting) -> None:
    given = form.cleaned_data
    services.release(referral=referral, reason=given["reason"], times_offered=given["times"], by=by)


def _break(referral: Referral, form: Any, by: Acting) -> None:
    services.break_promise(referral=referral, reason=form.cleaned_data["reason"], by=by)


def _withdraw(referral: Referral, form: Any, by: Acting) -> None:
    services.withdraw(referral=referral, reason=form.cleaned_data["reason"], by=by)


def _appoint(referral: Referral, form: Any, by: Acting) -> None:
    correcting.appoint_from_reserve(referral=referral, by=by)


def _take_back(referral: Referral, form: Any, by: Acting) -> None:
    correcting.take_back(referral=referral, reason=form.cleaned_data["reason"], by=by)


def _correct(referral: Referral, form: Any, by: Acting) -> None:
    given = form.cleaned_data
    correcting.correct_outcome(referral=referral, result=Result(given["result"]), reason=given["reason"], by=by)


STEPS: dict[str, Verb] = {
    "accept": Verb("Record a yes", answers.ThroughForm, _accept, "The candidate’s yes is recorded."),
    "decline": Verb("Record a no", answers.DeclineForm, _decline, "The candidate’s no is recorded. The slot is free."),
    "submit": Verb(
        "Submit to the trust",
        answers.SubmitForm,
        _submit,
        "Submitted. The trust owes an answer.",
        hint="The trust sees the reference, a neutral code and what you write here. It does not see who it is.",
    ),
    "application": Verb(
        "Add the TRAC application number", answers.ApplicationForm, _application, "The TRAC number is recorded."
    ),
    "evidence": Verb(
        "Send the evidence for new criteria",
        answers.EvidenceForm,
        _evidence,
        "Sent. The trust sees it beside the new criteria.",
        hint="The trust added these essential criteria after it had the referral, and decides by them. It sees what you "
        "write here, and does not see who it is.",
    ),
    "decide": Verb(
        "Decide by criterion",
        decisions.DecideForm,
        _decide,
        "Recorded.",
        hint="If every essential criterion is met, an interview is promised and you see who it is.",
    ),
    "trac": Verb(
        "Record what TRAC says",
        decisions.TracForm,
        _trac,
        "Recorded.",
        hint="Shortlisted means that an interview is promised, and you see who it is.",
    ),
    "book": Verb(
        "Book the interview",
        interviews.BookForm,
        _book,
        "The interview is booked.",
        hint="Offer two times. If the candidate gives the interview up after fewer, it counts against the trust.",
    ),
    "held": Verb("It was held", answers.NoFacts, _held, "The interview was held: the guarantee is kept."),
    "absent": Verb(
        "The candidate did not come",
        answers.NoFacts,
        _absent,
        "Recorded. Book another time, or record that they gave it up.",
        hint="The promise stays: another time can be booked.",
    ),
    "cancel": Verb("Cancel the interview", interviews.CancelForm, _cancel, "The interview is cancelled. Book another."),
    "outcome": Verb("Record the outcome", interviews.OutcomeForm, _outcome, "The outcome is recorded."),
    "feedback": Verb("Write the feedback", decisions.FeedbackForm, _feedback, "The academy passes the feedback on."),
    "pass_on": Verb("Pass on the feedback", answers.PassOnForm, _pass_on, "The feedback was passed on."),
    "release": Verb("Given up by the candidate", interviews.ReleaseForm, _release, "Recorded as given up."),
    "break": Verb(
        "Withdraw the interview",
        answers.ReasonForm,
        _break,
        "The promise is broken, and the reason is recorded.",
        hint="This breaks the guarantee. It is published as a breach with its reason.",
        warning=True,
    ),
    "appoint": Verb(
        "Appoint from the reserve list",
        answers.NoFacts,
        _appoint,
        "Appointed. The job is offered, subject to checks.",
        hint="They were interviewed for this vacancy and are on its reserve list: no new interview is needed.",
    ),
    "take_back": Verb(
        "Take back what was recorded by mistake",
        answers.CorrectForm,
        _take_back,
        "Taken back. Record it as it was.",
        hint="This goes one step back: the decision, or what was said of the interview. The mistake and its reason "
        "stay in the record.",
        warning=True,
    ),
    "correct": Verb(
        "Correct the outcome",
        interviews.CorrectOutcomeForm,
        _correct,
        "The outcome is corrected.",
        hint="The outcome as it was recorded and your reason stay in the record. A job that was offered by mistake ends.",
        warning=True,
    ),
    "withdraw": Verb("The candidate withdraws", answers.ReasonForm, _withdraw, "Withdrawn. The slot is free."),
}


def _clear(employment: Employment, form: Any, by: Acting) -> None:
    appointments.clear(employment=employment, agreed_start=form.cleaned_data["agreed_start"], by=by)


def _start(employment: Employment, form: Any, by: Acting) -> None:
    given = form.cleaned_data
    appointments.start(employment=employment, on=given["on"], evidence=Evidence(given["evidence"]), by=by)


def _end(employment: Employment, form: Any, by: Acting) -> None:
    given = form.cleaned_data
    appointments.end(employment=employment, on=given["on"], reason=given["reason"], by=by)


def _fall_through(employment: Employment, form: Any, by: Acting) -> None:
    appointments.fall_through(employment=employment, reason=form.cleaned_data["reason"], by=by)


JOB_VERBS: dict[str, Verb] = {
    "clear": Verb("Record that the checks are cleared", jobs.ClearForm, _clear, "The checks are cleared."),
    "start": Verb("Record the first day", jobs.StartForm, _start, "The start is recorded, and counts."),
    "end": Verb("Record the end", jobs.EndForm, _end, "The end is recorded."),
    "fall_through": Verb(
        "The offer fell through",
        jobs.FallThroughForm,
        _fall_through,
        "Recorded. Checks that it opened stop.",
        warning=True,
    ),
}
