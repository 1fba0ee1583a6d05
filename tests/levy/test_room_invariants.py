"""The invariants of levy.md section 6 that need the files and the database, on random histories: I5, I6, I7, I9, and sums."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.mover import Refused
from levy.models import Gift, GiftPayment, Intake, MonthSum, Transaction
from levy.months import first_of
from levy.services import gifts
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.sources.transactions import Transactions
from tests.factories.levy import GiftFactory, IntakeFactory, OfferFactory, PlanFactory, add_up, put_in, sample, take_in

HEAD, *LINES = sample("hand_worked_v2.csv").decode().splitlines()
OURS = {place for place, line in enumerate(LINES) if "120/" in line}
some_lines = st.sets(st.sampled_from(range(len(LINES))))
on_rows = settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def emptied():
    """Each example begins with nothing."""
    for model in (GiftPayment, Gift, Transaction, Intake, MonthSum):
        model.unscoped.all().delete()


def held():
    rows = Transaction.unscoped.values_list("row_key", "day", "kind", "amount", "uln_hash")
    return sorted(rows), sorted(MonthSum.unscoped.values_list("month", "kind", "amount", "rows"))


def take(lines, by):
    assert take_in("levy.transactions", "\r\n".join([HEAD, *lines]).encode(), by=by).state == "done"


@pytest.mark.django_db
@on_rows
@given(files=st.lists(some_lines, min_size=1, max_size=3), again=st.integers(0, 1), chance=st.randoms())
def test_files_in_any_order_and_however_often_are_one_history(hr, files, again, chance):
    """I7 and I9: what counts is which lines some file held; the levy of both schemes is in each, so that it is known."""
    emptied()
    take([LINES[place] for place in sorted(OURS.union(*files))], hr)
    whole = held()
    emptied()
    order = [*files, *files[:again]]
    chance.shuffle(order)
    for places in order:
        take([LINES[place] for place in sorted(places | OURS)], hr)
    assert held() == whole


units = st.integers(-(10**13), 10**13)
days = st.dates(date(2024, 6, 1), date(2026, 11, 23))


@pytest.mark.django_db
@on_rows
@given(lines=st.lists(st.tuples(days, st.sampled_from(["levy", "adjustment", "monthly", "sent"]), units), min_size=1))
def test_a_sum_of_the_database_is_pythons_to_the_last_unit(account, lines):
    """Amounts up to a hundred million pounds with five decimals, on whichever database the tests run."""
    emptied()
    intake = IntakeFactory(account=account)
    Transaction.unscoped.bulk_create(
        Transaction(
            account=account, intake=intake, line=at, day=day, month=first_of(day), kind=kind,
            amount=Decimal(amount).scaleb(-5), total=Decimal(amount).scaleb(-5), row_key=f"r{at}",
        )
        for at, (day, kind, amount) in enumerate(lines)
    )  # fmt: skip
    add_up(account)
    wanted = Decimal(sum(amount for _day, _kind, amount in lines)).scaleb(-5)
    assert Transaction.unscoped.aggregate(pounds=Sum("amount"))["pounds"] == wanted
    assert MonthSum.unscoped.aggregate(pounds=Sum("amount"))["pounds"] == wanted
    by_month = {}
    for day, kind, amount in lines:
        key = first_of(day), kind
        by_month[key] = by_month.get(key, 0) + amount
    assert {(row.month, row.kind): row.amount for row in MonthSum.unscoped.all()} == {
        key: Decimal(amount).scaleb(-5) for key, amount in by_month.items()
    }


asked = st.tuples(st.integers(1, 90_000), st.integers(1, 40), st.integers(0, 30))


@pytest.mark.django_db
@on_rows
@given(wishes=st.lists(asked, min_size=1, max_size=5))
def test_whatever_is_asked_for_no_year_is_promised_more_than_its_allowance(hr, account, wishes):
    """I5: gifts of any price, length and start are approved while they fit; what is refused would have passed a year."""
    emptied()
    put_in(account, ("2025-06-23", "levy", 100_000), ("2026-11-23", "levy", 60_000))
    offer = OfferFactory(account=account, amount=Decimal(10**6))
    for pounds, duration, ahead in wishes:
        start = first_of(date(2026, 12, 1) + timedelta(days=31 * ahead))
        gift = GiftFactory(
            offer=offer, plan=PlanFactory(), learners=1, cost=Decimal(pounds), start=start, duration=duration
        )
        if gifts.over_allowance(gift):
            with pytest.raises(Refused, match="would pass the transfer allowance"):
                gifts.step(gift=gift, verb="approve", by=hr)
        else:
            gifts.step(gift=gift, verb="approve", by=hr)
    years = outlook_of(position_of(account)).allowances
    assert [year.over for year in years] == [0] * 5
    assert all(year.sent + year.promised + year.remaining == year.allowance for year in years)


@given(st.integers(0, 10**12), st.integers(0, 100 * 10**5), st.booleans(), st.integers(-(10**4), 10**4))
def test_a_credit_is_declared_times_english_and_top_up_within_a_penny(declared, english, topped, off):
    """I6: to the penny nothing is said; beyond it a remark, and the total of the file is taken all the same."""
    due = declared * english // 10**7
    top_up = due // 10 if topped else 0
    cells = [Decimal(amount).scaleb(-5) for amount in (declared, english, top_up, due + top_up + off)]
    words = [f"{cell:.5f}" for cell in cells]
    line = f'23/10/2026,Levy,Levy,120/AB12345,Sep 2026,{words[0]},{words[1]},{words[2]},,"",,,,,,0,0,0,0,{words[3]},'
    source = Transactions.from_csv(io.BytesIO("\r\n".join([HEAD, line]).encode()))
    (row,) = list(source)
    assert row.amount == due + top_up + off
    said = [problem.sentence for problem in source.problems]
    assert said == (["is not the levy declared x English % + top up"] if abs(off) > 1000 else [])
