"""Addresses of vacancies and of the ring-fence."""

from django.urls import path

from vacancies.views import (
    amending,
    countersigning,
    detail,
    feed,
    listing,
    more_imports,
    reconciling,
    reserving,
    standing,
    trying,
    typed,
)

app_name = "vacancies"
urlpatterns = [
    path("vacancies/", listing.listing, name="list"),
    path("vacancies/add/", typed.add, name="add"),
    path("vacancies/standing/", standing.standing, name="standing"),
    path("vacancies/standing/opening/", amending.opening, name="opening"),
    path("vacancies/reconciliation/", reconciling.findings, name="reconciliation"),
    path("vacancies/reconciliation/<int:pk>/", reconciling.finding, name="finding"),
    path("vacancies/entry-level/", trying.trial, name="trial"),
    path("vacancies/re-adverts/", amending.chain_list, name="chains"),
    path("vacancies/reserve/", reserving.bulk_reserve, name="bulk_reserve"),
    path("vacancies/import/trac/", more_imports.trac, name="trac"),
    path("vacancies/import/trac/<str:reference>/", more_imports.trac_check, name="trac_check"),
    path("vacancies/import/fetch/", more_imports.fetch, name="fetch"),
    path("vacancies/import/", feed.upload, name="import"),
    path("vacancies/import/<str:reference>/", feed.check, name="import_check"),
    path("vacancies/countersign/<str:token>/", countersigning.answer, name="countersign"),
    path("vacancies/<str:reference>/", detail.detail, name="detail"),
    path("vacancies/<str:reference>/reserve/", reserving.reserve_posts, name="reserve"),
    path("vacancies/<str:reference>/add-posts/", amending.add_posts, name="add_posts"),
    path("vacancies/<str:reference>/reserve-more/", amending.reserve_more, name="reserve_more"),
    path("vacancies/<str:reference>/re-advert-of/<str:earlier>/", amending.join, name="join"),
    path("vacancies/<str:reference>/move/", detail.move, name="move"),
    path("vacancies/<str:reference>/finish/", detail.finish, name="finish"),
    path("vacancies/<str:reference>/correct/<str:field>/", typed.correct, name="correct"),
]
