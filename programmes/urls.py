"""Addresses of people and programmes."""

from django.urls import path

from programmes.views import (
    attendance,
    candidate,
    cohorts,
    edit,
    eligibility,
    enrol,
    enrolments,
    imports,
    people,
    programmes,
)

app_name = "programmes"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/export/", people.export, name="export"),
    path("people/enrol/", enrol.enrol_page, name="enrol"),
    path("people/enrol/duplicates/", enrol.duplicates, name="duplicates"),
    path("people/<str:reference>/", candidate.overview, name="candidate"),
    path("people/<str:reference>/programmes/", candidate.programmes_of, name="of_candidate"),
    path("people/<str:reference>/checks/", candidate.checks, name="checks"),
    path("people/<str:reference>/sharing/", candidate.sharing, name="sharing"),
    path("people/<str:reference>/timeline/", candidate.timeline, name="timeline"),
    path("people/<str:reference>/join/", candidate.join_records, name="join"),
    path("people/<str:reference>/edit/<str:part>/", edit.edit, name="edit"),
    path("people/<str:reference>/supporters/<int:pk>/end/", candidate.stop_supporter, name="end_supporter"),
    path("people/<str:reference>/eligibility/", eligibility.decide, name="eligibility"),
    path("people/<str:reference>/eligibility/<int:pk>/end/", eligibility.end, name="end_eligibility"),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/add/", programmes.add, name="add"),
    path("programmes/cohorts/<str:reference>/", cohorts.cohort, name="cohort"),
    path("programmes/cohorts/<str:reference>/edit/", cohorts.edit_cohort, name="edit_cohort"),
    path("programmes/cohorts/<str:reference>/sessions/", cohorts.sessions, name="sessions"),
    path("programmes/cohorts/<str:reference>/attendance/", attendance.attendance, name="attendance"),
    path("programmes/cohorts/<str:reference>/start/", cohorts.start_those, name="start_those"),
    path("programmes/enrolments/<str:reference>/", enrolments.enrolment, name="enrolment"),
    path("programmes/enrolments/<str:reference>/<str:verb>/", enrolments.enrolment, name="move"),
    path("programmes/import/", imports.upload_page, name="import"),
    path("programmes/import/files/<str:name>", imports.download, name="import_file"),
    path("programmes/import/<str:reference>/", imports.preview, name="preview"),
    path("programmes/import/<str:reference>/columns/", imports.columns, name="columns"),
    path("programmes/<str:reference>/", programmes.programme, name="programme"),
    path("programmes/<str:reference>/edit/", programmes.edit_programme, name="edit_programme"),
    path("programmes/<str:reference>/cohorts/add/", programmes.new_cohort, name="new_cohort"),
]
