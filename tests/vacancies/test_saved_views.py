"""Filters kept under a name: one's own, cleaned, replaced by the same name, twenty at most, and forgotten."""

import pytest

from audit.models import Event
from audit.mover import Refused
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.models import SavedView
from vacancies.saved_views import MOST, filters_in, forget_view, save_view, views_of

pytestmark = pytest.mark.django_db


def shown(acting):
    return [(view.name, view.query) for view in views_of(acting)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("band=2&fence=undecided", "band=2&fence=undecided"),
        ("band=2&page=3&format=csv", "band=2"),
        ("state=open&state=closed", "state=open&state=closed"),
        ("q=porter&next=//elsewhere.test&trust=RYJ", "q=porter&trust=RYJ"),
        ("q=%3Cscript%3E", "q=%3Cscript%3E"),
        ("sort=-closes", "sort=-closes"),
        ("nonsense", ""),
    ],
)
def test_only_filters_are_kept(text, kept):
    assert filters_in(text) == kept


class TestSaving:
    def test_by_name_in_the_order_of_names(self, recruiter):
        save_view(name="Wards", query="q=ward", by=recruiter.acting)
        save_view(name=" Band  2 ", query="band=2&page=7", by=recruiter.acting)
        assert shown(recruiter.acting) == [("Band 2", "band=2"), ("Wards", "q=ward")]

    def test_the_same_name_replaces(self, recruiter):
        for query in ("band=2", "band=3"):
            save_view(name="Mine", query=query, by=recruiter.acting)
        assert shown(recruiter.acting) == [("Mine", "band=3")]
        assert Event.objects.filter(verb="save_view").count() == 2

    def test_nobody_else_sees_it(self, recruiter, colleague, stranger, icb):
        save_view(name="Mine", query="band=2", by=recruiter.acting)
        assert [shown(who.acting) for who in (colleague, stranger, icb)] == [[], [], []]

    def test_two_people_may_choose_the_same_name(self, recruiter, colleague):
        save_view(name="Mine", query="band=2", by=recruiter.acting)
        save_view(name="Mine", query="band=3", by=colleague.acting)
        assert (shown(recruiter.acting), shown(colleague.acting)) == ([("Mine", "band=2")], [("Mine", "band=3")])

    @pytest.mark.parametrize(
        ("name", "query", "sentence"),
        [(" ", "band=2", "Give the view a name"), ("Long", f"q={'x' * 600}", "more filters than a view can keep")],
    )
    def test_refused(self, recruiter, name, query, sentence):
        with pytest.raises(Refused, match=sentence):
            save_view(name=name, query=query, by=recruiter.acting)
        assert shown(recruiter.acting) == []

    def test_twenty_at_most_and_one_more_once_one_is_forgotten(self, recruiter):
        made = [save_view(name=f"View {number}", query="", by=recruiter.acting) for number in range(MOST)]
        with pytest.raises(Refused, match="Forget one first"):
            save_view(name="One more", query="", by=recruiter.acting)
        save_view(name="View 3", query="band=2", by=recruiter.acting)  # replacing is no more
        forget_view(view=made[0], by=recruiter.acting)
        save_view(name="One more", query="", by=recruiter.acting)
        assert len(shown(recruiter.acting)) == MOST


class TestForgetting:
    def test_it_is_off_the_list_and_may_be_saved_anew(self, recruiter):
        view = save_view(name="Mine", query="band=2", by=recruiter.acting)
        forget_view(view=view, by=recruiter.acting)
        assert shown(recruiter.acting) == []
        save_view(name="Mine", query="band=3", by=recruiter.acting)
        assert shown(recruiter.acting) == [("Mine", "band=3")]

    def test_only_by_its_owner(self, recruiter, colleague):
        view = save_view(name="Mine", query="band=2", by=recruiter.acting)
        with pytest.raises(Refused, match="somebody else's"):
            forget_view(view=view, by=colleague.acting)
        got = [who.client.post(f"/vacancies/views/{view.pk}/forget/").status_code for who in (colleague, recruiter)]
        assert got == [404, 302]
        assert recruiter.client.post(f"/vacancies/views/{view.pk}/forget/").status_code == 404  # gone already

    def test_the_page_asks_first(self, recruiter, colleague):
        view = save_view(name="Mine", query="band=2", by=recruiter.acting)
        address = f"/vacancies/views/{view.pk}/forget/"
        assert "Forget the view “Mine”?" in words(recruiter.client.get(address))
        assert colleague.client.get(address).status_code == 404
        assert shown(recruiter.acting) == [("Mine", "band=2")]


class TestThePage:
    def test_from_filters_to_a_view_and_back(self, trust, recruiter):
        VacancyFactory(trust=trust, title="Porter", band=3)
        VacancyFactory(trust=trust, title="Ward clerk", band=2)
        assert "Keep these filters as" in words(recruiter.client.get("/vacancies/?band=3&page=1"))
        response = recruiter.client.post("/vacancies/views/", {"name": "Band 3", "query": "band=3"}, follow=True)
        assert response.redirect_chain == [("/vacancies/?band=3", 302)]
        assert "View “Band 3” saved." in words(response)
        address = SavedView.unscoped.get().get_absolute_url()
        assert address == "/vacancies/?band=3"
        page = recruiter.client.get(address)
        assert [line["vacancy"].title for line in page.context["rows"]] == ["Porter"]
        assert "Your views Band 3 Forget Band 3" in words(page)

    def test_an_empty_list_of_views_takes_no_room(self, recruiter):
        page = words(recruiter.client.get("/vacancies/"))
        assert ("Your views" in page, "Keep these filters as" in page) == (False, False)

    def test_a_refusal_keeps_the_filters(self, recruiter):
        response = recruiter.client.post("/vacancies/views/", {"name": "", "query": "band=3&evil=1"}, follow=True)
        assert response.redirect_chain == [("/vacancies/?band=3", 302)]
        assert "Give the view a name." in words(response)

    def test_a_hostile_name_is_text(self, recruiter):
        save_view(name="<b>x</b>", query="band=2", by=recruiter.acting)
        assert "&lt;b&gt;x&lt;/b&gt;" in recruiter.client.get("/vacancies/").content.decode()

    def test_it_cannot_be_fetched(self, recruiter):
        page = recruiter.client.get("/vacancies/views/")
        assert (page.status_code, page["Allow"]) == (405, "POST")
        assert "This is not a page by itself" in page.text
        assert "Sign out" in page.text
