"""An e-mail goes out once for a cause, after the transaction stands, and is noted as sent only once it was."""

from contextlib import suppress

import pytest
from django.core import mail
from django.db import transaction

from audit.acting import MEMBER_ROLES, Role
from audit.door import NotScoped
from organisations.services import by_link, system
from outbox import services
from outbox.models import MagicLink, Message
from outbox.services import send
from tests.factories.organisations import acting_as

pytestmark = pytest.mark.django_db
FACTS = {"to": "manager@trust.test", "subject": "One answer is asked", "body": "https://example.test/reply/x/"}


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something, and what it had put off until the transaction stands."""

    def run(do):
        with django_capture_on_commit_callbacks(execute=True):
            return do()

    return run


class TestSending:
    def test_it_goes_to_its_address_with_its_words(self, committed):
        committed(lambda: send(cause="vacancies.Override:1", **FACTS))
        sent = mail.outbox[0]
        assert (sent.to, sent.subject, sent.body) == (["manager@trust.test"], FACTS["subject"], FACTS["body"])

    def test_it_is_kept_with_the_moment_it_was_sent(self, committed):
        message = committed(lambda: send(cause="vacancies.Override:1", **FACTS))
        message.refresh_from_db()
        assert (message.to, message.subject, message.sent_at is not None) == (FACTS["to"], FACTS["subject"], True)
        assert message.sent_at >= message.made_at

    def test_nothing_goes_out_before_the_transaction_stands(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as put_off:
            message = send(cause="a", **FACTS)
        assert (len(put_off), mail.outbox, message.sent_at) == (1, [], None)

    def test_what_is_rolled_back_is_never_sent(self, committed):
        def fail():
            with suppress(RuntimeError), transaction.atomic():
                send(cause="a", **FACTS)
                raise RuntimeError

        committed(fail)
        assert (mail.outbox, Message.unscoped.count()) == ([], 0)

    @pytest.mark.parametrize("again", [FACTS, {**FACTS, "to": "other@trust.test", "body": "changed"}])
    def test_the_same_cause_again_sends_nothing_and_changes_nothing(self, committed, again):
        first = committed(lambda: send(cause="a", **FACTS))
        second = committed(lambda: send(cause="a", **again))
        assert (second.pk, second.to, len(mail.outbox)) == (first.pk, FACTS["to"], 1)

    def test_another_cause_is_another_e_mail(self, committed):
        for cause in ("a", "b"):
            committed(lambda cause=cause: send(cause=cause, **FACTS))
        assert (len(mail.outbox), Message.unscoped.values("reference").distinct().count()) == (2, 2)

    def test_one_that_could_not_be_delivered_is_kept_as_not_sent(self, committed, monkeypatch):
        monkeypatch.setattr(services, "send_mail", lambda *args, **more: 0)
        message = committed(lambda: send(cause="a", **FACTS))
        message.refresh_from_db()
        assert message.sent_at is None

    def test_a_reference_names_it(self, committed):
        message = committed(lambda: send(cause="a", **FACTS))
        assert (str(message), message.reference[:4]) == (message.reference, "MSG-")


class TestWhoReads:
    @pytest.fixture(autouse=True)
    def one(self, committed):
        committed(lambda: send(cause="a", **FACTS))
        services.make_link(purpose="reply", subject="vacancies.Vacancy:1", days=3)

    @pytest.mark.parametrize("model", [Message, MagicLink])
    @pytest.mark.parametrize("role", [role for role in MEMBER_ROLES if role is not Role.SYSTEM_ADMIN])
    def test_no_room_of_people_reads_them(self, model, role):
        assert model.objects.visible_to(acting_as(role)).count() == 0

    @pytest.mark.parametrize("model", [Message, MagicLink])
    def test_the_administrator_and_the_system_do(self, model):
        for acting in (acting_as(Role.SYSTEM_ADMIN), system()):
            assert model.objects.visible_to(acting).count() == 1

    @pytest.mark.parametrize("model", [Message, MagicLink])
    def test_nobody_and_a_link_see_none(self, model):
        assert model.objects.visible_to(None).count() == 0
        assert model.objects.visible_to(by_link(subject="vacancies.Vacancy:1")).count() == 0

    @pytest.mark.parametrize("model", [Message, MagicLink])
    def test_the_door_is_closed_until_somebody_is_named(self, model):
        with pytest.raises(NotScoped):
            model.objects.all().count()
