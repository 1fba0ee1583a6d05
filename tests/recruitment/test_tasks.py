"""Today's order."""

from datetime import date

from audit.tasks import Task
from recruitment.tasks import sort_out

MONDAY = date(2026, 11, 23)


def task(text, due=None, **more):
    return Task(text, "/", due, **more)


def test_tasks_fall_into_lists_by_their_last_day():
    lists = sort_out(
        [
            task("late", date(2026, 11, 20)),
            task("today", MONDAY),
            task("in a week", date(2026, 11, 30)),
            task("later", date(2026, 12, 1)),
            task("some day"),
            task("theirs", date(2026, 11, 20), waiting=True),
        ],
        on=MONDAY,
    )
    assert [(row.task.text, row.when, row.tag) for row in lists.overdue] == [("late", "", "3 days late")]
    assert [(row.task.text, row.when) for row in lists.soon] == [("today", "Today"), ("in a week", "By 30 November")]
    assert [(row.task.text, row.when) for row in lists.later] == [("later", "By 1 December")]
    assert [(row.task.text, row.when) for row in lists.undated] == [("some day", "")]
    assert [(row.task.text, row.when, row.tag) for row in lists.waiting] == [
        ("theirs", "By 20 November", "3 days late")
    ]


def test_the_longest_overdue_comes_first_then_words_decide():
    lists = sort_out(
        [task("b", date(2026, 11, 22)), task("a", date(2026, 11, 22)), task("c", date(2026, 11, 2))], on=MONDAY
    )
    assert [(row.task.text, row.tag) for row in lists.overdue] == [
        ("c", "21 days late"),
        ("a", "1 day late"),
        ("b", "1 day late"),
    ]


def test_nothing_is_empty():
    assert sort_out([], on=MONDAY).is_empty()
