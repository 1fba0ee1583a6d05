"""What must be true of a page's HTML so that it works without JavaScript and under the content policy.

`faults(html)` answers a sentence for each breach. `links(html)`, `forms_to(html)` and `headings(html)` read the page for other tests.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SENDS = frozenset({"submit", "image", "button", "reset"})
AS_WRITTEN = {
    "code",
    "pre",
    "textarea",
    "option",
    "title",
    "script",
    "style",
}  # a value of a file, or no text of the page
RAW = (
    (re.compile(r"(?<![\w-])(?:19|20)\d\d-\d\d-\d\d(?![\w-])"), "a date as a machine writes it"),
    # quoted from a file it may stand
    (re.compile(r'(?<![\w/"\u201c])\d\d/\d\d/(?:19|20)\d\d(?![\w/"\u201d])'), "a date as a file has it"),
    (re.compile(r"(?<![\w@.#/])[a-z]+_[a-z_]+(?![\w@])"), "a name from the code"),
    (re.compile(r"\d %"), "a space before the per cent"),
)
HTMX = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")


@dataclass
class Element:
    tag: str
    attrs: dict[str, str]
    parents: list[Element]
    text: str = ""

    def inside(self, tag: str) -> Element | None:
        """The nearest parent of that tag."""
        return next((each for each in reversed(self.parents) if each.tag == tag), None)

    @property
    def drawn_by_script(self) -> bool:
        """Hidden, or marked as of no use, until a script shows it."""
        return any("hidden" in each.attrs or "anchor-js-only" in each.attrs.get("class", "")
                   for each in (self, *self.parents))  # fmt: skip

    def __str__(self) -> str:
        shown = " ".join(f'{name}="{value}"' for name, value in self.attrs.items() if name != "class")
        return f"<{self.tag} {shown}>{' '.join(self.text.split())[:40]}"


@dataclass
class Page(HTMLParser):
    """All elements of a page in their order, each with the text inside."""

    html: str
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    said: list[tuple[str, Element]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, list(self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, list(self.open)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in (each.tag for each in self.open):
            if self.open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data
        if self.open and data.strip():
            self.said.append((" ".join(data.split()), self.open[-1]))

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    @property
    def ids(self) -> list[str]:
        return [element.attrs["id"] for element in self.elements if "id" in element.attrs]


def faults(html: str) -> list[str]:
    """A sentence for each thing on the page that needs JavaScript, breaks the content policy or leaves a reader lost."""
    page = Page(html)
    checks = (_head, _inline, _buttons, _anchors, _forms, _enhanced, _names, _tables, _raw)
    return [fault for check in checks for fault in check(page)]


def headings(html: str) -> list[str]:
    return [" ".join(each.text.split()) for each in Page(html).all("h1")]


def links(html: str, at: str = "/") -> set[str]:
    """The addresses of this site to which the page at `at` leads, without what follows a #."""
    hrefs = (each.attrs.get("href", "") for each in Page(html).all("a"))
    return {urljoin(at, href).partition("#")[0] for href in hrefs if href.startswith(("/", "?"))}


def forms_to(html: str) -> set[str]:
    """The addresses of this site to which forms of the page send."""
    actions = (each.attrs.get("action", "") for each in Page(html).all("form"))
    return {action for action in actions if action.startswith("/")}


def _head(page: Page):
    titles = [" ".join(each.text.split()) for each in page.all("title") if not each.inside("svg")]
    if len(titles) != 1 or not titles[0]:
        yield f"{len(titles)} titles: {titles}"
    found = [" ".join(each.text.split()) for each in page.all("h1")]
    if len(found) != 1 or not found[0]:
        yield f"{len(found)} first headings: {found}"
    if [each.attrs.get("lang") for each in page.all("html")] != ["en-GB"]:
        yield "the page does not say that it is in British English"


def _inline(page: Page):
    for element in page.elements:
        for name, value in element.attrs.items():
            if name.startswith("on") or name in ("style", "hx-on") or name.startswith(("hx-on:", "hx-vals-js")):
                yield f"inline {name}: {element}"
            if value.strip().lower().startswith("javascript:"):
                yield f"script in an address: {element}"
    for element in page.all("script", "style"):
        is_data = element.attrs.get("type") == "application/json"  # words for a script, which no browser runs
        if element.tag == "style" or not (is_data or element.attrs.get("src", "").startswith("/")):
            yield f"inline or foreign {element.tag}: {element}"


