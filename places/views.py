"""Where the data came from, for everyone; where a postcode is, for those who may know."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from audit.acting import Role
from places.forms import LookUpForm
from places.models import Dataset
from places.services import locate
from places.words import sentences, source_name

# Trust recruiters and HR never see a postcode or its deprivation, so for them the page does not exist.
MAY_LOCATE = frozenset({Role.ACADEMY, Role.PROVIDER, Role.ICB_ANALYST, Role.SYSTEM_ADMIN})


@login_not_required
@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """Data sources and attribution: what is loaded, from whom, under which licence, how accurate."""
    datasets = [(source_name(dataset.name), dataset) for dataset in Dataset.objects.all()]
    return render(request, "places/sources.html", {"datasets": datasets})


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def locate_postcode(request: HttpRequest) -> HttpResponse:
    """The place of `?postcode=`: the whole page, or for htmx the answer alone."""
    acting = getattr(request, "acting", None)
    if acting is None or acting.role not in MAY_LOCATE:
        raise Http404
    form = LookUpForm(request.GET if "postcode" in request.GET else None)
    location = locate(form.cleaned_data["postcode"]) if form.is_valid() else None
    template = "places/_answer.html" if request.headers.get("HX-Request") == "true" else "places/locate.html"
    said = sentences(location) if location else []
    return render(request, template, {"form": form, "location": location, "sentences": said})
