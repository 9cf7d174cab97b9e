"""Hundreds of malformed inputs: each is refused on one line, with status 2, and nothing is written or lost."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scalaremlp.cli import main
from scalaremlp.runs.fit import Course

from .corpus.archives import archives
from .corpus.case import Case, train, write_samples
from .corpus.disks import disks
from .corpus.folders import folders
from .corpus.options import options
from .corpus.resumed import resumed
from .corpus.tables import tables

# What `train` and `reproduce` say they are about to do.
_PLANS = re.compile(r"(data|samples|model|fit): |\d+ runs in ")

CORPUS = [*archives(), *tables(), *folders(), *resumed(), *options(), *disks()]


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Iterator[Path]:
    """A folder with samples in every format, a run that is finished and one that was interrupted."""
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
    return folder


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
    with case.during():
        status = main(case.words)
    said = capsys.readouterr()
    assert state(folder) == before
    assert status == 2 and said.out == ""
    lines = [line for line in said.err.splitlines() if not _PLANS.match(line)]
    assert len(lines) == 1 and said.err.endswith("\n")
    assert re.fullmatch(r"scalaremlp: \S.*\. \S.*", lines[0]), "the rule and the remedy are two sentences"
    assert case.shows in lines[0] and len(lines[0]) < 1000
