"""Parse, dispatch, and turn what happened into an exit status."""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, Union

import tyro
from tyro.conf import FlagCreatePairsOff, OmitArgPrefixes, subcommand

from scalaremlp._compilation_cache import keep_programs
from scalaremlp.cli._devices import check_devices
from scalaremlp.cli._errors import BadInput, with_options
from scalaremlp.cli._mistyped import mistyped
from scalaremlp.cli._output import say
from scalaremlp.cli._warnings import warnings_said
from scalaremlp.cli._words import check_words
from scalaremlp.cli.commands import (
    Basis,
    Check,
    CompareGroups,
    Discover,
    Evaluate,
    Features,
    Info,
    Pendulum,
    Plot,
    Predict,
    Reproduce,
    Study,
    Train,
)

DONE, BAD_INPUT, INTERRUPTED, READER_LEFT = 0, 2, 130, 141  # 1: what a command checks has failed

#: What can be typed. A new command is a class in commands/, a module of its name with `run(command) -> int`, and a
#: line here.
COMMANDS: dict[str, type] = {
    "train": Train,
    "discover": Discover,
    "evaluate": Evaluate,
    "predict": Predict,
    "features": Features,
    "check": Check,
    "compare-groups": CompareGroups,
    "info": Info,
    "basis": Basis,
    "pendulum": Pendulum,
    "reproduce": Reproduce,
    "study": Study,
    "plot": Plot,
}
_NAMES = {cls: name for name, cls in COMMANDS.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        argv: the words after `scalaremlp`; those of the process by default.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    _open_streams()
    command = None
    try:
        if argv == ["--version"]:
            print(f"scalaremlp {import_module('scalaremlp').__version__}")
            return DONE
        command = parse(argv)
        with warnings_said(command):
            check_words(command)
            check_devices()
            import_module("scalaremlp").enable_x64()
            keep_programs()
            status: int = import_module(f"scalaremlp.cli._{_NAMES[type(command)].replace('-', '_')}").run(command)
        _flush()
        return status
    except BadInput as error:
        say(f"scalaremlp: {error if command is None else with_options(str(error), command)}")
        return BAD_INPUT
    except KeyboardInterrupt as stop:
        say(f"scalaremlp: stopped. {stop}".rstrip())
        return INTERRUPTED
    except BrokenPipeError:  # the reader of the output has left, as in `scalaremlp --help | head`
        _silence()
        return READER_LEFT
    except SystemExit as end:  # --help
        return end.code if isinstance(end.code, int) else BAD_INPUT


def _open_streams() -> None:
    """Streams that were closed, as by a daemon, lead nowhere; a file would be opened in their place otherwise.

    Names that the terminal cannot show are shown by escapes.
    """
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        while (free := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(free)
        sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
        sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _flush() -> None:
    """What was printed goes out, or the person is told."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _silence()
        raise BadInput(f"the output could not be written. Got: {error}. Make room, or send it elsewhere") from error


def _silence() -> None:
    """Nothing more is said at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parse(argv: list[str]) -> Any:
    """The command that was typed. tyro explains a mistake in a frame of several lines; they are put on one."""
    any_of: Any = Union[tuple(Annotated[cls, subcommand(name)] for name, cls in COMMANDS.items())]  # noqa: UP007
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return tyro.cli(
                any_of,
                prog="scalaremlp",
                description="Equivariant machine learning from invariant scalars.",
                args=argv or ["--help"],
                config=(OmitArgPrefixes, FlagCreatePairsOff),
            )
    except SystemExit as end:
        if end.code in (0, None):
            raise
        raise BadInput(mistyped(argv, said.getvalue())) from None
