import contextlib
import pathlib
import sqlite3
import tempfile
import unittest

import bookshop_store

# As a service makes them.
TABLES = """
CREATE TABLE holdfast_tables(name TEXT PRIMARY KEY, next_id INTEGER NOT NULL, documents INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE "orders"("id" INTEGER PRIMARY KEY,"bookId" INTEGER,"buyer" TEXT) STRICT;
CREATE TABLE "call_answers"("id" INTEGER PRIMARY KEY,"callKey" TEXT,"status" INTEGER) STRICT;
CREATE UNIQUE INDEX "unique_call_answers_callKey" ON "call_answers"("callKey");
INSERT INTO holdfast_tables VALUES ('orders', 2, 1), ('call_answers', 2, 1), ('other', 7, 3);
INSERT INTO orders VALUES (1, 5, 'kim');
INSERT INTO call_answers VALUES (1, 'bookshop-1-stock', 200);
"""


class Store(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = str(pathlib.Path(folder.name) / "store.db")
        with contextlib.closing(sqlite3.connect(self.file)) as db:
            db.executescript(TABLES)

    def rows(self, question):
        with contextlib.closing(sqlite3.connect(self.file)) as db:
            return db.execute(question).fetchall()

    def test_orders_are_copies_of_the_first_up_to_the_last_id(self):
        bookshop_store.fill_orders(self.file, 500)
        self.assertEqual(self.rows("SELECT count(*), min(id), max(id), count(DISTINCT bookId || buyer) FROM orders"),
                         [(500, 1, 500, 1)])
        self.assertEqual(bookshop_store.count(self.file, "orders"), 500)

    def test_the_service_goes_on_after_the_last_id(self):
        bookshop_store.fill_orders(self.file, 500)
        self.assertEqual(self.rows("SELECT * FROM holdfast_tables ORDER BY name"),
                         [("call_answers", 2, 1), ("orders", 501, 500), ("other", 7, 3)])

    def test_every_call_has_the_key_of_its_order(self):
        bookshop_store.fill_calls(self.file, 30)
        self.assertEqual(self.rows("SELECT id, callKey, status FROM call_answers ORDER BY id"),
                         [(n, f"bookshop-{n}-stock", 200) for n in range(1, 31)])

    def test_a_store_without_an_order_is_an_error(self):
        self.rows("SELECT 1")
        with contextlib.closing(sqlite3.connect(self.file)) as db, db:
            db.execute("DELETE FROM orders")
        with self.assertRaisesRegex(ValueError, "no row"):
            bookshop_store.fill_orders(self.file, 10)


if __name__ == "__main__":
    unittest.main()
