"""Where the runs of a study are made: here, by processes of this machine, or on a Dask cluster."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._check import whole_number
from ._grid import Run
from ._one_run import Measure, make
from ._summary import Row

_PATIENCE = 3  # losses of a worker in a row, with no run finished between

Done = tuple[int, str, Row]  # position of the run, what was done, its numbers


@dataclass(frozen=True)
class Workers:
    """Processes that make runs, through joblib.

    A worker that is lost, killed or out of memory, takes no finished run with it; what it was at is made by another.

    Args:
        jobs: how many processes of this machine; 1: this one.
        scheduler: the address of a Dask scheduler, such as "tcp://10.0.0.5:8786", whose workers make the runs instead,
            as many at a time as they have threads. They need this library, and the study's folder by the same path.

    Raises:
        ValueError: if `jobs` is less than 1.
        ConnectionError: while a study runs, if the scheduler does not answer.

    Example:
        >>> Workers(jobs=4)
        Workers(jobs=4, scheduler='')
    """

    jobs: int = 1
    scheduler: str = ""

    def __post_init__(self) -> None:
        whole_number("jobs", self.jobs, remedy="With 1 the runs are made in this process.")

    @property
    def here(self) -> bool:
        """Whether the runs are made in this process, one after the other."""
        return self.jobs == 1 and not self.scheduler

    def each(
        self, runs: Sequence[tuple[int, Run]], measure: Measure, folder: Path, settings: Any, fresh: bool
    ) -> Iterator[Done]:
        """Make runs, given with their positions, and yield each as soon as it is done."""
        if self.here:
            for position, run in runs:
                yield position, *make(run, measure, folder, settings, fresh)
            return
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        missing, barren = dict(runs), 0
        while missing:
            before = len(missing)
            try:
                for done in self._in_parallel(missing, measure, folder, settings, fresh):
                    del missing[done[0]]
                    yield done
            except TerminatedWorkerError as error:
                barren = barren + 1 if len(missing) == before else 0
                if barren == _PATIENCE:
                    raise ChildProcessError(
                        f"Workers must live to finish a run. Got every worker killed with {before} runs left, perhaps "
                        "for memory. Take fewer jobs; what is finished is kept"
                    ) from error

    def _in_parallel(
        self, missing: dict[int, Run], measure: Measure, folder: Path, settings: Any, fresh: bool
    ) -> Iterator[Done]:
        from joblib import Parallel, delayed

        with self._backend():
            n_jobs = -1 if self.scheduler else self.jobs
            ahead = "all" if self.scheduler else "n_jobs"  # none waits for its pickles when Ctrl-C ends the processes
            # A list: with a single worker joblib takes the runs one by one, while those that are done leave `missing`.
            work = [delayed(_at)(i, run, measure, folder, settings, fresh) for i, run in missing.items()]
            yield from Parallel(n_jobs=n_jobs, batch_size=1, pre_dispatch=ahead, return_as="generator_unordered")(work)

    @contextmanager
    def _backend(self) -> Iterator[None]:
        from joblib import parallel_config

        if not self.scheduler:
            with parallel_config(backend="loky"):
                yield
            return
        try:
            from distributed import Client
        except ImportError as error:
            raise ModuleNotFoundError(
                "A Dask scheduler needs the package distributed. Got none. Run: pip install 'scalaremlp[dask]'"
            ) from error
        try:
            client = Client(self.scheduler, timeout=10)
        except (OSError, ValueError) as error:
            raise ConnectionError(
                f"The scheduler must be one that answers. Got none at {self.scheduler}. Start one by `dask scheduler`, "
                "and give the address that it prints"
            ) from error
        with client, parallel_config(backend="dask"):
            yield


def _at(position: int, run: Run, measure: Measure, folder: Path, settings: Any, fresh: bool) -> Done:
    return position, *make(run, measure, folder, settings, fresh)
