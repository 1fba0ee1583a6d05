"""Every page works without JavaScript and under the content policy, and every link on it opens for who reads it."""

import pytest
from django.urls import resolve

from tests.every_page.markup import faults, forms_to, headings, links
from tests.every_page.visits import DOCUMENTATION, ROLES, body, client_of, is_page, rows_of, shared_world
from tests.permissions import accounts

pytestmark = pytest.mark.django_db
GOOD = """<!doctype html><html lang="en-GB"><head><title>Good</title><script src="/static/a.js"></script></head>
<body><h1 id="top">Good</h1><a href="#top">Up</a> <a href="/search/?q=a#top">Search</a>
<table><caption>Good</caption><tr><th>Good</th><td>Good</td></tr></table>
<form method="post" enctype="multipart/form-data"><input type="hidden" name="csrfmiddlewaretoken">
<label for="f">File</label><input id="f" type="file" aria-describedby="top"><button>Send</button></form></body></html>"""
# (what a careless hand might do to the good page, the sentence)
BROKEN = [
    ("<h1 id=\"top\">Good</h1>", '<p id="top"></p>', "0 first headings: []"),
    ("<title>Good</title>", "<title> </title>", "1 titles: ['']"),
    ('lang="en-GB"', 'lang="en"', "the page does not say that it is in British English"),
    ("<h1 id", '<h1 onclick="go()" id', 'inline onclick: <h1 onclick="go()" id="top">Good'),
    ("<h1 id", '<h1 style="color: red" id', 'inline style: <h1 style="color: red" id="top">Good'),
    ('href="#top"', 'href="javascript:go()"', 'script in an address: <a href="javascript:go()">Up'),
    ("</head>", "<script>go()</script></head>", "inline or foreign script: <script >go()"),
    ("</head>", "<style>p {}</style></head>", "inline or foreign style: <style >p {}"),
    ("</head>", '<script src="https://x.test/a.js"></script></head>',
     'inline or foreign script: <script src="https://x.test/a.js">'),
    ("</body>", "<button>Go</button></body>", "a button outside of any form: <button >Go"),
    ("<button>", '<button type="button">', 'a button that sends nothing: <button type="button">Send'),
    ("#top\">Up", "#bottom\">Up", 'leads nowhere on the page: <a href="#bottom">Up'),
    ('<a href="#top">', "<a>", "a link without an address: <a >Up"),
    ("/search/", "/serch/", 'leads to no page of the service: <a href="/serch/?q=a#top">Search'),
    ('method="post"', 'method="post" action="https://x.test/"',
     'a form that posts elsewhere: <form method="post" action="https://x.test/" enctype="multipart/form-data">FileSend'),
    ("csrfmiddlewaretoken", "token",
     'a form without its token: <form method="post" enctype="multipart/form-data">FileSend'),
    (' enctype="multipart/form-data"', "", 'a form whose file would not be sent: <form method="post">FileSend'),
    ("<button>Send</button>", "", 'a form that cannot be sent: <form method="post" enctype="multipart/form-data">File'),
    ("</body>", '<p hx-get="/search/"></p></body>', 'of no use without JavaScript: <p hx-get="/search/">'),
    ("</body>", '<p id="top"></p></body>', "ids used twice: ['top']"),
    ('for="f"', 'for="g"', 'a label of nothing: <label for="g">File'),
    ('aria-describedby="top"', 'aria-describedby="gone"',
     "aria-describedby names ['gone'], which are not there: <input id=\"f\" type=\"file\" aria-describedby=\"gone\">"),
    ("<caption>", "<caption></caption><p hidden>", "a table without a caption: <table >GoodGoodGood"),
    ("<th>Good", "<th>", "a heading of nothing: <th >"),
    ("Good</td>", "On 2026-11-22</td>", "a date as a machine writes it: 2026-11-22 in On 2026-11-22"),
    ("Good</td>", "On 22/11/2026.</td>", "a date as a file has it: 22/11/2026 in On 22/11/2026."),
    ("Good</td>", "did_not_start</td>", "a name from the code: did_not_start in did_not_start"),
    ("Good</td>", "20 % of</td>", "a space before the per cent: 0 % in 20 % of"),
]  # fmt: skip
# Pages to which no link has to lead, by view or by (view, persona), and how people come there.
LED_OTHERWISE = {
    "organisations:accept": "by the link of an invitation",
    "replies:answer": "by the link of an e-mail",
    "vacancies:countersign": "by the link of an e-mail",
    "organisations:switch": "who holds two memberships finds it beside the name",
    "places:locate": "the field of the postcode asks it",
    "programmes:preview": "once a file is chosen",
    "pipeline:trac_check": "once a file is chosen",
    "vacancies:import_check": "once a file is chosen",
    "vacancies:trac_check": "once a file is chosen",
    "vacancies:history_check": "once a file is chosen",
    "vacancies:ask_to_countersign": "where less than due was reserved",
    "vacancies:finish": "where an imported advert lacks something",
    "vacancies:facts": "where posts or pay band of a vacancy are missing",
    "vacancies:join": "where an advert looks like a re-advert",
    "pipeline:same_advert": "where an advert looks like one that is here",
    "levy:look": "once a file is chosen",
    "levy:remove_opening": "where an opening balance was noted",
    "vacancies:trial": "from the reading of entry level",
    ("jobs:list", "icb_analyst"): "its work is begun for it",
    ("jobs:list", "auditor"): "begins no work",
    ("jobs:list", "system_admin"): "begins no work",
}
# What a script shows is of no concern without one.
DRAWN_BY_SCRIPT = '<li hidden><button type="button">More</button></li>'


