"""Our markup beside that of the design system's own package: the same elements, classes and roles.

The package ships, for each component, examples with the HTML that they make. Names of ids, sizes of labels and
the words differ on purpose and are left out.
"""

import json

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.conf import settings

from nhsuk import fields

COMPONENTS = settings.BASE_DIR / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk" / "components"
KEPT = ("type", "role", "data-module", "inputmode", "rows", "autocapitalize", "spellcheck", "aria-hidden", "hidden")
SIZES = ("nhsuk-label--", "nhsuk-fieldset__legend--")
pytestmark = pytest.mark.skipif(
    not COMPONENTS.is_dir(), reason="needs the design system's package (python -m nhsuk.assets, or ./run test)"
)
MANY = [(value, value) for value in ("a", "b", "c")]
HINT = "Hint"


def example(component, name):
    """The HTML of the package's example called `name`, small variants and numbered headings aside."""
    found = json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]
    return next(each["html"] for each in found if each["name"] == name)


def bones(html):
    """The elements of `html`, each with its classes and telling attributes, without words, headings and pictures."""
    soup = BeautifulSoup(html, "html.parser")
    for heading in soup.find_all(["h1", "svg"]):
        heading.unwrap() if heading.name == "h1" else heading.decompose()
    return [bone(element) for element in soup.find_all(recursive=False)]


def bone(element):
    classes = sorted(name for name in element.get("class", []) if not name.startswith(SIZES))
    marks = {name: element[name] for name in KEPT if name in element.attrs}
    described = len(element.get("aria-describedby", "").split())
    children = [bone(child) for child in element.find_all(recursive=False) if child.name != "option"]
    return element.name, classes, marks, described, children


def drawn(field, *, wrong=True, initial=None):
    kind = type("OneField", (forms.Form,), {"x": field})
    form = kind({} if wrong else None, initial=initial)
    form.is_valid()
    return form["x"].as_field_group()


FAULTY = "with error message and hint"
CASES = [
    (
        "input",
        FAULTY,
        forms.CharField(help_text="Like <span class='nhsuk-u-nowrap'>1</span>", widget=fields.Text(width=10)),
    ),
    ("textarea", FAULTY, forms.CharField(help_text=HINT, widget=forms.Textarea)),
    ("select", FAULTY, forms.ChoiceField(help_text=HINT, choices=MANY)),
    ("radios", FAULTY, forms.ChoiceField(help_text=HINT, choices=MANY, widget=forms.RadioSelect)),
    ("checkboxes", FAULTY, forms.MultipleChoiceField(help_text=HINT, choices=MANY, widget=fields.Checkboxes)),
    ("date-input", FAULTY, fields.DateField(help_text=HINT)),
    ("file-upload", FAULTY, forms.FileField(help_text=HINT)),
    ("password-input", FAULTY, forms.CharField(help_text=HINT, widget=forms.PasswordInput)),
    ("radios", "inline", forms.ChoiceField(choices=MANY[:2], widget=fields.Radios(inline=True))),
    (
        "radios",
        "with hints on items",
        forms.ChoiceField(choices=MANY[:2], widget=fields.Radios(hints={"a": HINT, "b": HINT})),
    ),
    ("date-input", "default", fields.DateField(help_text=HINT)),
    ("input", "with prefix and suffix", forms.CharField(widget=fields.Text(width=5, prefix="£", suffix="per item"))),
    ("input", "without heading", forms.CharField(widget=fields.Text(width=10))),
]


@pytest.mark.parametrize(("component", "name", "field"), CASES, ids=[f"{case[0]} {case[1]}" for case in CASES])
def test_fields(component, name, field):
    ours = bones(drawn(field, wrong=name == FAULTY))
    theirs = bones(example(component, name))
    assert differences(ours, theirs) == []


# What we add or leave out with a reason.
ALLOWED = {
    ("input", "spellcheck"),  # theirs is an NHS number
    ("input", "nhsuk-input--code"),
    ("input", "inputmode"),
}


def differences(ours, theirs):
    """Where two lists of bones part, in words; what ALLOWED names aside."""
    if [each[0] for each in ours] != [each[0] for each in theirs]:
        return [f"elements {[each[0] for each in ours]} instead of {[each[0] for each in theirs]}"]
    found = []
    for (name, classes, marks, described, children), other in zip(ours, theirs, strict=True):
        odd = set(classes) ^ set(other[1]) | {key for key in marks | other[2] if marks.get(key) != other[2].get(key)}
        found += [f"{name}: {each}" for each in sorted(odd) if (name, each) not in ALLOWED]
        found += [f"{name}: {described} descriptions instead of {other[3]}"] if described != other[3] else []
        found += differences(children, other[4])
    return found


@pytest.mark.parametrize(
    ("component", "name", "source"),
    [
        ("tag", "default", '{% tag "Active" %}'),
        ("details", "default", '{% details "Where" %}Text{% enddetails %}'),
        ("inset-text", "default", "{% inset %}<p>Text</p>{% endinset %}"),
        ("button", "default", '{% button "Save" %}'),
        ("button", "secondary, small", '{% button "Save" variant="secondary" small=True %}'),
        ("breadcrumb", "default", '{% breadcrumbs "Home" "#" "Services" "#" "Hospitals" "#" %}'),
        ("card", "feature", ""),
    ],
)
def test_tags(write, component, name, source):
    if component == "card":
        source = "{% card %}<p class='nhsuk-card__description'>Text</p>{% endcard %}"
        name = "basic without heading"
    assert differences(bones(write(source)), bones(example(component, name))) == []


def test_the_package_is_the_one_that_is_pinned():
    package = json.loads((COMPONENTS.parents[2] / "package.json").read_text())
    assert package["version"] == "10.6.1"
    assert package["license"] == "MIT"
