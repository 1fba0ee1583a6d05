"""Saving the filters that the list shows, and forgetting them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from audit.mover import Refused
from vacancies.models import SavedView
from vacancies.saved_views import filters_in, forget_view, save_view
from vacancies.views.shared import acting_or_404


@require_POST
def save(request: Any) -> HttpResponse:
    acting = acting_or_404(request)
    query = request.POST.get("query", "")
    try:
        view = save_view(name=request.POST.get("name", ""), query=query, by=acting)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"View “{view.name}” saved.")
    return redirect(f"{reverse('vacancies:list')}?{filters_in(query)}")


@require_http_methods(["GET", "POST"])
def forget(request: Any, pk: int) -> HttpResponse:
    """Ask once, then take the view off the list."""
    acting = acting_or_404(request)
    view = get_object_or_404(SavedView.objects.visible_to(acting).filter(forgotten_at=None), pk=pk)
    if request.method == "GET":
        return render(request, "vacancies/forget_view.html", {"view": view})
    forget_view(view=view, by=acting)
    messages.success(request, f"View “{view.name}” forgotten.")
    return redirect("vacancies:list")
