"""The walls that import-linter cannot see: relations, migrations, managers, sizes, and what no room may contain."""

import ast
import re
import statistics
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from audit import append_only
from audit.door import Door, Scoped

ROOT = Path(settings.BASE_DIR)
# Highest first, as import-linter has them; rooms on one line stand beside each other.
STOREYS = [
    {"recruitment"},
    {"reports"},
    {"matching", "levy"},
    {"pipeline"},
    {"vacancies", "programmes"},
    {"outbox"},
    {"candidates"},
    {"jobs"},
    {"organisations"},
    {"places"},
    {"audit", "nhsuk"},
]
ROOMS = [room for storey in STOREYS for room in sorted(storey)]
HEIGHT = {room: len(STOREYS) - number for number, storey in enumerate(STOREYS) for room in storey}

# Reviewed: where rows may be read or written without saying for whom.
UNSCOPED_ALLOWED = [
    "*/models.py",
    "*/models/*.py",
    "*/services.py",
    "*/services/*.py",
    "*/imports.py",
    "*/imports/*.py",
    "*/rules.py",
    "*/management/commands/*.py",
    "candidates/readiness.py",  # answers about people whom its caller was given
    "pipeline/appointments.py",  # verbs, apart from services.py for length
    "pipeline/advancing.py",  # the steps of pipeline/imports.py, apart from it for length; rows of the own trust
    "pipeline/replies.py",  # likewise; what it shows it reads by visible_to
    "pipeline/closing.py",  # verbs of a whole vacancy, likewise
    "pipeline/correcting.py",  # verbs that take back, likewise
    "pipeline/expected.py",  # what verify compares, over every row
    "vacancies/ledger.py",  # the only writer of entries, and their sums
    "vacancies/month_ends.py",  # the same sums by month; callers check who may see which trust
    "vacancies/ring_fencing.py",  # verbs of the ring-fence, apart from services.py for length
    "vacancies/amending.py",  # verbs of the ring-fence, likewise
    "vacancies/advert_pages.py",  # takes an advert's page, for the import
    "vacancies/chains.py",  # verbs of re-adverts
    "vacancies/countersigning.py",  # verbs of an override, likewise
    "vacancies/overriding.py",  # the verb that writes one
    "vacancies/signers.py",  # whose address is one at work, over the members of three organisations
    "vacancies/released.py",  # of entries that the reader was shown: which reason goes with which
    "vacancies/years.py",  # the rule by which measures, proof and oversight pick a year's vacancies
    "vacancies/policy_trial.py",  # public adverts, counted for who signs the policy
    "pipeline/far.py",  # numbers of people, for who sees the vacancy's people
    "pipeline/slots.py",  # numbers of slots and of those held, over rows of every person; likewise
    "pipeline/doubles.py",  # locks two vacancies of the own trust
    "vacancies/parting.py",  # likewise
    "vacancies/sites.py",  # weighs the undecided vacancies of a site anew
    "vacancies/saved_views.py",  # verbs of a reader's own views
    "vacancies/criteria.py",  # verbs of criteria
    "vacancies/missing_facts.py",  # fills in facts of many of the own trust at once
    "vacancies/expected.py",  # what verify compares, over every row
    "vacancies/history.py",  # verbs of imported history
    "vacancies/taking.py",  # what every import of vacancies does
    "vacancies/reconciliation.py",  # compares all that is listed with all that is here
    "organisations/loading.py",  # public reference data, whichever manager the model has
    "audit/mover.py",  # reads the row again under its lock
    "recruitment/kept_phrases.py",  # what evidence must not say: read into a refusal, by whoever may write the evidence
    "recruitment/demo/*.py",  # invents the rows of the demonstration
    "reports/measures/*.py",  # count over everybody; what is shown of it is protected
]
# Reviewed: models without SCOPES. They hold nothing about a person, or guard the door themselves.
OPEN_TO_ALL = {
    "audit.Event": "shown through audit.timeline, which asks the subject's door",
    "audit.Thread": "shown through audit.timeline",
    "audit.Reason": "shown through audit.timeline",
    "audit.Read": "shown to the person, the officer and the auditor by a service",
    "candidates.Grant": "is the door",
    "organisations.User": "a name and a sign-in; lists of people are lists of memberships",
}
LINES_IN_A_FILE = 450
LINES_IN_A_FUNCTION = 60


def code_of(room):
    """The Python files of a room, migrations left out."""
    return [path for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]


@cache
def tree(path):
    return ast.parse(path.read_text(), filename=str(path))


def relative(path):
    return path.relative_to(ROOT).as_posix()


def all_code():
    return [path for room in ROOMS for path in code_of(room)]


def models():
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in HEIGHT]


