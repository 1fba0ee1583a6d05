"""Whose account a page shows, and a refusal as a page says it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404

from audit.acting import Role
from audit.mover import Refused
from levy.models import Account


def only(request: Any, *roles: Role) -> None:
    """404 unless the acting role is one of `roles`: the page is not theirs to know of."""
    if request.acting.role not in roles:
        raise Http404


def account_shown(request: Any) -> Account | None:
    """The account of the acting trust; None before its first file."""
    only(request, Role.TRUST_HR)
    found: Account | None = Account.objects.visible_to(request.acting).select_related("trust").first()
    return found


def says(request: Any, form: Any, act: Callable[[], Any]) -> Any:
    """Do `act`; a refusal becomes an error of the form (or a message), and nothing typed is lost. None if refused."""
    try:
        return act()
    except Refused as refused:
        if form is None:
            messages.error(request, str(refused))
        else:
            form.add_error(None, str(refused))
        return None


def for_account(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of one account, which is given to it as `account`."""

    @wraps(view)
    def with_account(request: Any, *args: Any, **more: Any) -> Any:
        return view(request, *args, account=account_shown(request), **more)

    return with_account
