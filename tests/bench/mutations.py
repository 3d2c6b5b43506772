"""How many single faults in sound books are found, and found where they are; and how many false alarms.

    python -m tests.bench.mutations [--count 100] [--seed 1] [--jobs 2]

`--count` changes of each kind are made in the filled RAPK and efficiency books of the shipped report, one at
a time, and the books are validated together. Printed are, by kind: made, detected, located (at the changed
cell or at one computed from it), and every one that went wrong. A fault is undetectable in principle when
nothing is computed from the cell and nothing else states what it states.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from lokapom_xl.actions.demo import demo
from lokapom_xl.workbook.read import read_book

from ..mutations import KINDS, Kind, Outcome, Sound, run

_SOUND: list[Sound] = []


def _prepare(paths: Sequence[Path]) -> None:
    _SOUND.append(Sound([read_book(path) for path in paths], [path.name for path in paths]))


def _run(number: int, seeds: range) -> list[Outcome]:
    outcomes = (run(KINDS[number], seed, _SOUND[0]) for seed in seeds)
    return [outcome for outcome in outcomes if outcome is not None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    started = time.perf_counter()
    totals: Counter[str] = Counter()
    print(f"{'kind':36} {'made':>6} {'hopeless':>9} {'detected':>9} {'located':>8}", flush=True)
    first = options.seed * 100_000
    parts = [range(first + part, first + options.count, options.jobs * 4) for part in range(options.jobs * 4)]
    with tempfile.TemporaryDirectory() as folder:
        paths = demo(Path(folder)).books[:2]
        with ProcessPoolExecutor(options.jobs, initializer=_prepare, initargs=(paths,)) as pool:
            jobs = {n: [pool.submit(_run, n, part) for part in parts] for n in range(len(KINDS))}
            for number, kind in enumerate(KINDS):
                _tell(kind, [outcome for job in jobs[number] for outcome in job.result()], totals)
    faults = totals["fault"] or 1
    print(
        f"faults: {totals['fault']} made, {100 * totals['fault detected'] / faults:.2f} % detected, "
        f"{100 * totals['fault located'] / faults:.2f} % located; undetectable in principle "
        f"{totals['hopeless']}; false alarms: {totals['harmless detected']} of {totals['harmless']} "
        f"harmless changes; {time.perf_counter() - started:.0f} s"
    )


def _tell(kind: Kind, outcomes: Sequence[Outcome], totals: Counter[str]) -> None:
    """The line of one kind, and what went wrong."""
    hopeless = [o for o in outcomes if o.hopeless and not o.detected and not kind.harmless]
    made = [outcome for outcome in outcomes if outcome not in hopeless]
    detected, located = sum(o.detected for o in made), sum(o.located for o in made)
    shown = f"{kind.name:36} {len(made):6} {len(hopeless):9} {detected:9} {located:8}"
    print(shown + ("  (harmless)" if kind.harmless else ""), flush=True)
    group = "harmless" if kind.harmless else "fault"
    totals.update({group: len(made), f"{group} detected": detected, f"{group} located": located})
    totals["hopeless"] += len(hopeless)
    for outcome in made:
        if outcome.detected if kind.harmless else not outcome.located:
            places = ", ".join(f"{sheet}!R{row}C{column}" for _, sheet, row, column in outcome.places)
            print(f"    {places}: {'; '.join(outcome.found[:3]) or 'nothing found'}", flush=True)


if __name__ == "__main__":
    main()
