"""Hundreds of malformed inputs: each is refused on one line, with status 2, and nothing is written or lost."""

import json
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scalaremlp.cli import main
from scalaremlp.runs.fit import Course
from scalaremlp.study._summary import write_table

from .corpus.archives import archives
from .corpus.case import Case, train, write_samples
from .corpus.disks import disks
from .corpus.enormous import enormous
from .corpus.folders import folders
from .corpus.mutations import COMMANDS, mutations
from .corpus.options import options
from .corpus.resumed import resumed
from .corpus.tables import tables

# What `train` and `reproduce` say they are about to do.
_PLANS = re.compile(r"(data|samples|model|fit): |\d+ runs in ")

CORPUS = [*archives(), *tables(), *folders(), *resumed(), *options(), *disks(), *enormous()]
MUTATIONS = mutations(300)

_MORE = 200  # MB that a refusal takes at most
_SECONDS = 20  # after which a command is stopped


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Iterator[Path]:
    """A folder with samples in every format, a run that is finished, one that was interrupted, and a study."""
    folder = tmp_path_factory.mktemp("good")
    write_samples(folder)
    write = Course.__call__

    def interrupted(self, record):
        write(self, record)
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main([*train("mine.npz")[:-1], "run"]) == 0
        patch.setattr(Course, "__call__", interrupted)
        assert main([*train("mine.npz")[:-3], "300", "--out", "stopped"]) == 130
    rows = [{"task": "o5", "model": "scalars", "ntrain": n, "seed": 0, "test_mse": 1 / n} for n in (10, 100)]
    write_table(folder / "study", rows)
    return folder


@contextmanager
def bounded() -> Iterator[None]:
    """What is done in here ends, and takes no more memory than a refusal may."""

    def stop(*_: object) -> None:
        raise AssertionError(f"still running after {_SECONDS} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
    try:
        with open("/proc/self/clear_refs", "w") as marks:
            marks.write("5")  # the greatest memory from now on
        held = memory("VmRSS")
        yield
        assert memory("VmHWM") - held < _MORE
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def memory(kind: str) -> float:
    """Of this process, in MB."""
    return int(re.search(rf"{kind}:\s*(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def state(folder: Path) -> dict[str, bytes | None]:
    """Every file of a folder with its bytes, and every folder in it."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_the_corpus_is_large_and_every_case_has_a_name():
    assert len(CORPUS) >= 200
    assert len({str(case) for case in CORPUS}) == len(CORPUS)
    assert {case.words[0] for case in CORPUS} >= {"train", "evaluate", "predict", "check", "info", "reproduce"}


# By default every fourth case of the corpus; the others by name.
_PARAMETERS = [
    pytest.param(case, marks=[pytest.mark.slow] if n % 4 else [], id=str(case)) for n, case in enumerate(CORPUS)
]


@pytest.mark.parametrize("case", _PARAMETERS)
def test_refused_on_one_line_and_nothing_written(case: Case, good, tmp_path, monkeypatch, capsys, unchecked):
    folder = shutil.copytree(good, tmp_path / "here")
    monkeypatch.chdir(folder)
    case.damage(folder)
    before = state(folder)
    with case.during(), bounded():
        status = main(case.words)
    said = capsys.readouterr()
    assert state(folder) == before
    assert status == 2 and said.out == ""
    lines = [line for line in said.err.splitlines() if not _PLANS.match(line)]
    assert len(lines) == 1 and said.err.endswith("\n")
    assert re.fullmatch(r"scalaremlp: \S.*\. \S.*", lines[0]), "the rule and the remedy are two sentences"
    assert case.shows in lines[0] and len(lines[0]) < 1000


@pytest.fixture(scope="module")
def told(good, tmp_path_factory) -> dict[tuple[str, ...], dict]:
    """What each command says of good files."""
    found = {}
    for words in COMMANDS.values():
        folder = shutil.copytree(good, tmp_path_factory.mktemp("told") / "here")
        with pytest.MonkeyPatch.context() as patch, pytest.MonkeyPatch.context() as shown:
            patch.chdir(folder)
            lines: list[str] = []
            shown.setattr("builtins.print", lambda *text, lines=lines, **_: lines.append(" ".join(map(str, text))))
            assert main(words) == 0
        found[words] = numbers(lines[-1])
    return found


def numbers(line: str) -> dict:
    """What a command prints as JSON, without what differs each time."""
    return {name: value for name, value in json.loads(line).items() if name != "seconds"}


# By default every tenth; the others by name.
_CHANGED = [
    pytest.param(case, marks=[pytest.mark.slow] if n % 10 else [], id=str(case)) for n, case in enumerate(MUTATIONS)
]


@pytest.mark.parametrize("case", _CHANGED)
def test_what_is_changed_at_random_is_refused_or_changes_nothing(
    case, good, told, tmp_path, monkeypatch, capsys, unchecked
):
    folder = shutil.copytree(good, tmp_path / "here")
    monkeypatch.chdir(folder)
    case.damage(folder)
    before = state(folder)
    with bounded():
        status = main(case.words)
    said = capsys.readouterr()
    assert [*tmp_path.iterdir()] == [folder]
    if status:
        lines = [line for line in said.err.splitlines() if not _PLANS.match(line)]
        assert status == 2 and said.out == "" and state(folder) == before
        assert len(lines) == 1 and re.fullmatch(r"scalaremlp: \S.*\. \S.*", lines[0]) and len(lines[0]) < 1000
    else:
        found, expected = numbers(said.out.splitlines()[-1]), told[case.words]
        if "mine.csv" in case.words:  # a table of text that ends earlier is a table
            found["n"] = expected["n"]
        if "plot" in case.words:  # another text for a task is another task
            assert {Path(figure).parent for figure in found["figures"]} == {Path("study/figures")}
            found["figures"] = expected["figures"]
        assert found == expected
