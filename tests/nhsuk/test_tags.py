"""The tags and filters of every page."""

import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError
from pytest_django.asserts import assertHTMLEqual

from nhsuk import charts, fields

SUNDAY = datetime.date(2026, 11, 22)
# 8:05 in the morning of 1 July in London is 7:05 in UTC.
SUMMER = datetime.datetime(2026, 7, 1, 7, 5, tzinfo=datetime.UTC)


class TestDates:
    @pytest.mark.parametrize(
        ("name", "value", "text"),
        [
            ("day", SUNDAY, "22 November 2026"),
            ("day", "2026-11-02", "2 November 2026"),
            ("day", None, ""),
            ("short_day", SUNDAY, "22 Nov"),
            ("short_date", SUNDAY, "22 Nov 2026"),
            ("weekday", SUNDAY, "Sunday 22 November 2026"),
            ("month", SUNDAY, "November 2026"),
            ("day", datetime.datetime(2026, 6, 30, 23, 30, tzinfo=datetime.UTC), "1 July 2026"),
            ("moment", SUMMER, "1 July 2026 at 8:05am"),
            ("moment", SUMMER + datetime.timedelta(hours=4), "1 July 2026 at 12:05pm"),
            ("moment", SUMMER + datetime.timedelta(hours=16), "2 July 2026 at 12:05am"),
            (
                "moment",
                datetime.datetime(2026, 1, 5, 14, 0, tzinfo=ZoneInfo("Europe/London")),
                "5 January 2026 at 2:00pm",
            ),
            ("moment", None, ""),
        ],
    )
    def test_filters(self, write, name, value, text):
        assert write(f"{{{{ value|{name} }}}}", value=value) == text


def test_figures(write):
    source = "{{ n|number }} {{ n|pounds }} {{ n|pounds_pence }} {{ n|percent }} {{ n|plural:'person,people' }}"
    assert write(source, n=1234) == "1,234 £1,234 £1,234.00 1234% 1,234 people"
    assert write(source, n="*") == "* * * * * people"


class TestTag:
    def test_a_word_with_a_colour(self, write):
        assert write('{% tag "Open" "blue" %}') == '<strong class="nhsuk-tag nhsuk-tag--blue">Open</strong>'
        assert write("{% tag word %}", word="<Open>") == '<strong class="nhsuk-tag">&lt;Open&gt;</strong>'

    def test_a_colour_that_there_is_not(self, write):
        with pytest.raises(TemplateSyntaxError, match="no colour 'teal'"):
            write('{% tag "Open" "teal" %}')


class TestButton:
    def test_submit(self, write):
        assertHTMLEqual(
            write('{% button "Save" %}'),
            '<button class="nhsuk-button" data-module="nhsuk-button" data-prevent-double-click="true" type="submit">'
            "Save</button>",
        )

    def test_one_of_two(self, write):
        assertHTMLEqual(
            write('{% button "Refuse" variant="warning" small=True name="answer" value="no" %}'),
            '<button class="nhsuk-button nhsuk-button--warning nhsuk-button--small" data-module="nhsuk-button"'
            ' data-prevent-double-click="true" type="submit" name="answer" value="no">Refuse</button>',
        )

    def test_a_link_in_its_shape(self, write):
        assertHTMLEqual(
            write('{% button "Add" href=url variant="secondary" %}', url="/add/?a=1&b=2"),
            '<a class="nhsuk-button nhsuk-button--secondary" href="/add/?a=1&amp;b=2" role="button" draggable="false"'
            ' data-module="nhsuk-button">Add</a>',
        )


class Two(forms.Form):
    a = forms.CharField(error_messages={"required": "Enter A"})
    band = forms.ChoiceField(choices=[("2", "Band 2")], widget=forms.RadioSelect, error_messages={"required": "Select"})
    day = fields.DateField(label="Day")
    secret = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Start again"})

    def clean(self):
        raise forms.ValidationError("These do not fit")


