"""Addresses of the room; included before those of vacancies and people, whose pages it adds to."""

from django.urls import path

from pipeline.views import doubles, employment, lists, offers, people, referral, trac

app_name = "pipeline"
urlpatterns = [
    path("pipeline/", lists.pipeline, name="list"),
    path("pipeline/export/", lists.export, name="export"),
    path("pipeline/offer/", offers.offer_page, name="offer"),
    path("pipeline/trac/", trac.upload, name="trac_file"),
    path("pipeline/trac/<str:reference>/", trac.check, name="trac_check"),
    path("pipeline/jobs/<str:reference>/", employment.employment, name="employment"),
    path("pipeline/jobs/<str:reference>/<str:verb>/", employment.job_step, name="job_step"),
    path("pipeline/<str:reference>/", referral.referral, name="referral"),
    path("pipeline/<str:reference>/<str:step>/", referral.step, name="step"),
    path("vacancies/<str:reference>/people/", people.of_vacancy, name="of_vacancy"),
    path("vacancies/<str:reference>/withdraw/", people.withdraw_vacancy, name="withdraw_vacancy"),
    path("vacancies/<str:reference>/same-as/<str:other>/", doubles.same_advert, name="same_advert"),
    path("people/<str:reference>/interviews/", people.of_candidate, name="of_candidate"),
]
