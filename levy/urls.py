"""Addresses of the room."""

from django.urls import path, register_converter

from levy.tables import TABLES
from levy.views import gifts, imports, overview, plans, scenarios, schemes


class TableConverter:
    """The tables that can be taken away as CSV."""

    regex = "|".join(TABLES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class SourceConverter:
    """The kinds of file that the room takes in."""

    regex = "transactions|apprentices|roster|pledges"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SourceConverter, "levy_source")
register_converter(TableConverter, "levy_table")

app_name = "levy"
urlpatterns = [
    path("levy/", overview.overview, name="overview"),
    path("levy/expiry/", overview.expiry, name="expiry"),
    path("levy/expiry/<str:month>/", overview.lot, name="lot"),
    path("levy/figures/<levy_table:what>.csv", overview.as_csv, name="csv"),
    path("levy/scenarios/", scenarios.scenarios, name="scenarios"),
    path("levy/scenarios/<int:scenario>/remove/", scenarios.forget, name="forget_scenario"),
    path("levy/imports/", imports.imports, name="imports"),
    path("levy/imports/<levy_source:kind>/", imports.upload, name="upload"),
    path("levy/imports/roster.csv", imports.roster_template, name="roster_template"),
    path("levy/imports/opening-balance/", imports.opening, name="opening"),
    path("levy/imports/opening-balance/remove/", imports.no_opening, name="remove_opening"),
    path("levy/imports/balance/", imports.balance, name="balance"),
    path("levy/imports/paye-scheme/", imports.scheme, name="scheme"),
    path("levy/imports/look/<str:reference>/", imports.look, name="look"),
    path("levy/imports/levy-to-come/", imports.mean, name="mean"),
    path("levy/imports/<str:reference>/take-back/", imports.taking_back, name="take_back"),
    path("levy/imports/<str:reference>/to-mend.csv", imports.to_mend, name="to_mend"),
    path("levy/imports/<str:reference>/", imports.intake, name="intake"),
    path("levy/plans/", plans.plans, name="plans"),
    path("levy/plans.csv", plans.plans_csv, name="plans_csv"),
    path("levy/plans/add/", plans.add, name="add_plan"),
    path("levy/plans/<str:reference>/", plans.plan, name="plan"),
    path("levy/plans/<str:reference>/change/", plans.change, name="change_plan"),
    path("levy/plans/<str:reference>/close/", plans.close, name="close_plan"),
    path("levy/plans/<str:reference>/milestones/", plans.milestone, name="add_milestone"),
    path("levy/applications/<int:application>/plan/", plans.adopt, name="adopt"),
    path("levy/milestones/<int:milestone>/reached/", plans.reached, name="reach_milestone"),
    path("levy/gifts/", gifts.gifts, name="gifts"),
    path("levy/offers/add/", gifts.add_offer, name="add_offer"),
    path("levy/offers/<str:reference>/", gifts.offer, name="offer"),
    path("levy/offers/<str:reference>/close/", gifts.end_offer, name="close_offer"),
    path("levy/offers/<str:reference>/match/<str:plan>/", gifts.match, name="match"),
    path("levy/gifts/<str:reference>/", gifts.gift, name="gift"),
    path("levy/gifts/<str:reference>/step/<str:verb>/", gifts.move, name="move"),
    path("levy/gifts/<str:reference>/payments/", gifts.payment, name="pay"),
    path("levy/gifts/<str:reference>/payments/<int:payment>/take-out/", gifts.taking_out, name="take_out"),
    path("levy/gifts/<str:reference>/places/", gifts.place, name="place"),
    path("levy/paye-schemes/", schemes.schemes, name="schemes"),
    path("levy/paye-schemes/<int:scheme>/", schemes.move, name="move_scheme"),
]