def relations():
    """(model, field, room of the model, room it points at) of each relation between two rooms."""
    for model in models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model is not None:
                here, there = model._meta.app_label, field.related_model._meta.app_label
                if there in HEIGHT and there != here:
                    yield model, field, here, there


def test_every_installed_room_has_its_storey():
    assert sorted(settings.ROOMS) == sorted(ROOMS)
    folders = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert folders == set(ROOMS)


def test_no_relation_points_up_or_beside():
    wrong = [
        f"{model.__name__}.{field.name} -> {there}"
        for model, field, here, there in relations()
        if HEIGHT[there] >= HEIGHT[here]
    ]
    assert wrong == []


def test_relations_between_rooms_have_no_way_back():
    open_ways = [
        f"{model._meta.label}.{field.name}" for model, field, *_ in relations() if not field.remote_field.hidden
    ]
    assert open_ways == []


def test_no_relation_can_point_anywhere():
    generic = [model._meta.label for model in models() for field in model._meta.private_fields]
    to_types = [
        f"{model._meta.label}.{field.name}"
        for model in models()
        for field in model._meta.fields
        if field.related_model is not None and field.related_model._meta.app_label == "contenttypes"
    ]
    assert (generic, to_types) == ([], [])


def test_no_migration_depends_on_a_higher_room():
    migrations = MigrationLoader(None).disk_migrations
    wrong = [
        f"{room}.{name} depends on {other}"
        for (room, name), migration in migrations.items()
        if room in HEIGHT
        for other, _ in [*migration.dependencies, *migration.run_before]
        if other in HEIGHT and other != room and HEIGHT[other] >= HEIGHT[room]
    ]
    assert wrong == []


def unscoped_call_sites():
    for path in all_code():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in {"unscoped", "_default_manager", "_base_manager"}:
                yield relative(path), node.lineno


def test_rows_are_read_without_a_reader_only_where_that_was_reviewed():
    sites = [
        f"{name}:{line}"
        for name, line in unscoped_call_sites()
        if not any(fnmatch(name, pattern) for pattern in UNSCOPED_ALLOWED)
    ]
    assert sites == []


def test_what_was_reviewed_still_reads_without_a_reader():
    files = {name for name, _line in unscoped_call_sites()}
    named = [pattern for pattern in UNSCOPED_ALLOWED if not pattern.startswith("*")]
    assert [pattern for pattern in named if not any(fnmatch(name, pattern) for name in files)] == []


def test_no_name_is_looked_up_to_reach_a_closed_manager():
    """getattr(model, "unscoped") and "unscoped" in text would pass the test above."""
    hidden = [
        f"{relative(path)}:{node.lineno}"
        for path in all_code()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value in {"unscoped", "_default_manager", "_base_manager"}
    ]
    assert hidden == []


def scopes_of(model):
    """The SCOPES of the queryset behind a model's first manager; None where it has none."""
    queryset = model._meta.managers[0]._queryset_class
    return queryset.SCOPES if issubclass(queryset, Scoped) else None


@pytest.mark.parametrize("model", models(), ids=lambda model: model._meta.label)
def test_a_model_with_scopes_has_a_closed_door(model):
    managers = {manager.name: manager for manager in model._meta.managers}
    if scopes_of(model) is None:
        assert not isinstance(managers.get("objects"), Door), "a door without SCOPES shows nothing to anybody"
        return
    assert isinstance(managers["objects"], Door)
    assert model._meta.managers[0].name == "unscoped", "declared first, so that forms and constraints work"
    assert scopes_of(model), "SCOPES is empty"


def people():
    """candidates.Candidate and every model that reaches it by foreign keys, with a relation that leads there."""
    found = {apps.get_model("candidates.Candidate")}
    while True:
        more = {
            model
            for model in models()
            if model not in found
            and any(field.related_model in found for field in model._meta.fields if field.is_relation)
        }
        if not more:
            return sorted(found, key=lambda model: model._meta.label)
        found |= more


@pytest.mark.parametrize("model", people(), ids=lambda model: model._meta.label)
def test_what_is_tied_to_a_person_is_behind_a_door(model):
    assert model._meta.label in OPEN_TO_ALL or model._meta.auto_created or scopes_of(model) is not None


def test_every_append_only_model_has_its_trigger():
    tables = {model._meta.db_table for model in models() if issubclass(model, append_only.AppendOnlyModel)}
    assert tables == set(append_only.TABLES)


def imported(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)


def test_nothing_listens_to_signals():
    listening = [
        f"{relative(path)}: {name}"
        for path in all_code()
        for name in imported(path)
        if name.startswith("django.dispatch") or ".signals" in f".{name}"
    ]
    assert listening == []


def test_no_room_acts_when_it_is_loaded():
    ready = [
        relative(path)
        for path in all_code()
        if path.name == "apps.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name == "ready"
    ]
    assert ready == []


