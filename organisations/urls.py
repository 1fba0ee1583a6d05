"""Addresses of the organisations room."""

from django.urls import path

from organisations import views

app_name = "organisations"
urlpatterns = [
    path("organisation/none/", views.no_membership, name="none"),
    path("organisation/switch/", views.switch, name="switch"),
    path("join/<str:token>/", views.accept, name="accept"),
    path("access/", views.people, name="people"),
    path("access/invite/", views.invite, name="invite"),
    path("access/<int:pk>/end/", views.end_membership, name="end"),
    path("access/keys/", views.tokens, name="tokens"),
    path("access/keys/<int:pk>/revoke/", views.revoke_token, name="revoke"),
    path("access/agreements/", views.agreements, name="agreements"),
    path("policies/", views.policies, name="policies"),
    path("policies/<str:name>/", views.policy, name="policy"),
]
