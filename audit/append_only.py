"""Rows that are written once: refused by the ORM, and by a trigger in the database underneath."""

from typing import Any

from django.db import models
from django.db.migrations.operations import RunPython

TABLES = (
    "audit_event",
    "audit_thread",
    "audit_read",
    "vacancies_entry",
)


class AppendOnly(Exception):
    """Somebody tried to change or delete a row that stands for ever."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> int:
        raise AppendOnly(f"{self.model.__name__} rows are never changed; write a new one.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly(f"{self.model.__name__} rows are never deleted.")


class AppendOnlyModel(models.Model):
    """Base of rows that are inserted and then stand; give the table's name to `TABLES` and `protect()` in a migration."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly(f"{type(self).__name__} {self.pk} is written already.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly(f"{type(self).__name__} {self.pk} stands.")


_SQLITE = """CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END
$$ LANGUAGE plpgsql"""
_POSTGRES = """CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()"""


def create_triggers(connection: Any, tables: tuple[str, ...] = TABLES) -> None:
    """Put the triggers on `tables`; run again, it changes nothing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(_POSTGRES.format(table=table))
            else:
                for verb in ("UPDATE", "DELETE"):
                    cursor.execute(_SQLITE.format(table=table, verb=verb))


def drop_triggers(connection: Any, tables: tuple[str, ...] = TABLES) -> None:
    """Take them off: for a migration backwards, and for tests that empty the tables."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
            else:
                for verb in ("UPDATE", "DELETE"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")


def protect(*tables: str) -> RunPython:
    """The migration operation that makes `tables` append-only in the database."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        create_triggers(schema_editor.connection, tables)

    def backwards(apps: Any, schema_editor: Any) -> None:
        drop_triggers(schema_editor.connection, tables)

    return RunPython(forwards, backwards)
