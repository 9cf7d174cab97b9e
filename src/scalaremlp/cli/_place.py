"""A run in its folder, as a command makes it: whatever stops it, the person is told how to go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scalaremlp._lock import InUseError
from scalaremlp.cli._errors import BadInput, one_line
from scalaremlp.runs.fit import CannotFitError
from scalaremlp.runs.folder import Place, State, occupied, state_of
from scalaremlp.runs.settings import RunSettings


@contextmanager
def taking_place(folder: Path, settings: RunSettings, *, fresh: bool, resume: bool = False) -> Iterator[Place]:
    """The place of a run; see `scalaremlp.runs.folder.occupied`."""
    entered = False
    try:
        with occupied(folder, settings, fresh=fresh, resume=resume) as place:
            entered = True
            yield place
    except CannotFitError as error:
        raise BadInput(one_line(str(error))) from error
    except ValueError as error:
        if entered:  # an error of the program
            raise
        raise BadInput(one_line(str(error))) from error
    except InUseError as error:
        raise BadInput(str(error)) from None
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_kept(folder, settings, fresh)) from None
    except OSError as error:
        kept = _kept(folder, settings, fresh)
        raise BadInput(one_line(f"{folder} could not be written: {error}. Make room. {kept}")) from error


def _kept(folder: Path, settings: RunSettings, fresh: bool) -> str:
    """What is left of a run that was stopped, and how to go on."""
    try:
        kept = state_of(folder) is State.UNFINISHED
    except OSError:  # of a name that no file has
        kept = False
    if not kept:
        what = f"The earlier run in {folder} is as it was" if fresh and folder.exists() else "Nothing was begun"
        return f"{what}; the same command begins anew"
    return f"The fit up to here is kept in {folder}. Go on with it {settings.go_on(folder)}"
