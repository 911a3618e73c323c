"""When orders and their rows on my-page become visible, as another process sees it: by looking at both stores again and
again. Nothing that the services say of themselves is used."""
import contextlib
import math
import sqlite3
import threading
import time


class Appearances:
    """When ids were first there. An id may come after a greater one: it is given before the commit."""

    def __init__(self, first):
        self.low = first   # the least id that is still to come
        self._early = set()  # ids above `low` that are there already
        self.seen = {}     # id -> (time of the last look without it, time of the first look with it)

    def look(self, ids, before, at):
        for number in ids:
            if number >= self.low and number not in self._early:
                self._early.add(number)
                self.seen[number] = (before, at)
        while self.low in self._early:
            self._early.remove(self.low)
            self.low += 1


def delays(orders, pages):
    """Seconds from commit to row for each order that has both; the longest that the looks allow: from the last look
    without the order to the first with the row."""
    return sorted(pages[number][1] - seen[0] for number, seen in orders.items() if number in pages)


def quantile(ascending, q):
    """The ceil(q * n)-th smallest value; None without values."""
    return ascending[max(0, math.ceil(q * len(ascending)) - 1)] if ascending else None


def _read_only(file):
    return contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None))


class Watch:
    """Looks at the stores of order and my-page in a thread of its own for the length of a `with` block."""

    def __init__(self, order_store, page_store, pause_s=0.001):
        self._files, self._pause_s = (order_store, page_store), pause_s
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.orders, self.pages, self.looks, self.problem = {}, {}, 0, None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        self._thread.join()

    def wait_for_pages(self, limit_s):
        """Until every order has its row; False when that takes too long."""
        until = time.monotonic() + limit_s
        while len(self.pages) < len(self.orders):
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    def _run(self):
        try:
            with _read_only(self._files[0]) as order_db, _read_only(self._files[1]) as page_db:
                self._look_until_the_end(order_db, page_db)
        except sqlite3.Error as problem:
            self.problem = str(problem)

    def _look_until_the_end(self, order_db, page_db):
        first = order_db.execute("SELECT coalesce(max(id), 0) + 1 FROM orders").fetchone()[0]
        last_page = page_db.execute("SELECT coalesce(max(id), 0) FROM pages").fetchone()[0]
        appearances = Appearances(first)
        self.orders = appearances.seen
        before = time.monotonic()
        while not self._ends.is_set():
            looked_at = time.monotonic()
            ids = [row[0] for row in order_db.execute("SELECT id FROM orders WHERE id >= ?", (appearances.low,))]
            appearances.look(ids, before, time.monotonic())
            rows = page_db.execute("SELECT id, orderId FROM pages WHERE id > ? ORDER BY id", (last_page,)).fetchall()
            at = time.monotonic()
            for page, order in rows:
                last_page = page
                self.pages.setdefault(order, (before, at))
            before = looked_at
            self.looks += 1
            time.sleep(self._pause_s)
