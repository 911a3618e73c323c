"""A store that looks as if a great many orders had been placed, without placing them."""
import contextlib
import sqlite3

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last) "


def _columns(db, table):
    return [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]


def _multiply(db, table, last, replaced=None):
    """Copies the row with the least id until there are rows up to id `last`. `replaced` gives columns another value, in
    SQL, where n.i is the new id."""
    least, greatest = db.execute(f'SELECT min(id), max(id) FROM "{table}"').fetchone()
    if least is None:
        raise ValueError(f"table {table} has no row to copy")
    values = {"id": "n.i", **(replaced or {})}
    columns = _columns(db, table)
    picked = ", ".join(values.get(c, f'r."{c}"') for c in columns)
    db.execute(f'{_NUMBERS} INSERT INTO "{table}" SELECT {picked} FROM n, "{table}" r WHERE r.id = :row',
               {"first": greatest + 1, "last": last, "row": least})
    stored = db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    db.execute("UPDATE holdfast_tables SET next_id = ?, documents = ? WHERE name = ?", (last + 1, stored, table))


def _fill(file, table, last, **how):
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -262144")  # KiB: an index over texts grows everywhere at once
        with db:
            _multiply(db, table, last, **how)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def fill_orders(file, last):
    """Makes copies of the first order, up to id `last`. No service may run on the store."""
    _fill(file, "orders", last)


def fill_calls(file, last):
    """The same for what book keeps of each call, under the key of each order."""
    _fill(file, "call_answers", last, replaced={"callKey": "'bookshop-' || n.i || '-stock'"})


def count(file, table):
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
