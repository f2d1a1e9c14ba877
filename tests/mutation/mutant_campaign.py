"""The campaign of generator mutants: all of them or a sample, on all cores.

python tests/mutation/mutant_campaign.py                        everything; rewrites the page
python tests/mutation/mutant_campaign.py --sample 60 --seed 1   a sample; writes nothing
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generator_mutants import FILES, ROOT, Mutant, accepted, all_mutants, mutated
from mutant_trial import attempt, reference

PAGE = ROOT / "docs" / "generator-mutants.md"
LIMIT_S = 60.0  # for a mutant that never ends; the slowest that does takes a second or two
FATES = ("unchanged", "renamed", "refused", "structure", "behaviour", "survived")

Result = dict[str, Any]


def carry_out(mutants: Sequence[Mutant], workers: int) -> list[Result]:
    """The trial of every mutant, in their order, each in a process forked from this one."""
    reference()
    fork = multiprocessing.get_context("fork")
    results: dict[int, Result] = {}
    running: dict[Connection, tuple[int, BaseProcess, float]] = {}
    waiting = iter(enumerate(mutants))
    while len(results) < len(mutants):
        while len(running) < workers and (item := next(waiting, None)) is not None:
            inner, outer = fork.Pipe(duplex=False)
            process = fork.Process(target=_work, args=(item[1], outer))
            process.start()
            outer.close()
            running[inner] = (item[0], process, time.monotonic() + LIMIT_S)
        for pipe in wait(list(running), timeout=0.5):
            assert isinstance(pipe, Connection)
            number, process, _ = running.pop(pipe)
            results[number] = _received(pipe, mutants[number])
            process.join()
        for pipe in [pipe for pipe, job in running.items() if job[2] < time.monotonic()]:
            number, process, _ = running.pop(pipe)
            process.kill()
            process.join()
            results[number] = _refused(mutants[number], f"not done in {LIMIT_S:g} s")
        _progress(len(results), len(mutants))
    return [results[number] for number in range(len(mutants))]


def _work(mutant: Mutant, pipe: Connection) -> None:
    # What a mutated generator prints is nobody's business.
    with Path(os.devnull).open("w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        pipe.send(attempt(mutant).as_json())
        pipe.close()


def _received(pipe: Connection, mutant: Mutant) -> Result:
    """What a trial sent; a process that ended without a word broke down."""
    try:
        return pipe.recv()
    except EOFError:
        # The judge may not break down whatever the netlist: that is for a person to look at.
        return _refused(mutant, "the trial broke down", fate="survived")


def _refused(mutant: Mutant, detail: str, fate: str = "refused") -> Result:
    _, change = mutated(mutant)
    named = {name: getattr(change, name) for name in ("file", "function", "was", "becomes")}
    return {"fate": fate, "board": "", "detail": detail, "change": named}


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total} mutants", end="" if done < total else "\n", file=sys.stderr)


def table(results: Sequence[Result]) -> str:
    """Counts by file and fate."""
    counts = Counter((result["change"]["file"], result["fate"]) for result in results)
    heads = (
        "file", "mutants", "same file", "same board", "refused",
        "killed by structure, electrics", "killed by behaviour", "survivors",
    )  # fmt: skip
    rows = [f"| {' | '.join(heads)} |", "|---|" + "---:|" * (len(heads) - 1)]
    for file in (*FILES, ""):
        figures = [
            sum(n for (name, fate), n in counts.items() if fate == what and file in (name, ""))
            for what in FATES
        ]
        name = f"`{file}`" if file else "all"
        rows.append(f"| {name} | {' | '.join(str(n) for n in (sum(figures), *figures))} |")
    return "\n".join(rows)


def survivors_table() -> str:
    """The known survivors, by reason."""
    groups: dict[str, int] = {}
    for entry in accepted():
        groups[entry.reason] = groups.get(entry.reason, 0) + 1
    rows = [f"| {reason} | {count} |" for reason, count in groups.items()]
    return "\n".join(["| reason | mutants |", "|---|---:|", *rows])


def surprises(results: Sequence[Result], *, whole: bool) -> list[str]:
    """Where results and the list of survivors disagree; of a sample, only what it holds."""
    known = {entry.change for entry in accepted()}
    fates: dict[Any, set[str]] = {}
    for result in results:
        change = tuple(result["change"].values())
        fates.setdefault(change, set()).add(result["fate"])
    listed = {(c.file, c.function, c.was, c.becomes) for c in known}
    found = [
        f"survives and is not listed: {change}"
        for change, seen in fates.items()
        if "survived" in seen and change not in listed
    ]
    found += [
        f"is listed and does not survive: {change}"
        for change, seen in fates.items()
        if "survived" not in seen and change in listed
    ]
    if whole:
        found += [f"is listed and is no mutant: {change}" for change in sorted(listed - set(fates))]
    return found


def main() -> None:
    """Run, print, and put the tables into the page where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="so many mutants, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--file", choices=FILES, help="the mutants of one file")
    parser.add_argument("--json", type=Path, help="write every result to this file")
    parser.add_argument("--page", action="store_true", help="put the tables into the page")
    options = parser.parse_args()
    mutants = list(all_mutants((options.file,) if options.file else FILES))
    known = len(mutants)
    if options.sample is not None:
        # A smaller sample of the same seed is the beginning of a larger one.
        random.Random(options.seed).shuffle(mutants)
        mutants = mutants[: options.sample]
    whole = options.sample is None and options.file is None
    begin = time.monotonic()
    results = carry_out(mutants, len(os.sched_getaffinity(0)))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(table(results))
    print(f"{len(results)} mutants in {time.monotonic() - begin:.0f} s")
    wrong = surprises(results, whole=whole)
    print(*wrong, sep="\n")
    if options.page:
        drawn = f"A sample of {len(results)} of {known} mutants, seed {options.seed}:"
        rewrite(results, f"All {known} mutants:" if whole else drawn)
    sys.exit(1 if wrong else 0)


def rewrite(results: Sequence[Result], head: str) -> None:
    """Put the tables into the page."""
    text = PAGE.read_text(encoding="utf-8")
    campaign = f"{head}\n\n{table(results)}"
    for mark, made in (("campaign", campaign), ("survivors", survivors_table())):
        begin, end = f"<!-- {mark} -->\n", "\n<!-- end -->"
        above, rest = text.split(begin, 1)
        text = f"{above}{begin}{made}{end}{rest.split(end, 1)[1]}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
