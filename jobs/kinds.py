"""The kinds of work that there are: an explicit list in settings, `JOB_KINDS = {"programmes.cohort": "dotted.path.run"}`.

A job function is `run(job, *, by, report)`: it does the whole work in one database transaction and may return a dict
(`url` and `label` of what was made). Reading that takes long goes into `prepare(job, *, by, report)`, which runs before
the transaction; what it returns is given to `run` as `prepared=`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from audit.acting import MEMBER_ROLES, Role
from jobs.hostile import DEFAULT, Limits

Function = Callable[..., Any]


@dataclass(frozen=True)
class Kind:
    """What the service knows of one kind of work. `reads` is "table", "xml", "any" or "" (no upload).

    `again`: the name of the page that begins it anew by a button, for work that needs no file.
    """

    run: Function
    label: str
    roles: frozenset[Role] = field(default_factory=lambda: frozenset({*MEMBER_ROLES, Role.SYSTEM}))
    reads: str = "table"
    limits: Limits = DEFAULT
    prepare: Function | None = None
    again: str = ""


class UnknownKind(Exception):
    """A kind of work that settings.JOB_KINDS does not list."""


def job_kind(
    *,
    label: str,
    roles: Collection[Role] | None = None,
    reads: str = "table",
    limits: Limits = DEFAULT,
    prepare: Function | None = None,
    again: str = "",
) -> Callable[[Function], Function]:
    """Say of a job function how people call it ("Cohort file"), who may start it, and what file it reads."""

    def decorate(run: Any) -> Any:
        more = {"roles": frozenset({*roles, Role.SYSTEM})} if roles is not None else {}
        run.kind = Kind(run=run, label=label, reads=reads, limits=limits, prepare=prepare, again=again, **more)
        return run

    return decorate


def kind_named(name: str) -> Kind:
    """The kind listed under `name`; UnknownKind if settings do not list it."""
    try:
        run = import_string(settings.JOB_KINDS[name])
    except KeyError as error:
        raise UnknownKind(name) from error
    found: Kind = getattr(run, "kind", None) or Kind(run=run, label=name)
    return found


def again_of(name: str) -> str:
    """The address that begins such work anew by a button, or ""."""
    try:
        page = kind_named(name).again
    except UnknownKind:
        return ""
    return reverse(page) if page else ""


def label_of(name: str) -> str:
    """How people call a kind of work; its name if it is not listed any more."""
    try:
        return kind_named(name).label
    except UnknownKind:
        return name
