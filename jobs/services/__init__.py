"""The verbs of the room: receive a file, start work on it, watch it, keep what a person confirmed."""

from jobs.services.keys import KeyReused, once
from jobs.services.profiles import match, remember, table_and_columns
from jobs.services.report import Progress, Report, progress_of
from jobs.services.runner import NothingDone, check_all_or_nothing
from jobs.services.uploads import bytes_of, check_file, discard, receive, same_file_before, table_of, tidy, xml_of
from jobs.services.work import PROBLEM_HEADING, ROW_HEADING, cancel, dispatch, rows_to_mend, start

__all__ = [
    "PROBLEM_HEADING",
    "ROW_HEADING",
    "KeyReused",
    "NothingDone",
    "Progress",
    "Report",
    "bytes_of",
    "cancel",
    "check_all_or_nothing",
    "check_file",
    "discard",
    "dispatch",
    "match",
    "once",
    "progress_of",
    "receive",
    "remember",
    "rows_to_mend",
    "same_file_before",
    "start",
    "table_and_columns",
    "table_of",
    "tidy",
    "xml_of",
]
