"""Malformed words: numbers, types, groups, names and paths as options."""

from collections.abc import Iterator

from .case import SMALL, TYPES, Case, train

HUGE = "9" * 30


def options() -> list[Case]:
    """Every malformed option of every command."""
    return [*_numbers(), *_types(), *_names(), *_paths()]


def _numbers() -> Iterator[Case]:
    """Numbers that are negative, zero, fractions, none at all or beyond reason."""
    on_file, on_task = train("mine.npz")[:-4], ("train", "o5", "--out", "new")
    for option, least in {"ntrain": 1, "nval": 0, "ntest": 1, "width": 0, "depth": 0, "epochs": 0, "seed": 0}.items():
        wrong = [str(least - 1), "many", "1.5", "1e3", "nan", "", "0x10", "[1]"]
        wrong += [HUGE] if option != "epochs" else []
        for value in wrong:
            yield Case(f"--{option} {value}", (*on_file, "--out", "new", f"--{option}={value}"), value)
    for option in ("ntrain", "ntest"):
        for value in ("0", "-1", HUGE):
            yield Case(f"of a task, --{option} {value}", (*on_task, f"--{option}={value}"), value)
    yield Case("more samples than there are", (*train("mine.npz"), "--ntrain", "21"), "20")
    yield Case("no samples for training", (*train("mine.npz"), "--nval", "10", "--ntest", "10"), "10")
    for option, values in {
        "tol": ("-1", "nan", "inf", "small", ""),
        "samples": ("0", "-5", "1.5", HUGE),
        "elements": ("0", "-5", "x", HUGE),
        "seed": ("-1", "x", HUGE),
    }.items():
        for value in values:
            yield Case(f"--{option} {value}", ("check", "run", f"--{option}={value}"), value)
    for value in ("0", "-1", "x", HUGE):
        yield Case(f"--ntest {value}", ("evaluate", "run", f"--ntest={value}"), value)
    yield Case("--ntest of a file, 21", ("evaluate", "run", "--data", "mine.npz", "--ntest=21"), "21")
    for option, value in (
        ("sizes", "1"), ("sizes", "-3"), ("sizes", "x"), ("sizes", HUGE), ("seeds", "-1"), ("seeds", HUGE),
        ("seeds", "x"), ("ntest", "1"), ("ntest", "-9"), ("ntest", HUGE),
    ):  # fmt: skip
        yield Case(f"--{option} {value}", ("reproduce", f"--{option}={value}", "--out", "study"), value)


def _types() -> Iterator[Case]:
    """Representations and groups that do not parse, do not exist, do not fit each other, or are far too large."""
    reps = ("2*T(", "T(1))", "T()", "T(-1)", "T(1,2,3)", "T(1.5)", "T(x)", "T('1')", "2*Q(1)", "T", "-1*T(1)",
            "0.5*T(1)",
            "T(1)**-1", "T(1) - T(0)", "T(1) @ T(1)", "T(1) + ", "1/0", "[T(1)]", "lambda: 1", "__import__('os')",
            "T(1).__class__", "T(1); T(2)", "T(1)\nT(2)", "é", "T(1)(O(", "T(1)(Q(3))", "(" * 500 + "T(1)" + ")" * 500,
            "+".join(["T(1)"] * 5000), "-" * 5000 + "1", "\x00", "True", "None", "0", "T(1)*" + HUGE)  # fmt: skip
    groups = ("O(", "O()", "O(-1)", "O(0)", "O(1.5)", "O('3')", "O(3,1,2)", "O(x)", "Q(3)", "o(3)", "O", "O(3)*",
              "O(3)+O(3)",
              "3", "O(3)(2)", "O(n=3)", "Sp(0)", "SU()", "__import__('os').getcwd()", "(" * 500 + "O(3)" + ")" * 500,
              "*".join(["O(3)"] * 3000), "\x00", "O(None)", "O(True)", "[O(3)]", f"O({HUGE})", "O(100000)",
              "S(3)")  # fmt: skip
    for rep in reps:
        shows = ascii(rep[:12])[1:-1]
        for option in ("--rep-in", "--rep-out"):
            yield Case(f"{option} {rep[:20]!r}", _typed({option: rep}), shows)
        if rep == "0":
            continue  # no input is an input
        yield Case(f"--rep-in {rep[:20]!r}", ("info", *_types_with({"--rep-in": rep})), shows)
    for group in groups:
        shows = ascii(group[:5])[1:-1]
        yield Case(f"--group {group[:20]!r}", _typed({"--group": group}), shows)
        yield Case(f"--group {group[:20]!r}", ("info", *_types_with({"--group": group})), shows)
    for name, types, shows in (
        ("other inputs", {"--rep-in": "3*T(1)"}, "(20, 6)"),
        ("other outputs", {"--rep-out": "T(1)"}, "(20, 1)"),
        ("another dimension", {"--group": "O(4)"}, "(20, 6)"),
        ("a covector of a group without scalars of them", {"--rep-in": "2*V(S(3))"}, "S(3)"),
        ("more numbers than there are atoms", {"--rep-in": "T(300)"}, "T(300)"),
        ("a rank beyond all arrays", {"--rep-out": f"T({HUGE})"}, "T(999"),
    ):
        yield Case(name, _typed(types), shows)
    for name, types in {
        "too many covariants": {"--rep-in": "50*T(1)", "--rep-out": "T(6)"},
        "too many scalars": {"--rep-in": "100000*T(1)"},
        "a rank too high": {"--rep-out": "T(40)"},
        "vectors beyond number": {"--rep-in": f"{HUGE}*T(1)"},
        "an input of too high a rank": {"--rep-in": "T(40)"},
    }.items():
        yield Case(name, ("info", *_types_with(types)), "")
    for left_out in range(0, 6, 2):
        types = TYPES[:left_out] + TYPES[left_out + 2 :]
        yield Case(f"without {TYPES[left_out]}", ("train", "mine.npz", *types, "--out", "new"), TYPES[left_out])
        yield Case(f"without {TYPES[left_out]}", ("info", *types), TYPES[left_out])