def test_no_file_is_called_utils():
    vague = [relative(path) for path in all_code() if path.stem in {"utils", "helpers", "common", "misc"}]
    assert vague == []


def test_files_are_short_enough_to_read():
    files = [*all_code(), *sorted((ROOT / ".run").rglob("*.py"))]
    lengths = {relative(path): len(path.read_text().splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > LINES_IN_A_FILE} == {}


def functions():
    """(file:name, lines) of every function of the rooms, docstrings included."""
    for path in all_code():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{relative(path)}:{node.name}", node.end_lineno - node.lineno + 1


def test_functions_are_short():
    """The codebases we learn from: a median of 6-8 lines, 5-11% over 30 lines."""
    lengths = dict(functions())
    assert statistics.median(lengths.values()) <= 10
    assert sum(lines > 30 for lines in lengths.values()) / len(lengths) <= 0.11
    assert {name: lines for name, lines in lengths.items() if lines > LINES_IN_A_FUNCTION} == {}


# What silences a check: the codes of the rules, and the words behind them.
SILENCED = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b(?P<codes>:?\s*[A-Z]+\d+|\[[a-z-, ]+\])?(?P<why>.*)")


def silenced_without_a_reason(line):
    found = SILENCED.search(line)
    return bool(found) and not (found["codes"] and re.search(r"[a-z]+[ '’,][a-z]+", found["why"]))


def test_what_silences_a_check_says_which_and_why():
    files = [*all_code(), *ROOT.glob("*.py"), ROOT / "run"]
    files += [path for folder in (".run", "tests", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]
    silent = [
        f"{relative(path)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if silenced_without_a_reason(line)
    ]
    assert silent == []


INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a handler in the page": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "htmx that needs eval": re.compile(r"\bhx-on|hx-vals\s*=\s*[\"']js:|hx-trigger\s*=\s*\"[^\"]*\["),
    "an address off the site": re.compile(r"(?:src|action|poster)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    # A field's help text is written by us, never by a user; Django's own template does the same.
    "text that is not escaped": re.compile(r"(?<!field\.help_text)\|\s*safe\b|autoescape\s+off"),
}


def test_no_template_breaks_the_policy():
    pages = [*sorted(ROOT.glob("templates/**/*.html")), *sorted(ROOT.glob("*/templates/**/*.html"))]
    breaches = [
        f"{relative(page)}: {what}"
        for page in pages
        for what, pattern in INLINE.items()
        if pattern.search(page.read_text())
    ]
    assert breaches == []


class TestTheseTestsCanFail:
    """Each rule above on a sample that breaks it."""

    @pytest.mark.parametrize(
        ("what", "html"),
        [
            ("a script in the page", "<script>x()</script>"),
            ("a style in the page", '<p class="x" style="color: red">'),
            ("a handler in the page", '<a onclick="x()">'),
            ("htmx that needs eval", '<a hx-trigger="click[ctrlKey]">'),
            ("an address off the site", '<img src="//elsewhere.test/x.png">'),
            ("text that is not escaped", "{{ name|safe }}"),
        ],
    )
    def test_templates(self, what, html):
        assert [name for name, pattern in INLINE.items() if pattern.search(html)] == [what]

    @pytest.mark.parametrize(
        ("comment", "silent"),
        [
            ("noqa", True),
            ("noqa: F401", True),
            ("noqa: S101, PT015", True),
            ("noqa - it is only a test", True),
            ("type: ignore", True),
            ("type: ignore[arg-type,misc]", True),
            ("noqa: F401 - the tests look for it here", False),
            ("type: ignore[attr-defined]  # the stubs leave it out", False),
            ("what silences nothing", False),
        ],
    )
    def test_what_silences_a_check(self, comment, silent):
        assert silenced_without_a_reason(f"x = 1  # {comment}") is silent

    def test_a_plain_page_is_fine(self):
        html = '<script src="{% static "x.js" %}" type="module"></script><p class="style">One = two</p>'
        assert [name for name, pattern in INLINE.items() if pattern.search(html)] == []

    @pytest.mark.parametrize(
        ("name", "allowed"),
        [
            ("vacancies/services.py", True),
            ("pipeline/models/referral.py", True),
            ("pipeline/views.py", False),
            ("candidates/api.py", False),
            ("candidates/forms.py", False),
            ("vacancies/todo.py", False),
        ],
    )
    def test_where_rows_may_be_read_without_a_reader(self, name, allowed):
        assert any(fnmatch(name, pattern) for pattern in UNSCOPED_ALLOWED) is allowed

    def test_there_is_something_to_look_at(self):
        assert len(list(relations())) > 10
        assert len(list(unscoped_call_sites())) > 5
        assert len(people()) > 5
