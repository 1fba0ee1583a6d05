"""Where the balance and the levy of the months part: what the download records, and what it passes over, in plain words."""

import csv
import io

import pytest

from levy.services.position import position_of
from tests.factories.levy import put_in
from tests.levy.asking import client_of, page_of

pytestmark = pytest.mark.django_db

DIFFERENCE = "Of the difference of"


def recorded(hr):
    body = b"".join(client_of(hr).get("/levy/figures/lots.csv").streaming_content).decode("utf-8-sig")
    return {row["Entered"]: row["As recorded in the download"] for row in csv.DictReader(io.StringIO(body))}


class TestMoreRecordedThanEntered:
    """1,000.25 of July 2024, of which the download records 1,200 as lost in July 2026; 500 of September 2026."""

    @pytest.fixture(autouse=True)
    def taken(self, account):
        put_in(
            account, ("2024-07-23", "levy", "1000.25"), ("2026-07-28", "expired_24", -1200),
            ("2026-09-23", "levy", 500),
        )  # fmt: skip

    def test_the_month_says_so(self, hr):
        text = page_of(hr, "/levy/expiry/2024-07/")
        assert (
            "The download records £1,200.00 as lost, £199.75 more than this month’s levy. It is taken as it is: the rest "
            "comes off the account, and off no other month." in text
        )
        assert "explained by no payment" not in text
        assert "£-" not in text
        assert "-£" not in text

    @pytest.mark.parametrize("path", ["/levy/", "/levy/expiry/"])
    def test_so_do_the_account_and_the_months(self, hr, path):
        text = page_of(hr, path)
        assert (
            "The account has £300.25. What is left of each month’s levy adds up to £500.00, and what to do and the forecast "
            "rest on that. Of the difference of £199.75: £199.75 is off the account and off no month: recorded as lost "
            "beyond what entered then" in text
        )


class TestLostBeforeTheFiles:
    """5,000 recorded as lost in July 2026, of levy of July 2024; the file begins in September 2026 with 7,000."""

    @pytest.mark.parametrize("path", ["/levy/", "/levy/expiry/"])
    def test_the_difference_and_why(self, hr, account, path):
        put_in(account, ("2026-07-28", "expired_24", -5000), ("2026-09-23", "levy", 7000))
        assert (
            "The account has £2,000.00. What is left of each month’s levy adds up to £7,000.00, and what to do and the "
            "forecast rest on that. Of the difference of £5,000.00: £5,000.00 is off the account and off no month: recorded "
            "as lost, of levy that no file shows entering" in page_of(hr, path)
        )

    def test_nothing_is_said_where_they_are_one(self, hr, account):
        put_in(account, ("2024-11-23", "levy", 300), ("2026-09-23", "levy", 7000), ("2026-10-08", "monthly", -10))
        found = position_of(account)
        assert (found.balance, found.left, found.apart.reasons) == (7290, 7290, ())
        assert DIFFERENCE not in page_of(hr, "/levy/") + page_of(hr, "/levy/expiry/")


class TestRecorded:
    """Levy of June, July and August 2024; the download has a row of July's expiry alone. June's is passed over: nought.
    August's comes after the newest row, so the rule speaks."""

    @pytest.fixture(autouse=True)
    def taken(self, account):
        put_in(
            account, ("2024-06-23", "levy", 100), ("2024-07-23", "levy", 100), ("2024-08-23", "levy", 100),
            ("2026-06-08", "monthly", -10), ("2026-07-28", "expired_24", -100), ("2026-09-23", "levy", 50),
        )  # fmt: skip

    def test_as_csv(self, hr):
        assert recorded(hr) == {
            "01/06/2024": "No row, so nought",
            "01/07/2024": "Yes",
            "01/08/2024": "No",
            "01/09/2026": "No",
        }

    def test_on_the_page(self, hr):
        text = page_of(hr, "/levy/expiry/")
        assert text.count("£0 no row, so nought") == 1
        assert text.count("£100 as recorded") == 1
        assert "“no row, so nought” is a month that it passes over, though it records a later one" in text
