"""What each reader gets of the measures: one edition, from which screen, chart, CSV, XLSX and API all take their figures."""

from .edition import Edition, edition_of, periods
from .table import STAR, Column, Row, Table, Value

__all__ = ["STAR", "Column", "Edition", "Row", "Table", "Value", "edition_of", "periods"]