class TestErrorSummary:
    def test_each_line_leads_to_its_input(self, write):
        form = Two({"day_day": "1", "day_month": "", "day_year": "2027"})
        assertHTMLEqual(
            write("{% error_summary form %}", form=form),
            """
            <div class="nhsuk-error-summary" data-module="nhsuk-error-summary" tabindex="-1"><div role="alert">
              <h2 class="nhsuk-error-summary__heading">There is a problem</h2>
              <div class="nhsuk-error-summary__body"><ul class="nhsuk-list nhsuk-error-summary__list">
                <li>These do not fit</li>
                <li><a href="#id_a">Enter A</a></li>
                <li><a href="#id_band_0">Select</a></li>
                <li><a href="#id_day_month">Day must include a month</a></li>
                <li>Start again</li>
              </ul></div>
            </div></div>
            """,
        )
        assert all(f'id="{target}"' in str(form) for target in ("id_a", "id_band_0", "id_day_month"))

    def test_nothing_when_all_is_well_or_nothing_was_sent(self, write):
        assert write("{% error_summary one two %}", one=Two(), two=None).strip() == ""

    def test_formsets_and_several_forms(self, write):
        lines = forms.formset_factory(Two, extra=0, min_num=2, validate_min=True)
        data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-a": "x", "form-0-secret": "s"}
        html = write("{% error_summary one two %}", one=lines(data), two=Two({}))
        assert html.count("<li>") == 1 + 3 + 5
        assert "Please submit at least 2 forms." in html
        assert '<a href="#id_form-0-band_0">Select</a>' in html


class TestSummaryList:
    def test_rows(self, write):
        rows = [("Band", 3), {"key": "Site", "value": "<Northwick>", "url": "/site/", "action": "Correct"}]
        assertHTMLEqual(
            write("{% summary_list rows %}", rows=rows),
            """
            <dl class="nhsuk-summary-list">
              <div class="nhsuk-summary-list__row nhsuk-summary-list__row--no-actions">
                <dt class="nhsuk-summary-list__key">Band</dt><dd class="nhsuk-summary-list__value">3</dd></div>
              <div class="nhsuk-summary-list__row">
                <dt class="nhsuk-summary-list__key">Site</dt>
                <dd class="nhsuk-summary-list__value">&lt;Northwick&gt;</dd>
                <dd class="nhsuk-summary-list__actions"><a class="nhsuk-link" href="/site/">Correct
                  <span class="nhsuk-u-visually-hidden"> site</span></a></dd></div>
            </dl>
            """,
        )

    def test_change_is_the_usual_action_and_nought_is_a_value(self, write):
        html = write("{% summary_list rows border=False %}", rows=[("Reserved", 0, "/r/")])
        assert 'class="nhsuk-summary-list nhsuk-summary-list--no-border"' in html
        assert '<dd class="nhsuk-summary-list__value">0</dd>' in html
        assert ">Change<span" in html


class TestTimeline:
    def test_lines_of_the_audit_room(self, write):
        line = SimpleNamespace(at=SUMMER, sentence="Offered <to>", url="/r/1/", role="trust_hr", reason="Late bus")
        assertHTMLEqual(
            write("{% timeline lines %}", lines=[line]),
            """
            <ol class="anchor-timeline"><li class="anchor-timeline__line">
              <p class="anchor-timeline__sentence"><a class="nhsuk-link" href="/r/1/">Offered &lt;to&gt;</a></p>
              <p class="anchor-timeline__reason">Late bus</p>
              <p class="anchor-timeline__when">
                <time datetime="2026-07-01T08:05:00+01:00">1 July 2026 at 8:05am</time>, Trust hr</p>
            </li></ol>
            """,
        )

    def test_lines_that_name_who(self, write):
        html = write("{% timeline lines %}", lines=[SimpleNamespace(when=SUMMER, sentence="Held", who="Ann, RYJ")])
        assert "8:05am</time>, Ann, RYJ</p>" in html
        assert "href" not in html

    def test_nothing(self, write):
        assert "Nothing has happened yet." in write("{% timeline lines %}", lines=[])


