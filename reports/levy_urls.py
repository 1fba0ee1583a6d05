"""Addresses of the measure of who benefits from the levy."""

from django.urls import path

from reports import levy, levy_files, levy_trusts

app_name = "levy_benefit"
urlpatterns = [
    path("reports/levy/", levy.who_benefits, name="page"),
    # Addresses of the levy's room that say, or star, what was paid for whom, which that room cannot know.
    path("levy/figures.xlsx", levy_files.workbook, name="xlsx"),
    path("levy/board-paper.pdf", levy_files.board_paper, name="board_paper"),
    path("levy/trusts/", levy_trusts.trusts, name="trusts"),
    path("levy/trusts.csv", levy_trusts.trusts_csv, name="trusts_csv"),
    path("reports/levy.csv", levy.who_benefits_csv, name="csv"),
]
