"""The note that a recruiter pastes into TRAC, so that the hiring manager reads there what was promised."""

from __future__ import annotations

from vacancies.models import Vacancy


def text_for_trac(vacancy: Vacancy, *, reserved: int, slots: int) -> str:
    """What was decided on a vacancy: posts reserved, interview slots promised. It names nobody."""
    if not reserved:
        return f"Ring-fence {vacancy.reference}: no post reserved. Advertise and shortlist as usual."
    posts = f"{reserved} of {vacancy.posts} post{'' if vacancy.posts == 1 else 's'}"
    return (
        f"Ring-fence {vacancy.reference}: {posts} reserved, up to {slots} guaranteed interviews for people whom the "
        "Skills Academy puts forward and who meet the essential criteria. No post is withheld; appoint on merit."
    )
