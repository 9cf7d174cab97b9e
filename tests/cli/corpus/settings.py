"""What was asked of a run, wrong in one value at a time; in config.json and run.json alike."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from .edits import GONE, NUMBERS, edit, said


def settings() -> Iterator[tuple[str, Callable[[Path], None], str]]:
    """What was asked of a run, one value at a time; the file it is in is given.

    Most are seen to be no settings at all, and the file is named; of the others what does not fit is shown.
    """
    wrong_count: tuple[Any, ...] = ("1", 1.5, [], -1, True)
    for keys, values in (
        ([], (GONE, None, [], {}, "x", 3)),
        (["seed"], (*NUMBERS, -1, 10**40)),
        (["model"], (GONE, None, "mlp", [], {})),
        (["model", "name"], (GONE, None, "cnn", 1, ["mlp"])),
        (["model", "options"], (GONE, None, "x", [1], {"wdith": 3}, {"width": "4"}, {"depth": -1}, {"norms": 3},
                                {"dtype": "float16"})),
        (["fit"], (GONE, None, "x", [], {"optimizer": "adam"}, {"optimizer": 1}, {"epochs": "5"}, {"epochs": -1},
                   {"more": 1})),
        (["file"], (GONE, None, 1, "", [], "mine.xls", "/", "a\x00b")),
        (["sha256"], (GONE, None, 1)),
        (["rep_in"], (GONE, None, 1)),
        (["rep_out"], (GONE, None, 1)),
        (["group"], (GONE, None, 1)),
        (["x_columns"], (GONE, 1, [1.5], {})),
        (["x_names"], (1, "a", [1], {})),
        (["ordered"], (1, None, "yes")),
        (["header"], (1, None, "yes")),
        (["ntrain"], (GONE, *wrong_count, 0)),
        (["nval"], (GONE, *wrong_count)),
        (["ntest"], (GONE, *wrong_count, 0, 10**40)),
        (["task"], ("o6", "o5", None, [])),
        (["more"], (1,)),
    ):  # fmt: skip
        for value in values:
            yield (*_setting(keys, value), "")
    for key, value, shows in (
        ("file", "none.npz", "none.npz"), ("sha256", "0" * 64, "mine.npz"), ("sha256", "", "mine.npz"),
        ("rep_in", "", "'': A representation is written"), ("rep_in", "T(", "T("), ("rep_in", "3*T(1)", "(20, 6)"),
        ("rep_out", "T(1)", "(20, 1)"), ("group", "Q(3)", "Q(3)"), ("group", "O(4)", "(20, 6)"),
        ("x_columns", "1-6", "mine.npz"), ("ntrain", 21, "21"), ("nval", 30, "30"),
    ):  # fmt: skip
        yield (*_setting([key], value), shows)


def _setting(keys: list[str], value: Any) -> tuple[str, Callable[[Path], None]]:
    name = f"{'.'.join(keys) or 'all'} {said(value)}".replace("\x00", "NUL")
    return name, partial(edit, keys=["settings", *keys], value=value)