class TestPagination:
    def test_numbered_keeps_the_filters(self, write):
        page = Paginator(range(30), 10).page(2)
        assertHTMLEqual(
            write("{% pagination page %}", "?q=a&page=2&sort=-x", page=page),
            """
            <nav class="nhsuk-pagination nhsuk-pagination--numbered" aria-label="Pagination">
              <a href="?q=a&amp;page=1&amp;sort=-x" class="nhsuk-pagination__previous" rel="prev">
                <svg class="nhsuk-icon nhsuk-icon--arrow-left anchor-icon" viewBox="0 0 24 24" width="24" height="24"
                  focusable="false" aria-hidden="true"><path d="M20 12H5M11 6L5 12L11 18"/></svg>
                <span class="nhsuk-pagination__title">Previous<span class="nhsuk-u-visually-hidden"> page</span></span></a>
              <ul class="nhsuk-pagination__list">
                <li class="nhsuk-pagination__item">
                  <a class="nhsuk-pagination__link" href="?q=a&amp;page=1&amp;sort=-x" aria-label="Page 1">1</a></li>
                <li class="nhsuk-pagination__item nhsuk-pagination__item--current">
                  <a class="nhsuk-pagination__link" href="?q=a&amp;page=2&amp;sort=-x" aria-label="Page 2"
                    aria-current="page">2</a></li>
                <li class="nhsuk-pagination__item">
                  <a class="nhsuk-pagination__link" href="?q=a&amp;page=3&amp;sort=-x" aria-label="Page 3">3</a></li>
              </ul>
              <a href="?q=a&amp;page=3&amp;sort=-x" class="nhsuk-pagination__next" rel="next">
                <span class="nhsuk-pagination__title">Next<span class="nhsuk-u-visually-hidden"> page</span></span>
                <svg class="nhsuk-icon nhsuk-icon--arrow-right anchor-icon" viewBox="0 0 24 24" width="24" height="24"
                  focusable="false" aria-hidden="true"><path d="M4 12H19M13 6L19 12L13 18"/></svg></a>
            </nav>
            """,
        )

    def test_many_pages_are_elided(self, write):
        html = write("{% pagination page %}", page=Paginator(range(90), 10).page(1))
        assert html.count("nhsuk-pagination__item--ellipsis") == 1
        assert "Previous" not in html
        assert [f"Page {n}" in html for n in (1, 2, 5, 9)] == [True, True, False, True]

    def test_one_page_needs_no_links(self, write):
        assert write("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""

    def test_neighbours(self, write):
        page = SimpleNamespace(previous_url="", next_url="?after=9")
        html = write('{% pagination page noun="candidate" %}', page=page)
        assert 'href="?after=9" rel="next"' in html
        assert 'Next<span class="nhsuk-u-visually-hidden"> candidate</span>' in html
        assert "Previous" not in html
        assert write("{% pagination page %}", page=SimpleNamespace(previous_url="", next_url="")).strip() == ""


class TestSortHeader:
    def test_turns_round_when_it_is_the_present_order(self, write):
        assertHTMLEqual(
            write('{% sort_header "Closes" "closes" %}', "?q=a&sort=closes&page=3"),
            '<th class="nhsuk-table__header" scope="col" data-sort aria-sort="ascending">'
            '<a class="nhsuk-link" href="?q=a&amp;sort=-closes">Closes</a></th>',
        )
        assertHTMLEqual(
            write('{% sort_header "Posts" "posts" numeric=True %}', "?sort=-posts"),
            '<th class="nhsuk-table__header nhsuk-table__header--numeric" scope="col" data-sort aria-sort="descending">'
            '<a class="nhsuk-link" href="?sort=posts">Posts</a></th>',
        )

    def test_other_columns_and_the_usual_order(self, write):
        assert "aria-sort" not in write('{% sort_header "Job" "title" %}', "?sort=closes")
        usual = '{% sort_header "Closes" "closes" default=True %}'
        assert 'aria-sort="ascending"><a class="nhsuk-link" href="?sort=-closes"' in write(usual)
        assert "aria-sort" not in write(usual, "?sort=title")


class TestBlocks:
    def test_details(self, write):
        assertHTMLEqual(
            write('{% details "How" open=True %}<p>{{ n }}</p>{% enddetails %}', n="<3>"),
            '<details class="nhsuk-details" open><summary class="nhsuk-details__summary">'
            '<span class="nhsuk-details__summary-text">How</span></summary>'
            '<div class="nhsuk-details__text"><p>&lt;3&gt;</p></div></details>',
        )

    def test_inset(self, write):
        assertHTMLEqual(
            write("{% inset %}<p>Note</p>{% endinset %}"),
            '<div class="nhsuk-inset-text"><span class="nhsuk-u-visually-hidden">Information: </span><p>Note</p></div>',
        )

    def test_warning_says_that_it_is_important_once(self, write):
        assertHTMLEqual(
            write('{% warning "Nobody" %}<p>Yet</p>{% endwarning %}'),
            '<div class="nhsuk-card nhsuk-card--warning"><div class="nhsuk-card__content">'
            '<h2 class="nhsuk-card__heading">Nobody<span class="nhsuk-u-visually-hidden"> Important</span></h2>'
            "<p>Yet</p></div></div>",
        )
        assert "visually-hidden" not in write('{% warning "Important: nobody" %}x{% endwarning %}')

    def test_card(self, write):
        assertHTMLEqual(
            write('{% card "Posts" level=3 %}<p>1</p>{% endcard %}'),
            '<div class="nhsuk-card"><div class="nhsuk-card__content">'
            '<h3 class="nhsuk-card__heading nhsuk-heading-m">Posts</h3><p>1</p></div></div>',
        )
        assert "<h" not in write("{% card %}<p>1</p>{% endcard %}")


class TestSmallPieces:
    def test_chips(self, write):
        html = write('{% chips items clear_url="?" %}', items=[("Open", "?status=closed")])
        assert (
            '<a class="anchor-chip" href="?status=closed"><span class="nhsuk-u-visually-hidden">Remove filter: </span>'
            'Open <span aria-hidden="true">×</span></a>'
        ) in html
        assert "Clear all" in html
        assert write("{% chips items %}", items=[]).strip() == ""

    def test_breadcrumbs_end_with_a_way_back_for_phones(self, write):
        html = write('{% breadcrumbs "Today" "/" "Vacancies" "/v/" %}')
        assert html.count("nhsuk-breadcrumb__list-item") == 2
        assert (
            '<a class="nhsuk-back-link" href="/v/"><span class="nhsuk-u-visually-hidden">Back to </span>Vacancies</a>'
            in html
        )

    def test_back_link(self, write):
        assertHTMLEqual(
            write('{% back_link "/v/" "Back to vacancies" %}'),
            '<nav aria-label="Back"><a class="nhsuk-back-link" href="/v/">Back to vacancies</a></nav>',
        )

    def test_tabs(self, write):
        html = write("{% tabs items %}", items=[("Overview", "/c/1/", True), ("Checks", "/c/1/checks/", False)])
        assert html.count('aria-current="page"') == 1
        assert '<a class="anchor-tabs__link" href="/c/1/" aria-current="page">Overview</a>' in html

    def test_figure(self, write):
        html = write('{% figure "18.8%" "of posts" detail="110 of 584" url="/v/" how="/how/" %}')
        assertHTMLEqual(
            html,
            """
            <div class="anchor-figure"><p class="anchor-figure__value">18.8%</p>
            <p class="anchor-figure__label"><a class="nhsuk-link" href="/v/">of posts</a></p>
            <p class="anchor-figure__detail">110 of 584</p>
            <p class="anchor-figure__detail"><a class="nhsuk-link" href="/how/">How we calculate this
              <span class="nhsuk-u-visually-hidden">: of posts</span></a></p></div>
            """,
        )

    def test_pick(self, write):
        assertHTMLEqual(
            write('{% pick "vacancy" 7 "Porter" checked=True %}'),
            """
            <div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item">
              <input class="nhsuk-checkboxes__input" id="vacancy-7" name="vacancy" type="checkbox" value="7" checked>
              <label class="nhsuk-label nhsuk-checkboxes__label" for="vacancy-7">
                <span class="nhsuk-u-visually-hidden">Select Porter</span></label></div></div>
            """,
        )


class TestCharts:
    SHARES = charts.Chart(
        key="shares",
        title="Posts reserved",
        finding="Above 20% since B.",
        categories=("A", "B"),
        series=(charts.Series("Imperial", (10, "*")), charts.Series("All", (15, 25), "green")),
        unit="percent",
        target=20,
    )

    def test_the_words_around_a_chart(self, write):
        html = write("{% line_chart chart download='/csv/' %}", chart=self.SHARES)
        assert '<h2 class="nhsuk-heading-m" id="shares-heading">Posts reserved</h2>' in html
        assert '<p class="anchor-chart__finding">Above 20% since B.</p>' in html
        assert 'href="/csv/">Download CSV<span class="nhsuk-u-visually-hidden"> of posts reserved</span>' in html
        assert "See these figures as a table" in html
        assert [name in html for name in ("Imperial</li>", "All</li>", "Target 20%</li>")] == [True] * 3
        row = (
            '<th class="nhsuk-table__header" scope="row">B</th>'
            '<td class="nhsuk-table__cell nhsuk-table__cell--numeric">*</td>'
            '<td class="nhsuk-table__cell nhsuk-table__cell--numeric">25%</td>'
        )
        assert row in html

    def test_wide_and_narrow_have_their_own_names_for_those_who_listen(self, write):
        html = write("{% line_chart chart level=0 %}", chart=self.SHARES)
        for size in ("wide", "narrow"):
            assert f'aria-labelledby="shares-{size}-title shares-{size}-desc"' in html
            assert html.count(f'id="shares-{size}-title"') == 1
            assert f'<desc id="shares-{size}-desc">Above 20% since B.</desc>' in html
        assert '<figure class="anchor-chart" aria-label="Posts reserved">' in html

    def test_marks_are_where_the_geometry_says(self, write):
        html = write("{% line_chart chart %}", chart=self.SHARES)
        drawing = charts.lines(self.SHARES)
        assert len(drawing.points) == 3
        for point in drawing.points:
            assert f"translate({point.x} {point.y})" in html
            assert f"<title>{point.words}</title>" in html
        columns = write("{% column_chart chart grouped=True %}", chart=self.SHARES)
        for rect in charts.columns(self.SHARES, charts.NARROW, grouped=True).rects:
            assert f'<rect x="{rect.x}" y="{rect.y}" width="{rect.width}" height="{rect.height}"' in columns

    def test_one_series_without_target_needs_no_key(self, write):
        alone = charts.Chart("k", "T", "F.", ("A",), (charts.Series("Only", (1,)),))
        assert "anchor-key" not in write("{% column_chart chart %}", chart=alone)

    def test_names_are_escaped(self, write):
        rude = charts.Chart("k", "<T>", "<F>", ("<A>",), (charts.Series("<S>", (1,)), charts.Series("R", (2,))))
        html = write("{% column_chart chart %}", chart=rude)
        assert [piece for piece in ("<T>", "<F>", "<A>", "<S>") if piece in html] == []

    @pytest.mark.parametrize(
        ("share", "words", "fill"),
        [
            (18.8, '18.8%<span class="nhsuk-u-visually-hidden">, below the target of 20%</span>', "#005eb8"),
            (20, '20%<span class="nhsuk-u-visually-hidden">, the target of 20% is met</span>', "#007f3b"),
        ],
    )
    def test_a_share_says_in_words_what_its_colour_says(self, write, share, words, fill):
        html = write("{% share_bar share 20 scale=40 %}", share=share)
        assert words in html
        assert f'<rect width="{share * 100 / 40}%" height="24" fill="{fill}"/>' in html
        assert html.count('x="50.0%"') == 2

    def test_a_suppressed_share_has_no_bar(self, write):
        html = write("{% share_bar share 20 %}", share="*")
        assert "<svg" not in html
        assert "<rect" not in html
        assert "*<span" in html
        assert "too few people to show" in html
        assert ">unknown<" in write("{% share_bar share 20 %}", share=None)

    def test_funnel(self, write):
        html = write('{% funnel stages caption="To work" %}', stages=[("Enrolled", 48), ("Ready", 42)])
        assert '<caption class="nhsuk-u-visually-hidden">To work</caption>' in html
        assert '<rect width="87.5%" height="24" fill="#005eb8"/>' in html
        assert 'data-label="From stage before">87.5%</td>' in html
