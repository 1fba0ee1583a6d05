"""Many rows into one table quickly: a quarter of a million postcodes are too many for one object each."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Rows = Iterable[Sequence[Any]]


def insert(model: type[models.Model], fields: Sequence[str], rows: Rows) -> None:
    """Insert `rows`, values in the order of `fields`, all new; values are what the database column takes."""
    table, columns = _names(model, fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(_insert(table, columns), rows)  # type: ignore[arg-type]  # an iterator will do


def upsert(model: type[models.Model], fields: Sequence[str], rows: Rows) -> None:
    """Insert `rows`, or overwrite the row that has the same primary key, which is the first of `fields`."""
    table, columns = _names(model, fields)
    key, *others = columns
    updates = ", ".join(f"{column} = excluded.{column}" for column in others)
    with connection.cursor() as cursor:
        statement = f"{_insert(table, columns)} ON CONFLICT ({key}) DO UPDATE SET {updates}"
        cursor.executemany(statement, rows)  # type: ignore[arg-type]  # an iterator will do


def take_stock(*models_filled: type[models.Model]) -> None:
    """Let PostgreSQL look at what was just filled: until it has, it plans joins over them as if they were empty."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in models_filled:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _names(model: type[models.Model], fields: Sequence[str]) -> tuple[str, list[str]]:
    quote = connection.ops.quote_name
    column_of = {field.name: field.column for field in model._meta.concrete_fields if field.column}
    return quote(model._meta.db_table), [quote(column_of[name]) for name in fields]


def _insert(table: str, columns: list[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 - names of the model's own, quoted
