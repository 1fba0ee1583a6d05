"""Addresses of the reply link: the page without sign-in, the page that sends it, and giving back."""

from django.urls import path

from pipeline.views import releasing, reply

app_name = "replies"
urlpatterns = [
    path("reply/<str:token>/", reply.answer, name="answer"),
    path("vacancies/<str:reference>/ask/", reply.ask, name="ask"),
    path("vacancies/<str:reference>/give-back/", releasing.release, name="give_back"),
]
