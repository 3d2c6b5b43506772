"""Kill a saving process at random moments, many times: `python -m tests.bench.kill --times 1000`.

Every time the book must be the old or the new one, whole, `undo` must give the state before, and
saving must work again. Prints how many savings were survived and how often a kill left a file that
the next saving had to clear away.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from pathlib import Path

from tests.crash import kill_once

BOOK = Path(__file__).parents[2] / "workbooks" / "contoh" / "RAPK-2023.xlsx"


def main() -> None:
    """Run and print; the first failure is shown with its seed and stops the run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    savings = leftovers = 0
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(shutil.copy(BOOK, Path(folder) / "RAPK.xlsx"))
        for number in range(1, options.times + 1):
            try:
                # Short delays: most kills shall fall into a saving, not between two.
                outcome = kill_once(book, rng, longest=0.08)
            except AssertionError:
                print(f"kill {number} of seed {options.seed} failed")
                raise
            savings += outcome.savings
            leftovers += outcome.leftover
            if number % 100 == 0:
                print(
                    f"{number} kills, {savings} savings, {leftovers} within the writing of a file, "
                    f"{time.perf_counter() - start:.0f} s",
                    flush=True,
                )
    print(f"{options.times} kills survived")


if __name__ == "__main__":
    main()
