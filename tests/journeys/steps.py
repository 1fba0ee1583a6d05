"""What the recruiter's journeys do again and again: sign in, read figures and rows, upload, decide."""

import re

from playwright.sync_api import expect

from tests.browser import sign_in

expect.set_options(timeout=20_000)


def signed_in(page, member):
    """The page, with a session of somebody that `somebody` or a world made."""
    sign_in(page, getattr(member, "user", member))
    return page


def words(page, within="main"):
    """The visible words of a part of the page, spaces made single."""
    return " ".join(page.locator(within).first.inner_text().split())


def figures(page):
    """The large figures of a page, each with the words under it."""
    found = (each.inner_text().split("\n") for each in page.locator(".anchor-figures > *").all())
    return [" ".join([line.strip() for line in lines if line.strip()][:2]) for lines in found]


def rows(page, caption=None):
    """The body rows of a table (the first, or that with a caption), each as the words of its cells."""
    table = page.locator("table", has=page.locator("caption", has_text=caption)) if caption else page.locator("table")
    return table.first.locator("tbody").evaluate(
        """body => [...body.rows].map(row => [...row.cells].map(cell => cell.innerText.replace(/\\s+/g, ' ').trim()))"""
    )


def tabs(page):
    """The tabs of a list: words -> number."""
    found = (re.fullmatch(r"(.+) \((\d+)\)", words.strip()) for words in page.locator("main nav a").all_inner_texts())
    return {match[1]: int(match[2]) for match in found if match}


def heading(page, words):
    """Wait for the page with this heading."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def said(page, words):
    """Wait until the page says this."""
    expect(page.get_by_text(words).first).to_be_visible()


def press(page, button):
    """Press a button that leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def follow(page, link):
    """Follow a link, and wait for its page."""
    with page.expect_navigation():
        page.get_by_role("link", name=link).first.click()


def upload(page, name, content, button):
    """Choose a file and send it."""
    kind = "text/xml" if name.endswith("xml") else "text/csv"
    page.set_input_files("input[type=file]", {"name": name, "mimeType": kind, "buffer": content})
    press(page, button)
