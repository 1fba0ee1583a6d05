"""Whoever guesses links is stopped by address and by the link's beginning, and nobody else is."""

import pytest
from django.core.cache import cache

from organisations import limits
from organisations.limits import MOST_FOR_ONE_LINK, MOST_FROM_ONE_ADDRESS, network_address, note_failure, too_many


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()
    yield
    cache.clear()


def request(rf, address="10.0.0.1", **meta):
    return rf.get("/", REMOTE_ADDR=address, **meta)


def fail(rf, times, *, token="abcdef-1", address="10.0.0.1", purpose="reply"):
    for _ in range(times):
        note_failure(request(rf, address), token=token, purpose=purpose)


def stopped(rf, *, token="zzzzzz-1", address="10.0.0.9", purpose="reply"):
    return too_many(request(rf, address), token=token, purpose=purpose)


def test_nobody_is_stopped_before_anything_failed(rf):
    assert not stopped(rf)


@pytest.mark.parametrize(("times", "over"), [(MOST_FROM_ONE_ADDRESS - 1, False), (MOST_FROM_ONE_ADDRESS, True)])
def test_one_address_with_many_links(rf, times, over):
    for number in range(times):
        fail(rf, 1, token=f"{number:06}-x")
    assert stopped(rf, address="10.0.0.1") == over
    assert not stopped(rf)


@pytest.mark.parametrize(("times", "over"), [(MOST_FOR_ONE_LINK - 1, False), (MOST_FOR_ONE_LINK, True)])
def test_one_link_from_many_addresses(rf, times, over):
    for number in range(times):
        fail(rf, 1, address=f"10.0.1.{number}")
    assert stopped(rf, token="abcdef-1") == over
    assert not stopped(rf)


def test_a_guess_that_goes_on_from_a_known_beginning_meets_the_same_counter(rf):
    fail(rf, MOST_FOR_ONE_LINK, token="abcdef-first")
    assert (stopped(rf, token="abcdef-second"), stopped(rf, token="abcdeX-second")) == (True, False)


def test_purposes_are_counted_apart(rf):
    fail(rf, MOST_FROM_ONE_ADDRESS, purpose="reply")
    assert (stopped(rf, address="10.0.0.1"), stopped(rf, address="10.0.0.1", purpose="countersign")) == (True, False)


def test_after_the_window_the_way_is_free(rf, monkeypatch):
    monkeypatch.setattr(limits, "WINDOW", -1)  # already over
    fail(rf, MOST_FROM_ONE_ADDRESS)
    assert not stopped(rf, address="10.0.0.1")


def test_a_counter_that_ran_out_between_two_steps_begins_again(rf, monkeypatch):
    added = []

    def gone(key):
        raise ValueError

    monkeypatch.setattr(limits.cache, "add", lambda key, value, window: added.append(key) or len(added) > 2)
    monkeypatch.setattr(limits.cache, "incr", gone)
    note_failure(request(rf), token="abcdef", purpose="reply")
    assert len(added) == 3


def test_neither_address_nor_token_is_written_into_the_cache(rf, monkeypatch):
    seen = []
    monkeypatch.setattr(limits.cache, "add", lambda key, value, window: seen.append((key, window)) or True)
    fail(rf, 1, token="secret-token", address="10.11.12.13")
    assert len(seen) == 2
    assert [key for key, _window in seen if "secre" in key or "10.11" in key] == []
    assert {window for _key, window in seen} == {600}


class TestAddress:
    def test_without_a_proxy_it_is_the_connection_and_a_header_is_not_believed(self, rf, settings):
        settings.SECURE_PROXY_SSL_HEADER = None
        assert network_address(request(rf, HTTP_X_FORWARDED_FOR="1.2.3.4")) == "10.0.0.1"

    @pytest.mark.parametrize(
        ("header", "address"),
        [
            ("1.2.3.4", "1.2.3.4"),
            ("9.9.9.9, 1.2.3.4", "1.2.3.4"),
            ("9.9.9.9,8.8.8.8 , 1.2.3.4 ", "1.2.3.4"),
            ("2001:db8::1", "2001:db8::1"),
            ("", "10.0.0.1"),
        ],
    )
    def test_behind_our_proxy_it_is_what_that_noted_last(self, rf, settings, header, address):
        """What stands before the last comma came from outside, and anybody can write it."""
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        assert network_address(request(rf, HTTP_X_FORWARDED_FOR=header)) == address

    def test_without_either_it_is_nobody_s(self, rf, settings):
        settings.SECURE_PROXY_SSL_HEADER = None
        bare = request(rf)
        del bare.META["REMOTE_ADDR"]
        assert network_address(bare) == ""
