"""Addresses of the reply link: the page without sign-in, and the page that sends it."""

from django.urls import path

from pipeline.views import reply

app_name = "replies"
urlpatterns = [
    path("reply/<str:token>/", reply.answer, name="answer"),
    path("vacancies/<str:reference>/ask/", reply.ask, name="ask"),
]