def _buttons(page: Page):
    forms = {each.attrs.get("id") for each in page.all("form")}
    for element in page.all("button", "input"):
        sends = element.tag == "button" or element.attrs.get("type") in SENDS
        if not sends or element.drawn_by_script:
            continue
        if not (element.inside("form") or element.attrs.get("form") in forms - {None}):
            yield f"a button outside of any form: {element}"
        elif element.attrs.get("type", "submit") in ("button", "reset"):
            yield f"a button that sends nothing: {element}"


def _anchors(page: Page):
    for element in page.all("a"):
        href = element.attrs.get("href", "")
        if href.startswith("#") and href[1:] not in page.ids:
            yield f"leads nowhere on the page: {element}"
        elif not href and not element.inside("svg"):
            yield f"a link without an address: {element}"
        elif href.startswith("/") and not _known(href):
            yield f"leads to no page of the service: {element}"


def _known(address: str) -> bool:
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return True


def _forms(page: Page):
    for form in page.all("form"):
        method, action = form.attrs.get("method", "get").lower(), form.attrs.get("action", "")
        inputs = [each for each in page.all("input") if form in each.parents]
        if action and not (action.startswith("?") or (action.startswith("/") and _known(action))):
            yield f"a form that posts elsewhere: {form}"
        if method == "post" and "csrfmiddlewaretoken" not in {each.attrs.get("name") for each in inputs}:
            yield f"a form without its token: {form}"
        if any(each.attrs.get("type") == "file" for each in inputs) and "multipart" not in form.attrs.get(
            "enctype", ""
        ):
            yield f"a form whose file would not be sent: {form}"
        if _asks(page, form) and not _can_be_sent(page, form):
            yield f"a form that cannot be sent: {form}"


def _asks(page: Page, form: Element) -> bool:
    """It has something to fill in."""
    fields = page.all("input", "select", "textarea")
    return any(form in each.parents and each.attrs.get("type") != "hidden" for each in fields)


def _can_be_sent(page: Page, form: Element) -> bool:
    """It has a button, in it or naming it."""
    senders = [*page.all("button"), *(each for each in page.all("input") if each.attrs.get("type") in SENDS)]
    return any(form in each.parents or each.attrs.get("form", "-") == form.attrs.get("id") for each in senders)


def _enhanced(page: Page):
    """Whatever htmx takes over works without it: it is a link, a form, or stands in a form that has a button."""
    for element in page.elements:
        if not any(name in element.attrs for name in HTMX):
            continue
        asks_itself = "load" in element.attrs.get("hx-trigger", "") or "every" in element.attrs.get("hx-trigger", "")
        if not (element.tag in ("a", "form") or element.inside("form") or asks_itself):
            yield f"of no use without JavaScript: {element}"


def _names(page: Page):
    repeated = [name for name, times in Counter(page.ids).items() if times > 1]
    if repeated:
        yield f"ids used twice: {repeated}"
    for label in page.all("label"):
        if "for" in label.attrs and label.attrs["for"] not in page.ids:
            yield f"a label of nothing: {label}"
    for element in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            missing = [each for each in element.attrs.get(name, "").split() if each not in page.ids]
            if missing:
                yield f"{name} names {missing}, which are not there: {element}"


def _tables(page: Page):
    """Each table says what it is of, and each of its columns and rows what it is."""
    named = {id(caption.inside("table")) for caption in page.all("caption") if caption.text.strip()}
    for table in page.all("table"):
        if id(table) not in named:
            yield f"a table without a caption: {table}"
    for header in page.all("th"):
        if not header.text.strip():
            yield f"a heading of nothing: {header}"


def _raw(page: Page):
    """What is written for people is in their words: no value as code or a file has it."""
    for words, element in page.said:
        if AS_WRITTEN & {each.tag for each in (element, *element.parents)}:
            continue
        for pattern, what in RAW:
            if found := pattern.search(words):
                yield f"{what}: {found.group()} in {words[:60]}"
