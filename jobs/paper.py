"""What every PDF of the service has below its pages."""

from __future__ import annotations

from typing import Any

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

GREY = colors.HexColor("#4c6272")


def numbered(foot: str, *, margin: float, height: float = 10 * mm, size: float = 8) -> type[Canvas]:
    """A canvas that writes `foot` and "Page 2 of 7" below each page; lengths in points, `margin` at either side."""

    class Numbered(Canvas):
        _startPage: Any  # ReportLab's own way to a new page; its stubs leave it out
        _pagesize: tuple[float, float]

        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            self.drawn: list[dict[str, Any]] = []

        def showPage(self) -> None:
            """How many pages there are is known once all are drawn: each waits until then."""
            self.drawn.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self.drawn, start=1):
                self.__dict__.update(page)
                self.setFont("Helvetica", size)
                self.setFillColor(GREY)
                self.drawString(margin, height, foot)
                self.drawRightString(self._pagesize[0] - margin, height, f"Page {number} of {len(self.drawn)}")
                super().showPage()
            super().save()

    return Numbered
