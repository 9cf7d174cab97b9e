"""The benchmark of equivariant bases: a fresh process for each pair, ranks checked, bars met or not."""

import numpy as np

from benchmarks import bases


def test_a_pair_is_measured_in_a_process_of_its_own():
    row = bases._measured("SO(3)|S(3)", "T(2)(G1)*T(1)(G2)", 27, 1, 1e6, None)
    assert (row["found"], row["met"]) == (1, "yes") and row["CPU"] > 0 and 0 < row["GB"] < bases.GIGABYTES
    assert bases._shown(row)["rank"] == "1" and bases._summary([row, row]).count(", ") == 1


def test_bars(monkeypatch):
    class Done:
        stdout = "[9, 1, 0.5, 0.2, 0.1]"

    monkeypatch.setattr(bases.subprocess, "run", lambda *_, **__: Done)
    for rank, seconds, cpu, met in [
        (1, 5.0, None, "yes"),
        (1, 4.9, None, "no"),
        (2, 5.0, None, "no"),
        (1, 4.9, 2.0, "yes"),  # by CPU seconds, where they are known
        (1, None, None, "yes"),
        (2, None, None, "no"),
    ]:
        assert bases._measured("O(3)", "T(2)", 9, rank, seconds, cpu)["met"] == met


def test_the_memory_of_a_process_is_its_own():
    """Not that of the process which started it."""
    held = np.ones(2**26)  # half a gigabyte
    row = bases._measured("SO(3)", "T(1)", 3, 0, None, None)
    assert held.nbytes / 1e9 > row["GB"] > 0.05
