"""Real processes in one folder: killed, two at once, read while they write. Prints what happened as JSON.

    python tests/support/sigkills.py killed train --times 40
    python tests/support/sigkills.py together study --times 20
    python tests/support/sigkills.py read train --times 6

Each start is a fork of this process, which has imported everything and not started JAX: only then is it cheap enough
to do this often, and a process of its own all the same.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from importlib import import_module
from pathlib import Path

from small_commands import COMMANDS, left, make_quick, prepare

from scalaremlp.cli import _plot, main

_PATIENCE = 300  # seconds after which a process is stuck
_EDGE = 0.5  # seconds: so much of the moments at the beginning and at the end
_DONE = ("holds a run already", "is finished")
_REFUSED = (*_DONE, "one process at a time")


class Started:
    """A command in a process of its own."""

    def __init__(self, words):
        self.said, self.began = Path(tempfile.mkstemp(dir=Path.cwd().parent)[1]), time.perf_counter()
        self.status = None
        self.pid = os.fork()
        if self.pid == 0:
            out = os.open(self.said, os.O_WRONLY)
            os.dup2(out, 1), os.dup2(out, 2)
            status = 99  # of what no command may end with
            try:
                status = main(words)
            finally:
                sys.stdout.flush()
                os._exit(status)

    def ended(self, within=_PATIENCE):
        """The exit status, or `None` if it goes on for longer than that since it began."""
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.perf_counter() - self.began > within:
                return None
            else:
                time.sleep(0.002)
        return self.status

    def kill(self):
        """End it at once; whether it had not ended by itself."""
        os.kill(self.pid, signal.SIGKILL)
        return self.ended() == -signal.SIGKILL

    @property
    def text(self):
        """What it said."""
        return self.said.read_text()

    def refused(self, *why):
        """Whether it was refused in one line, for one of these reasons."""
        lines = [line for line in self.text.splitlines() if line.startswith("scalaremlp: ")]
        return self.status == 2 and len(lines) == 1 and any(each in lines[0] for each in why)


def undisturbed(words):
    """What a command leaves, and the seconds that it takes when all is compiled."""
    for _ in range(2):
        shutil.rmtree("run", ignore_errors=True)
        process = Started(words)
        assert process.ended() == 0, process.text
        seconds = time.perf_counter() - process.began
    whole = left(Path("run"))
    shutil.rmtree("run")
    return whole, seconds


def killed(name, times, chance):
    """Kill a command at so many moments and begin it again by the same words; after every third kill to its end."""
    words, found = COMMANDS[name], Counter(kills=0, ends=0, stuck=0, lost=0)
    whole, seconds = undisturbed(words)
    edge = times // 5
    moments = [chance.uniform(0, _EDGE) for _ in range(edge)]
    moments += [chance.uniform(max(0, seconds - _EDGE), seconds) for _ in range(edge)]
    moments += [chance.uniform(0, seconds) for _ in range(times - 2 * edge)]
    chance.shuffle(moments)

    def end(process):
        if process.ended() is None:
            found["stuck"] += process.kill()
        elif not (process.status == 0 or process.refused(*_DONE)) or left(Path("run")) != whole:
            found["lost"] += 1
            print(process.status, process.text, sorted(left(Path("run")).items() ^ whole.items()), file=sys.stderr)
        found["ends"] += 1
        shutil.rmtree("run", ignore_errors=True)

    for moment in moments:
        while True:
            process, there = Started(words), os.path.exists("run/run.json") or os.path.exists("run/runs")
            if process.ended(within=moment) is None and process.kill():
                found["kills"] += 1
                found["kills of one that went on"] += there
                found["kills before anything was written"] += not os.path.exists("run")
                break
            end(process)  # it was at its end before; another begins anew, and may be quicker
            moment = moment if there else 0.9 * moment
        if found["kills"] % 3 == 0:
            end(Started(words))
    end(Started(words))
    return {**found, "seconds of one": round(seconds, 2)}


def together(name, times, chance):
    """Start a command twice at once, into nothing and over a finished run in turn."""
    words, found = COMMANDS[name], Counter(told=0, after=0, wrong=0)
    whole, seconds = undisturbed(words)
    for number in range(times):
        fresh = ["--fresh"] if number % 2 else []
        first = Started([*words, *fresh])
        time.sleep(chance.choice([0, 0, chance.uniform(0, seconds)]))
        both = first, Started([*words, *fresh])
        statuses = [process.ended() for process in both]
        told = sum(process.refused(*_REFUSED) for process in both)
        good = statuses.count(0) + told == 2 and 0 in statuses and left(Path("run")) == whole
        found["told"] += told
        found["after"] += statuses == [0, 0]
        found["wrong"] += not good
        if not good:
            texts = [process.text for process in both]
            print(statuses, *texts, sorted(left(Path("run")).items() ^ whole.items()), file=sys.stderr)
        if fresh:
            shutil.rmtree("run")
    return dict(found)


def read(name, times, chance):
    """Replace what is in a folder by two kinds of it in turn, while another process reads it without end.

    A reading is whole if it is of one of the two; that of a study may grow: it has some of the finished rows.
    """
    kinds = [COMMANDS[name], [*COMMANDS[name], *(["--seed", "1"] if name != "study" else ["--ntrain", "9"])]]
    readers = [["evaluate", "run"], ["info", "run"], ["predict", "run", "new.npz", "--out", "y.npz"]]
    readers = [[*words, "--json"] for words in ([["plot", "efficiency", "run"]] if name == "study" else readers)]
    make_inputs(name)
    known, tables = set(), []
    for words in kinds:
        undisturbed(words)
        assert Started(words).ended() == 0
        for words in readers:
            Path("y.npz").unlink(missing_ok=True)
            process = Started(words)
            assert process.ended() == 0, process.text
            known.add(seen((process.status, process.text)))
        tables += [told(json.loads(Path("run/results.json").read_text()))] if name == "study" else []
        shutil.rmtree("run")
    reader = os.fork()
    if reader == 0:
        try:
            Path("found.json").write_text(json.dumps(_read_until(Path("stop"), readers, known, tables, chance)))
        finally:
            os._exit(0)
    for number in range(times):
        process = Started([*kinds[number % 2], *(["--fresh"] if number else [])])
        assert process.ended() == 0, process.text
    Path("stop").touch()
    os.waitpid(reader, 0)
    return json.loads(Path("found.json").read_text())


def _read_until(stop, readers, known, tables, chance):
    """What became of reading after reading, until there is a file `stop`."""
    found, drawn = Counter(whole=0, growing=0, refused=0, wrong=0), []
    draw = _plot.draw_efficiency
    _plot.draw_efficiency = lambda folder, rows: (drawn.append(told(rows)), draw(folder, rows))[1]
    while not stop.exists():
        words = chance.choice(readers)
        drawn.clear()
        status, text = _read(words)
        if status:
            lines = text.splitlines()
            good = status == 2 and lines[-1].startswith("scalaremlp: ") and "Trace" not in text
            kind = "refused" if good else "wrong"
        elif tables:
            kind = of_table(text, drawn, tables)
        else:
            kind = "whole" if seen((status, text)) in known else "wrong"
        if kind == "wrong":
            print(words, status, text, drawn, file=sys.stderr)
        found[kind] += 1
    return found


def of_table(text, drawn, tables):
    """Whether the rows that were drawn are those of a finished study, or some of one, each as it is at the end."""
    if len(drawn) != 1 or json.loads(text.splitlines()[-1])["runs"] != len(drawn[0]):
        return "wrong"
    if drawn[0] in tables:
        return "whole"
    return "growing" if any(all(row in table for row in drawn[0]) for table in tables) else "wrong"


def told(rows):
    """The rows of a study without the time that they took."""
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def make_inputs(name):
    """The inputs that a reader predicts from; systems of the constants and the gravity that a pendulum is fitted to."""
    import numpy as np

    x = np.random.default_rng(1).normal(size=(3, 21 if name == "pendulum" else 6))
    if name == "pendulum":
        x[:, :9] = [1, 1, 1, 1, 1, 1, 0, 0, -1]
    np.savez("new.npz", x=x)


def _read(words):
    """The status of a reading command in this process, and all that it says."""
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    Path("y.npz").unlink(missing_ok=True)
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            status = main(words)
        except BaseException:
            import traceback

            traceback.print_exc()
            status = 99
    return status, said.getvalue()


def seen(result):
    """What a reading command found, without the time it took."""
    status, text = result
    last = json.loads(text.splitlines()[-1]) if text.rstrip().endswith("}") else text
    if isinstance(last, dict):
        last.pop("seconds", None)
    digest = Path("y.npz").read_bytes() if Path("y.npz").exists() else b""
    return status, json.dumps(last, sort_keys=True), digest


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("killed", "together", "read"))
    parser.add_argument("name", choices=COMMANDS)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for module in ("train", "pendulum", "study", "reproduce", "evaluate", "info", "predict", "plot"):
        import_module(f"scalaremlp.cli._{module}")
    make_quick(setattr)
    with tempfile.TemporaryDirectory() as place:
        os.environ["SCALAREMLP_CACHE"] = f"{place}/cache"
        os.mkdir(f"{place}/here")
        os.chdir(f"{place}/here")
        prepare(Path.cwd())
        work = {"killed": killed, "together": together, "read": read}[asked.what]
        print(json.dumps({asked.name: asked.what, **work(asked.name, asked.times, random.Random(asked.seed))}))
