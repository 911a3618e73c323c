import contextlib
import pathlib
import sqlite3
import tempfile
import time
import unittest

from bookshop_watch import Appearances, Watch, delays, quantile


class Looking(unittest.TestCase):
    def test_an_id_has_the_look_before_it_and_its_first(self):
        seen = Appearances(first=5)
        seen.look([5], before=1.0, at=1.5)
        seen.look([5, 6], before=2.0, at=2.5)
        self.assertEqual(seen.seen, {5: (1.0, 1.5), 6: (2.0, 2.5)})

    def test_an_id_that_comes_late_is_not_overlooked(self):
        seen = Appearances(first=1)
        seen.look([1, 3], before=0.0, at=0.1)
        self.assertEqual(seen.low, 2)
        seen.look([2, 3], before=0.2, at=0.3)
        self.assertEqual(seen.low, 4)
        self.assertEqual(seen.seen[2], (0.2, 0.3))

    def test_a_delay_is_the_longest_that_the_looks_allow(self):
        orders = {1: (1.0, 1.1), 2: (2.0, 2.1), 3: (9.0, 9.1)}
        pages = {2: (2.2, 2.5), 1: (1.0, 1.25)}
        self.assertEqual(delays(orders, pages), [0.25, 0.5])

    def test_quantiles_are_values(self):
        values = list(range(1, 101))
        self.assertEqual([quantile(values, q) for q in (0.5, 0.99, 1.0, 0.0)], [50, 99, 100, 1])
        self.assertIsNone(quantile([], 0.5))


class Watching(unittest.TestCase):
    def test_rows_that_come_are_seen_and_older_ones_are_not(self):
        with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
            files = [str(pathlib.Path(name) / f) for f in ("order.db", "page.db")]
            orders, pages = (stack.enter_context(contextlib.closing(sqlite3.connect(f, isolation_level=None)))
                             for f in files)
            orders.execute("CREATE TABLE orders(id INTEGER PRIMARY KEY)")
            pages.execute("CREATE TABLE pages(id INTEGER PRIMARY KEY, orderId INTEGER)")
            orders.execute("INSERT INTO orders VALUES (1)")
            pages.execute("INSERT INTO pages VALUES (1, 1)")
            with Watch(*files) as watch:
                self.wait_for(lambda: watch.looks > 0)
                orders.execute("INSERT INTO orders VALUES (2)")
                self.wait_for(lambda: 2 in watch.orders)
                self.assertFalse(watch.wait_for_pages(0))
                pages.execute("INSERT INTO pages VALUES (2, 2)")
                self.assertTrue(watch.wait_for_pages(10))
            self.assertIsNone(watch.problem)
            self.assertEqual((list(watch.orders), list(watch.pages)), ([2], [2]))
            self.assertGreater(delays(watch.orders, watch.pages)[0], 0)

    def test_a_store_that_is_not_there_is_a_problem(self):
        with tempfile.TemporaryDirectory() as name:
            with Watch(name + "/none.db", name + "/none.db") as watch:
                self.wait_for(lambda: watch.problem)
            self.assertIn("unable to open", watch.problem)

    def wait_for(self, condition):
        until = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), until)
            time.sleep(0.001)


if __name__ == "__main__":
    unittest.main()
