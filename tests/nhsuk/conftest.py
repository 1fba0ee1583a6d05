"""The nhsuk room alone: its pages are those of the style guide, without sign-in and without rows."""

import copy
from pathlib import Path

import pytest
from django.template import Context, Template

HERE = Path(__file__).parent


@pytest.fixture
def guide(settings):
    """Serve the style guide in place of the product."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] += [HERE / "templates"]
    processors = templates[0]["OPTIONS"]["context_processors"]
    processors[processors.index("recruitment.context.page")] = "tests.nhsuk.styleguide.page"
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.nhsuk.urls"
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"


@pytest.fixture
def write(rf):
    """write("{% tag text %}", text="Open"): what a piece of template draws; `query` is the page's query string."""

    def draw(source, query="", **context):
        return Template(source).render(Context({"request": rf.get(f"/list/{query}"), **context}))

    return draw
