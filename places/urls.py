from django.urls import path

from places import views

app_name = "places"
urlpatterns = [
    path("about/data/", views.sources, name="sources"),
    path("places/locate/", views.locate_postcode, name="locate"),
]
