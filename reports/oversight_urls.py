"""The address of the ICB's page on the ring-fence."""

from django.urls import path

from reports import oversight

app_name = "oversight"
urlpatterns = [path("reports/oversight/", oversight.page, name="page")]
