"""How the levy tests act and look: clients, pages as text, tables of a page, what was written into the timeline."""

import re
from datetime import date
from html import unescape

from django.contrib.messages import get_messages
from django.test import Client

from audit.acting import Acting, Role
from audit.events import kind_of
from audit.models import Event
from organisations.models import Organisation, User
from organisations.timelines import timeline

TODAY = date(2026, 11, 23)


def client_of(acting):
    """A browser that is signed in as somebody who acts."""
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


def colleague_of(acting, role=None):
    """Somebody else of the same organisation, in the same role unless said."""
    from tests.factories.organisations import acting_as  # noqa: PLC0415 - the pure tests do not need it

    return acting_as(role or acting.role, Organisation.objects.get(pk=acting.organisation_id))


def nobody(role, organisation_id=None):
    """An acting that no row stands behind, for checks that read no database."""
    return Acting(role=Role(role), organisation_id=organisation_id, membership_id=None, user_id=None, on=TODAY)


def words_of(response):
    """A page as a reader reads it: no tags, single spaces."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def page_of(acting, path, **query):
    """The words of a page that opens."""
    response = client_of(acting).get(path, query)
    assert response.status_code == 200, path
    return words_of(response)


def said_to(response):
    """The messages that the next page will show."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def events_of(row):
    """What was written of a record, oldest first: verb, state before, state after."""
    found = Event.objects.filter(kind=kind_of(row), subject_id=row.pk).order_by("number")
    return [(event.verb, event.was, event.now) for event in found]


def told_of(row, acting):
    """The sentences of a record's timeline for a reader, oldest first."""
    return [line.sentence for line in reversed(timeline(row, acting))]
