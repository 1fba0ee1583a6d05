"""What `{% url ... as name %}` sets in one block is gone in the next: such a name leaves a link without an address."""

import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDERS = [Path(settings.BASE_DIR) / "templates", Path(settings.BASE_DIR) / "nhsuk" / "templates"]
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*.html"))
BLOCK = re.compile(r"{%\s*(?:block (\w+)|endblock\b).*?%}")
SET = re.compile(r"{%[^%]*\bas (\w+)\s*%}")


def blocks(text):
    """Name -> what stands between the tags of the block, blocks inside it included."""
    found, opened = {}, []
    for tag in BLOCK.finditer(text):
        if tag[1]:
            opened.append((tag[1], tag.end()))
        elif opened:
            name, start = opened.pop()
            found[name] = text[start : tag.start()]
    return found


def used(name, text):
    """Whether a variable or an argument of a tag names it."""
    return re.search(rf"{{[{{%][^{{}}]*\b{name}\b", SET.sub("", text)) is not None


def lost_names(text):
    """(name, block that uses it) for each name that only another block has set."""
    parts = blocks(text)
    names = {
        name: {block for block, inside in parts.items() if name in SET.findall(inside)} for name in SET.findall(text)
    }
    return [
        (name, block)
        for name, setters in names.items()
        for block, inside in parts.items()
        if setters and block not in setters and used(name, inside) and not any(parts[each] in inside for each in setters)
        and not any(inside in parts[each] for each in setters)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ('{% block a %}{% url "x" as there %}{{ there }}{% endblock %}', []),
        ('{% block a %}{% url "x" as there %}{% endblock %}{% block b %}{{ there }}{% endblock %}', [("there", "b")]),
        ('{% block a %}{% url "x" as t %}{% endblock %}{% block b %}{% back_link t "B" %}{% endblock %}', [("t", "b")]),
        ('{% block a %}{% url "x" as t %}{% block b %}{{ t }}{% endblock %}{% endblock %}', []),
        ('{% block a %}{% url "x" as t %}{% endblock %}{% block b %}{% url "x" as t %}{{ t }}{% endblock %}', []),
        ('{% block a %}{% url "x" as t %}{% endblock %}{% block b %}the letter t{% endblock %}', []),
    ],
)
def test_a_lost_name_is_found(text, lost):
    assert lost_names(text) == lost


def test_all_templates_are_read():
    assert len(TEMPLATES) > 100


def test_no_template_loses_a_name():
    found = [(path.name, *lost) for path in TEMPLATES for lost in lost_names(path.read_text())]
    assert found == []
