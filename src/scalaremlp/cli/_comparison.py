"""The runs of `reproduce` and `study`, with a line for each; what stops them is said in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scalaremlp._lock import InUseError
from scalaremlp.cli._errors import BadInput, check_number
from scalaremlp.cli._output import say
from scalaremlp.report import number
from scalaremlp.runs.comparison import Reproduction, Study, compare
from scalaremlp.study import Row, Run, Workers


def made(asked: Study | Reproduction, out: Path, *, fresh: bool, workers: Workers) -> list[Row]:
    """Make what is missing, and tell of each run on standard error."""
    count = len(asked.runs)
    say(f"{count} runs in {out}; Ctrl-C stops, the same command goes on")
    with written_to(out):
        return compare(asked, out, fresh=fresh, workers=workers, notify=Notices(count))


@contextmanager
def written_to(out: Path) -> Iterator[None]:
    """What stops a command that writes to the folder of a study is said in one line, with how to go on."""
    try:
        yield
    except (ConnectionError, ChildProcessError, ModuleNotFoundError, InUseError) as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise BadInput(
            f"{out} must be a folder that can be written. Got: {error}. Make room, and the same command goes on"
        ) from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Finished runs are in {out}; the same command goes on from there.") from None


def processes(jobs: int) -> int:
    """How many processes `--jobs` stands for."""
    check_number("jobs", jobs, 0, 10_000)
    return jobs or os.cpu_count() or 1


class Notices:
    """A line for each run on standard error."""

    def __init__(self, total: int) -> None:
        self.total = total

    def __call__(self, position: int, run: Run, state: str, row: Row) -> None:
        place = f"[{position + 1:>{len(str(self.total))}}/{self.total}]"
        what = f"{place} {run.task}, {run.model}, {run.ntrain} samples, seed {run.seed}"
        if state == "failed":
            say(f"{what}: failed: {row['error']}")
        elif state != "start":
            again = " (from an earlier call)" if state == "reused" else ""
            say(f"{what}: test MSE {number(row['test_mse'])} in {row['seconds']:.1f} s{again}")
