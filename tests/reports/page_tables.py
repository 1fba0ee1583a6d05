"""The tables of a page as a reader sees them: headings and rows of text, without what is only said aloud."""

from html.parser import HTMLParser


class PageTables(HTMLParser):
    """`tables` maps each caption to its tables, each a list of rows of text, the headings first."""

    def __init__(self):
        super().__init__()
        self.tables = {}
        self.rows, self.cell, self.caption, self.hidden, self.where = [], None, None, 0, ""

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.rows, self.caption = [], ""
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
            self.where = "cell"
        elif tag == "caption":
            self.where = "caption"
        elif self.where == "cell" and tag == "span" and (self.hidden or "hidden" in dict(attrs).get("class", "")):
            self.hidden += 1

    def handle_endtag(self, tag):
        if tag == "table":
            self.tables.setdefault(self.caption, []).append(self.rows)
        elif tag in ("th", "td", "caption"):
            self.where = ""
        elif tag == "span" and self.hidden:
            self.hidden -= 1

    def handle_data(self, data):
        if self.where == "caption":
            self.caption += data
        elif self.where == "cell" and not self.hidden:
            self.rows[-1][-1] += data.strip()


def read(html):
    parser = PageTables()
    parser.feed(html.decode())
    return parser.tables
