"""How the levy's tables stand on a desk and on the narrowest telephone."""

import pytest

from organisations.models import User
from tests.browser import sign_in
from tests.factories.levy import put_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The left edge, the width and the words' top of each cell of the newest month; words by a range, without the padding.
CELLS = """() => [...document.querySelectorAll('main tbody tr')][0].querySelectorAll('td').values().map(cell => {
  const words = document.createRange(); words.selectNodeContents(cell);
  const inner = words.getBoundingClientRect(), outer = cell.getBoundingClientRect();
  return {left: inner.left, right: inner.right, top: inner.top, width: outer.width, cell: outer.top};
}).toArray()"""


@pytest.fixture
def cells(open_page, hr, account):
    put_in(account, ("2026-09-23", "levy", 311_049))

    def at(width):
        page = open_page({"width": width, "height": 900})
        sign_in(page, User.objects.get(pk=hr.user_id))
        page.goto(f"{page.site}/levy/expiry/")
        return page.evaluate(CELLS)

    return at


def test_a_number_does_not_run_into_the_words_beside_it(cells):
    *_others, left, until = cells(1280)
    assert until["left"] - left["right"] >= 24


def test_a_label_stands_above_its_value_and_a_lone_cell_has_the_line(cells):
    levy, used, _lost, _left, until = cells(320)
    assert levy["cell"] == used["cell"]
    assert levy["top"] - levy["cell"] >= 14
    assert until["width"] > 1.9 * levy["width"]
