"""Reading pages in tests: their words, without tags."""

import re
from html import unescape


def words(response):
    """The text of a page, spaces made single."""
    text = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def rows_of(response):
    """The body rows of the first table, each as the words of its cells."""
    body = re.search(r"<tbody.*?</tbody>", response.content.decode(), re.DOTALL)
    found = re.findall(r"<tr.*?</tr>", body[0], re.DOTALL) if body else []
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in found]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]
