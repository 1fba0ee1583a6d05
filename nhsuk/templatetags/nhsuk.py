"""Tags and filters of every page: the design system's components, in as few words as a page needs.

The library is a builtin of the template engine: no `{% load %}`. How to use each: docs/pages.md.
"""

import datetime

from django import template
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from nhsuk import charts, words

register = template.Library()
COLOURS = ("white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow")


# Words and figures


@register.filter
def day(value) -> str:
    """22 November 2026; empty for no date."""
    return dated(value, "j F Y")


@register.filter
def short_day(value) -> str:
    """22 Nov."""
    return dated(value, "j M")


@register.filter
def short_date(value) -> str:
    """22 Nov 2026."""
    return dated(value, "j M Y")


@register.filter
def weekday(value) -> str:
    """Sunday 22 November 2026."""
    return dated(value, "l j F Y")


@register.filter
def month(value) -> str:
    """November 2026."""
    return dated(value, "F Y")


@register.filter
def moment(value) -> str:
    """22 November 2026 at 9:05am, in local time."""
    if not value:
        return ""
    return words.moment(timezone.localtime(value) if timezone.is_aware(value) else value)


register.filter("number", words.number)
register.filter("pounds", words.pounds)
register.filter("pounds_pence", words.pounds_pence)
register.filter("percent", words.percent)
register.filter("plural", words.plural)


# Components in one tag


@register.simple_tag
def tag(text, colour: str = ""):
    """A status: always a word, the colour only helps."""
    if colour and colour not in COLOURS:
        raise template.TemplateSyntaxError(f"tag: no colour {colour!r}; choose from {', '.join(COLOURS)}.")
    return format_html('<strong class="nhsuk-tag{}">{}</strong>', f" nhsuk-tag--{colour}" if colour else "", text)


@register.inclusion_tag("nhsuk/button.html")
def button(text, *, href="", variant="", small=False, name="", value=""):
    """A submit button; with `href` a link in its shape. `variant`: secondary, warning or reverse."""
    return {"text": text, "href": href, "variant": variant, "small": small, "name": name, "value": value}


@register.inclusion_tag("nhsuk/error_summary.html")
def error_summary(*forms):
    """What is wrong, at the top of the page, each line leading to its input; nothing when all is well.

    Takes forms and formsets.
    """
    lines = [line for form in forms if form is not None for line in faults(form)]
    return {"lines": lines}


@register.inclusion_tag("nhsuk/summary_list.html")
def summary_list(rows, *, border=True):
    """Facts of a record. A row is (key, value), (key, value, change_url) or a dict of key, value, url, action."""
    facts = [row if isinstance(row, dict) else dict(zip(("key", "value", "url"), row, strict=False)) for row in rows]
    return {"rows": facts, "border": border, "actions": any(fact.get("url") for fact in facts)}


@register.inclusion_tag("nhsuk/action_row.html")
def action_row(text, *, url="", detail="", when="", tag="", colour="red"):
    """One line of a list of things to do: it begins with a verb and ends with a date or a tag."""
    return {"text": text, "url": url, "detail": detail, "when": when, "tag": tag, "colour": colour}


@register.inclusion_tag("nhsuk/timeline.html")
def timeline(lines):
    """What happened, in the order given. A line has `.sentence` and `.at` (or `.when`); where it has them,
    `.url`, `.reason` and who did it (`.who`, else `.role`) are shown.
    """
    return {"lines": [told(line) for line in lines]}


@register.inclusion_tag("nhsuk/figure.html")
def figure(value, label, *, detail="", url="", how=""):
    """A headline figure: the value in words ready to show, what it counts, and a link to its records or method."""
    return {"value": value, "label": label, "detail": detail, "url": url, "how": how}


@register.inclusion_tag("nhsuk/back_link.html")
def back_link(url, text="Back"):
    return {"url": url, "text": text}


