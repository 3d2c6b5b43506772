"""How many single faults in sound books are found, and found where they are; and how many false alarms.

    python -m tests.bench.mutations [--count 100] [--seed 1]

`--count` faults of each kind are made in the filled RAPK and efficiency books of the shipped report, one at
a time, and the books are validated together. Printed are, by kind: made, detected, located (at the changed
cell or at one computed from it), and every fault that was missed. Nothing is undetectable in principle here:
the stored values and the second statements of the same fact remain as they were.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from lokapom_xl.actions.demo import demo
from lokapom_xl.workbook.read import read_book

from ..mutations import KINDS, Sound, run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = demo(Path(folder)).books[:2]
        sound = Sound([read_book(path) for path in paths], [path.name for path in paths])
    started = time.perf_counter()
    totals: Counter[str] = Counter()
    print(f"{'kind':36} {'made':>6} {'detected':>9} {'located':>8}")
    for kind in KINDS:
        outcomes = [run(kind, options.seed * 100_000 + n, sound) for n in range(options.count)]
        made = [outcome for outcome in outcomes if outcome is not None]
        missed = [o for o in made if o.hopeless and not o.detected and not kind.harmless]
        totals["hopeless"] += len(missed)
        made = [outcome for outcome in made if outcome not in missed]
        detected = sum(outcome.detected for outcome in made)
        located = sum(outcome.located for outcome in made)
        print(
            f"{kind.name:36} {len(made):6} {detected:9} {located:8}"
            + ("  (harmless)" if kind.harmless else "")
        )
        group = "harmless" if kind.harmless else "fault"
        totals.update({group: len(made), f"{group} detected": detected, f"{group} located": located})
        for outcome in made:
            if outcome.detected if kind.harmless else not outcome.located:
                places = ", ".join(f"{sheet}!R{row}C{column}" for _, sheet, row, column in outcome.places)
                print(f"    {places}: {'; '.join(outcome.found[:3]) or 'nothing found'}")
    faults = totals["fault"] or 1
    print(
        f"faults: {totals['fault']} made, {100 * totals['fault detected'] / faults:.2f} % detected, "
        f"{100 * totals['fault located'] / faults:.2f} % located; undetectable in principle "
        f"{totals['hopeless']}; false alarms: "
        f"{totals['harmless detected']} of {totals['harmless']} harmless changes; "
        f"{time.perf_counter() - started:.0f} s"
    )


if __name__ == "__main__":
    main()