def _names() -> Iterator[Case]:
    """Commands, options and choices that there are not, words missing and words too many."""
    for words, shows in (
        (("trian",), "trian"), (("Train", "o5"), "Train"), (("--train",), "--train"),
        (("train",), "a task or a file"), (("train", ""), "a task or a file"),
        (("train", "o6", "--out", "new"), "o6"), (("train", "O5"), "O5"), (("train", "o5", "particle"), "particle"),
        (("train", "mine"), "mine"), (("train", "mine.NPZ"), "mine.NPZ"), (("train", "mine.xlsx"), "mine.xlsx"),
        (("train", "none.csv"), "none.csv"), (("train", ".npz"), ".npz"), (("train", "mine.npz/"), "mine.npz"),
        (("train", "x" * 5000 + ".npz"), "xxx"), (("train", "o5", "--model", "cnn"), "cnn"),
        (("train", "o5", "--optimizer", "adam"), "adam"), (("train", "o5", "--modle", "mlp"), "--modle"),
        (("train", "o5", "--json=yes"), "yes"), (("train", "o5", "--permutation", "--model", "mlp"), "permutation"),
        (("train", "o5", "--rep-in", "T(1)"), "rep-in"), (("train", "o5", "--x-columns", "1"), "x-columns"),
        (("train", "o5", "--seed"), "--seed"),
        (("train", "mine.npz", *TYPES, *SMALL, "--permutation", "--rep-in", "T(0)+2*T(1)"), "2*T(1)"),
        (("evaluate",), "run"), (("evaluate", "run", "more"), "more"),
        (("evaluate", "run", "--json", "--out", "x"), "--out"),
        (("evaluate", "run", "--data", "mine.txt"), "mine.txt"),
        (("evaluate", "run", "--data", "none.csv"), "none.csv"), (("predict", "run"), "FILE"), (("predict",), "RUN"),
        (("predict", "run", "mine.txt"), "mine.txt"), (("predict", "run", "none.csv"), "none.csv"),
        (("predict", "run", "mine.npz", "--out", "y.txt"), "y.txt"),
        (("predict", "run", "mine.npz", "--y-columns", "1"), "--y-columns"), (("check",), "RUN"),
        (("check", "run", "run"), "run"), (("check", "run", "--tolerance", "1"), "--tolerance"),
        (("info", "O(3)"), "O(3)"), (("info", "--reps"), "--reps"),
        (("reproduce", "--tasks", "o6", "--out", "study"), "o6"), (("reproduce", "o5"), "o5"),
        (("train", "--resume", "stopped", "o5"), "a task"),
        (("train", "--resume", "stopped", "--seed", "1"), "--seed"),
        (("train", "--resume", "stopped", "--fresh"), "--fresh"),
        (("train", "--resume", "stopped", "--out", "x"), "--out"),
    ):  # fmt: skip
        yield Case(f"typed {words[1:]}"[:50], words, shows)


def _paths() -> Iterator[Case]:
    """Folders that are files, files that are folders, and what is in the way."""
    for command in (("evaluate",), ("check",), ("train", "--resume"), ("predict",)):
        more = ("mine.npz",) if command == ("predict",) else ()
        for path in ("nowhere", "mine.npz", ".", "run/figures", "run/config.json", "", "mine.npz/run", "x" * 5000):
            if command == ("train", "--resume") and not path:
                continue  # as if nothing were typed
            yield Case(f"{' '.join(command[1:])} {path[:20]!r}", (*command, path, *more), path[:3])
    out = train("mine.npz")[:-1]
    for path, shows in (("mine.csv", "mine.csv"), ("run", "run"), ("stopped", "stopped"), (".", "other files"),
                        ("mine.csv/new", "mine.csv"), ("x" * 5000, "xxx")):  # fmt: skip
        yield Case(f"--out {path[:20]!r}", (*out, path), shows)
    yield Case("--fresh in a folder of other files", (*out, ".", "--fresh"), "other files")
    for path in ("run", "mine.npz", "mine.csv", "run/out.txt", "mine.npz/out.npz"):
        yield Case(f"--out {path}", ("predict", "run", "mine.npz", "--out", path), path)
    yield Case("--fresh over a folder", ("predict", "run", "mine.npz", "--out", "run", "--fresh"), "run")
    yield Case("--out a file", ("reproduce", "--out", "mine.npz"), "mine.npz")
    yield Case("--out in a file", ("reproduce", "--out", "mine.npz/study"), "mine.npz")
    yield Case("a folder for a file", ("evaluate", "run", "--data", "run"), "run")
    yield Case("a finished run", ("train", "--resume", "run"), "run is finished")


def _types_with(changed: dict[str, str]) -> tuple[str, ...]:
    types = {**dict(zip(TYPES[::2], TYPES[1::2], strict=True)), **changed}
    return tuple(f"{option}={text}" for option, text in types.items())


def _typed(changed: dict[str, str]) -> tuple[str, ...]:
    return ("train", "mine.npz", *_types_with(changed), *SMALL, "--epochs", "1", "--out", "new")
