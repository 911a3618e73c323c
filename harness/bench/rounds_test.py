import unittest

from rounds import Goal, Spread, order_of_round, ratio_pair_by_pair


class Rounds(unittest.TestCase):
    def test_every_second_round_runs_backwards(self):
        self.assertEqual([order_of_round("ab", n) for n in range(4)], [["a", "b"], ["b", "a"]] * 2)

    def test_spread_is_median_with_least_and_most(self):
        self.assertEqual(Spread.of([3, 1, 10]), Spread(3, 1, 10))
        self.assertEqual(Spread.of([4, None, 2]), Spread(3, 2, 4))
        self.assertIsNone(Spread.of([None]))
        self.assertIsNone(Spread.of([]))

    def test_ratio_is_taken_within_each_round(self):
        # The machine was half as fast in the second round; the ratio of medians would not be 2 in all rounds.
        self.assertEqual(ratio_pair_by_pair([20, 10, 22], [10, 5, 11]), Spread(2, 2, 2))

    def test_rounds_without_a_figure_are_left_out_with_their_partner(self):
        self.assertEqual(ratio_pair_by_pair([20, None, 30], [10, 5, 10]), Spread(2.5, 2, 3))
        self.assertEqual(ratio_pair_by_pair([20, 1], [10, 0]), Spread(2, 2, 2))
        self.assertIsNone(ratio_pair_by_pair([None], [1]))

    def test_goals_judge_the_median_and_nothing_measured_is_a_miss(self):
        self.assertTrue(Goal(0.85).is_met_by(Spread(0.85, 0.5, 3)))
        self.assertFalse(Goal(0.85).is_met_by(Spread(0.86, 0.5, 3)))
        self.assertTrue(Goal(15, at_most=False).is_met_by(Spread(15, 1, 20)))
        self.assertFalse(Goal(15, at_most=False).is_met_by(Spread(14.9, 1, 20)))
        self.assertFalse(Goal(15).is_met_by(None))
        self.assertEqual((Goal(0.85).text(), Goal(4, at_most=False).text()), ("<= 0.85", ">= 4"))


if __name__ == "__main__":
    unittest.main()
