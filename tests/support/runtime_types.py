"""The run-time type checker of the tests."""

from collections.abc import Callable
from typing import TypeVar

from beartype import BeartypeConf, beartype
from beartype.roar import BeartypeDecorHintException

Function = TypeVar("Function", bound=Callable)

# As static checkers have it, an int is welcome where a float is expected.
_checked = beartype(conf=BeartypeConf(is_pep484_tower=True))


def check(function: Function) -> Function:
    """The function with its types checked at every call; as it is, if an annotation has no meaning at run time.

    That is so for `Self` and for protocols that are not `runtime_checkable`; static checkers see to those.
    """
    try:
        return _checked(function)
    except BeartypeDecorHintException:
        return function
