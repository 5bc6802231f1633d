"""One transaction of a casebook's database: stored whole or not at all; and the tables that facts stand in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from casebook.store import facts
from casebook.store.sqlite import Connection, DatabaseError, complete_statement, explained

SCHEMA = 2
"""`user_version` of the fact tables. They never change their meaning, a release may only add one; views migrate by
being rebuilt."""


def make_fact_tables(connection: Connection) -> None:
    """The tables of facts, and those that a casebook of an earlier release lacks."""
    for statement in statements(facts.FACT_TABLES):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA}")


@contextmanager
def transaction(connection: Connection, path: Path) -> Iterator[None]:
    """Raises RuhuError (locked) while another process keeps writing, (unusable) on a full disk and the like."""
    try:
        connection.execute("BEGIN IMMEDIATE")  # inside another one it fails, and leaves that as it is
    except DatabaseError as error:
        raise explained(error, path) from error
    try:
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        if isinstance(error, DatabaseError):
            raise explained(error, path) from error
        raise


def statements(script: str) -> Iterator[str]:
    """The statements of a script; a trigger holds semicolons of its own."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if complete_statement(statement):
            if statement.strip(" \n;"):
                yield statement
            statement = ""
