"""Addresses of the room."""

from django.urls import path, register_converter

from levy.views import imports


class SourceConverter:
    """The kinds of file that the room takes in."""

    regex = "transactions|apprentices|roster|pledges"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SourceConverter, "levy_source")

app_name = "levy"
urlpatterns = [
    path("levy/imports/", imports.imports, name="imports"),
    path("levy/imports/<levy_source:kind>/", imports.upload, name="upload"),
    path("levy/imports/roster.csv", imports.roster_template, name="roster_template"),
    path("levy/imports/opening-balance/", imports.opening, name="opening"),
    path("levy/imports/balance/", imports.balance, name="balance"),
    path("levy/imports/paye-scheme/", imports.scheme, name="scheme"),
    path("levy/imports/<str:reference>/", imports.intake, name="intake"),
]