@register.inclusion_tag("nhsuk/breadcrumbs.html")
def breadcrumbs(*pairs):
    """{% breadcrumbs "Vacancies" vacancies_url "Ward clerk" vacancy_url %}: the pages above this one."""
    return {"items": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("nhsuk/tabs.html")
def tabs(items):
    """Pages of one record; an item is (label, url, current)."""
    return {"items": items}


@register.inclusion_tag("nhsuk/chips.html")
def chips(items, clear_url=""):
    """The filters in force, each a link that takes it off; an item is (label, url without it)."""
    return {"items": items, "clear_url": clear_url}


@register.inclusion_tag("nhsuk/pagination.html", takes_context=True)
def pagination(context, page, *, noun="page"):
    """Links to the other pages of a list; nothing when there is one page.

    `page` is a page of Django's Paginator (numbered), or anything with `.previous_url` and `.next_url`.
    """
    if not hasattr(page, "paginator"):
        return {"numbered": False, "previous": page.previous_url, "next": page.next_url, "noun": noun}
    query = context["request"].GET
    return {
        "numbered": True,
        "several": page.paginator.num_pages > 1,
        "previous": with_page(query, page.number - 1) if page.has_previous() else "",
        "next": with_page(query, page.number + 1) if page.has_next() else "",
        "items": [
            numbered(query, item, page.number)
            for item in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ],
    }


@register.simple_tag(takes_context=True)
def sort_header(context, text, key, *, numeric=False, default=False):
    """A table's `<th>` whose link sorts by `key` (?sort=key, then ?sort=-key); drops the page number.

    `default` marks the order that the list has when nobody chose one.
    """
    query = context["request"].GET.copy()
    now = query.get("sort") or (key if default else "")
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    query["sort"] = f"-{key}" if state == "ascending" else key
    query.pop("page", None)
    return format_html(
        '<th class="nhsuk-table__header{}" scope="col" data-sort{}><a class="nhsuk-link" href="?{}">{}</a></th>',
        " nhsuk-table__header--numeric" if numeric else "",
        format_html(' aria-sort="{}"', state) if state else "",
        query.urlencode(),
        text,
    )


@register.simple_tag
def pick(name, value, label, *, checked=False):
    """The tick box of a table row, in a `<td class="anchor-pick">`; `label` names the row."""
    return format_html(
        '<div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item">'
        '<input class="nhsuk-checkboxes__input" id="{0}-{1}" name="{0}" type="checkbox" value="{1}"{2}>'
        '<label class="nhsuk-label nhsuk-checkboxes__label" for="{0}-{1}">'
        '<span class="nhsuk-u-visually-hidden">Select {3}</span></label></div></div>',
        name,
        value,
        mark_safe(" checked") if checked else "",
        label,
    )


@register.simple_tag
def icon(name):
    """A small picture beside words: search, left, right, cross or tick; never the only carrier of meaning."""
    return format_html(
        '<svg class="nhsuk-icon{} anchor-icon" viewBox="0 0 24 24" width="24" height="24" focusable="false" '
        'aria-hidden="true"><path d="{}"/></svg>',
        {"left": " nhsuk-icon--arrow-left", "right": " nhsuk-icon--arrow-right"}.get(name, ""),
        ICONS[name],
    )


ICONS = {
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M15.5 15.5L21 21",
    "left": "M20 12H5M11 6L5 12L11 18",
    "right": "M4 12H19M13 6L19 12L13 18",
    "cross": "M6 6L18 18M18 6L6 18",
    "tick": "M5 13L10 18L20 7",
}


# Charts: geometry in nhsuk/charts.py


@register.inclusion_tag("nhsuk/chart.html")
def column_chart(chart, *, level=2, grouped=False, download="", download_text="Download CSV"):
    """Upright bars by category: stacked, or `grouped` side by side; `level=0` leaves the heading to the page."""
    draw = [charts.columns(chart, frame, grouped=grouped) for frame in (charts.WIDE, charts.NARROW)]
    return framed(chart, draw, level, download, download_text) | {"as_lines": False}


@register.inclusion_tag("nhsuk/chart.html")
def line_chart(chart, *, level=2, download="", download_text="Download CSV"):
    """A line for each series of a time series, with the target across it."""
    draw = [charts.lines(chart, frame) for frame in (charts.WIDE, charts.NARROW)]
    return framed(chart, draw, level, download, download_text) | {"as_lines": True}


@register.inclusion_tag("nhsuk/share_bar.html")
def share_bar(share, target=None, *, scale=100):
    """A percentage as a bar in a table's cell, green once the target is met; the words say so too.

    `scale` is the percentage for which the whole cell stands (`charts.bar_scale`), the same in each row.
    """
    known = charts.is_known(share)
    bar = charts.share_bar(share, target, scale=scale) if known else None
    return {"bar": bar, "text": words.percent(share), "target": None if target is None else words.percent(target)}


@register.inclusion_tag("nhsuk/funnel.html")
def funnel(stages, *, caption, unit="People", rates=True):
    """A table of stages, each (name, count), with a bar and the percentage kept of the stage before.

    `rates=False` leaves the percentages out: published counts are rounded, so theirs would mislead.
    """
    return {"stages": charts.funnel(list(stages)), "caption": caption, "unit": unit, "rates": rates}


def framed(chart, drawings, level, download, download_text) -> dict:
    """What the chart's template needs around its drawings."""
    return {
        "chart": chart,
        "drawings": list(zip(("wide", "narrow"), drawings, strict=True)),
        "looks": [(series.name, charts.LOOKS[series.look]) for series in chart.series],
        "level": level,
        "download": download,
        "download_text": download_text,
    }


# Components around a piece of page


@register.simple_block_tag
def details(content, summary, *, open=False):
    """Text that opens on request: {% details "How we calculate this" %}...{% enddetails %}."""
    return format_html(
        '<details class="nhsuk-details"{}><summary class="nhsuk-details__summary">'
        '<span class="nhsuk-details__summary-text">{}</span></summary>'
        '<div class="nhsuk-details__text">{}</div></details>',
        mark_safe(" open") if open else "",
        summary,
        content,
    )


@register.simple_block_tag
def inset(content):
    """A remark set apart: {% inset %}<p>...</p>{% endinset %}."""
    return format_html(
        '<div class="nhsuk-inset-text"><span class="nhsuk-u-visually-hidden">Information: </span>{}</div>', content
    )


@register.simple_block_tag
def warning(content, heading):
    """What must not be missed: {% warning "Nobody is ready" %}<p>...</p>{% endwarning %}."""
    return format_html(
        '<div class="nhsuk-card nhsuk-card--warning"><div class="nhsuk-card__content">'
        '<h2 class="nhsuk-card__heading">{}{}</h2>{}</div></div>',
        heading,
        ""
        if "important" in str(heading).lower()
        else mark_safe('<span class="nhsuk-u-visually-hidden"> Important</span>'),
        content,
    )


@register.simple_block_tag
def card(content, heading="", *, level=2):
    """A white box: {% card "Posts reserved" %}...{% endcard %}."""
    title = (
        format_html('<h{} class="nhsuk-card__heading nhsuk-heading-m">{}</h{}>', level, heading, level)
        if heading
        else ""
    )
    return format_html('<div class="nhsuk-card"><div class="nhsuk-card__content">{}{}</div></div>', title, content)


# Helpers


def dated(value, pattern: str) -> str:
    """A date or moment by Django's pattern, moments in local time; ISO text is read; empty for nothing."""
    if not value:
        return ""
    if isinstance(value, str):
        value = datetime.date.fromisoformat(value)
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return format_date(value, pattern)


def told(line) -> dict:
    """A line of a timeline, whichever of its names it uses."""
    role = str(getattr(line, "role", "")).replace("_", " ").capitalize()
    return {
        "sentence": line.sentence,
        "when": getattr(line, "when", None) or line.at,
        "who": getattr(line, "who", "") or role,
        "url": getattr(line, "url", ""),
        "reason": getattr(line, "reason", ""),
    }


def faults(form) -> list[tuple[str, str]]:
    """The (sentence, id of the input or "") of every error of a form or formset, in the order of the page."""
    if hasattr(form, "forms"):
        own = [(str(error), "") for error in form.non_form_errors()]
        return own + [line for each in form.forms for line in faults(each)]
    lines = [(str(error), "") for error in form.non_field_errors()]
    for field in form:
        lines += [(str(error), "" if field.is_hidden else field.first_id) for error in field.errors]
    return lines


def with_page(query, page: int) -> str:
    """The query string of another page of the same list."""
    changed = query.copy()
    changed["page"] = str(page)
    return f"?{changed.urlencode()}"


def numbered(query, item, current: int) -> dict:
    """One number, or the gap between numbers, of a paged list."""
    if not isinstance(item, int):
        return {"gap": True}
    return {"number": item, "url": with_page(query, item), "current": item == current}
