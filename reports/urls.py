from django.urls import path, re_path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.overview, name="overview"),
    re_path(r"^reports/(?P<measure>m0|m2|m3)/records/$", views.records, name="records"),
    re_path(r"^reports/(?P<measure>m0|m2|m3)\.(?P<kind>csv|xlsx)$", views.download, name="download"),
]