def test_a_good_page_has_no_fault():
    assert faults(GOOD) == []
    assert faults(GOOD.replace("</body>", f"{DRAWN_BY_SCRIPT}</body>")) == []
    assert (headings(GOOD), links(GOOD), forms_to(GOOD)) == (["Good"], {"/search/?q=a"}, set())
    assert forms_to(GOOD.replace('method="post"', 'action="/search/"')) == {"/search/"}
    assert links(GOOD.replace("/search/?q=a", "?q=b"), "/people/?q=a") == {"/people/?q=b"}


@pytest.mark.parametrize(("before", "after", "sentence"), BROKEN, ids=[row[2][:40] for row in BROKEN])
def test_each_fault_is_noticed(before, after, sentence):
    assert GOOD.count(before) >= 1
    assert faults(GOOD.replace(before, after)) == [sentence]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with shared_world(django_db_blocker) as built:
        yield built


def read(client, row, path):
    """(sentences about one page, links on it, where its forms send): all empty for a file or a fragment."""
    response = client.get(path, headers=dict(row.headers))
    html = response.headers["Content-Type"].startswith("text/html")
    if html != is_page(path, row.name):
        return [f"{path} answers {response.headers['Content-Type']}"], set(), set()
    if not html or row.name == DOCUMENTATION or row.headers:
        return [], set(), set()
    text = body(response).decode()
    return [f"{path}: {fault}" for fault in faults(text)], links(text, path), forms_to(text)


@pytest.mark.parametrize("persona", [*ROLES, "anonymous"])
def test_every_page_of(persona, world):
    """Its HTML is without fault, each link on it answers, and some other page leads to it.

    So nobody is shown a door that is closed to them, and nobody has to know an address.
    """
    client, found, offered, led = client_of(world, persona), [], {}, set()
    rows = {row.path(world): row for row in rows_of(persona)}
    for path, row in rows.items():
        sentences, onward, forms = read(client, row, path)
        found += sentences
        led |= {view_of(link) for link in onward | forms} - {view_of(path)}
        offered |= {link: path for link in onward if link not in rows and "sort=" not in link and "format=" not in link}
    for link, page in offered.items():
        status = client.get(link).status_code
        found += [f"{page} leads to {link}, which answers {status}"] if status >= 400 else []
    assert "\n".join(found) == ""
    pages = {view_of(path) for path, row in rows.items() if is_page(path, row.name) and row not in accounts.ROWS}
    assert sorted(each for each in pages - led if not {each, (each, persona)} & set(LED_OTHERWISE)) == []


def view_of(address):
    return resolve(address.partition("?")[0]).view_name
