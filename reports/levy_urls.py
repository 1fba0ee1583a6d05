"""Addresses of the measure of who benefits from the levy."""

from django.urls import path

from reports import levy, levy_files

app_name = "levy_benefit"
urlpatterns = [
    path("reports/levy/", levy.who_benefits, name="page"),
    # Addresses of the levy's room: its files say who benefits too, which that room cannot know.
    path("levy/figures.xlsx", levy_files.workbook, name="xlsx"),
    path("levy/board-paper.pdf", levy_files.board_paper, name="board_paper"),
    path("reports/levy.csv", levy.who_benefits_csv, name="csv"),
]
