"""The run-time type checker of the tests."""

import functools
from collections.abc import Callable
from types import FunctionType
from typing import TypeVar

import jaxtyping
from beartype import BeartypeConf, beartype
from beartype.roar import BeartypeDecorHintException

Function = TypeVar("Function", bound=Callable)

# As static checkers have it, an int is welcome where a float is expected. All errors are those of jaxtyping.
_checked = beartype(conf=BeartypeConf(is_pep484_tower=True, violation_type=jaxtyping.TypeCheckError))
_jaxtyped = jaxtyping.jaxtyped


def install(package: str) -> None:
    """Check shapes and types of all that is imported of a package from now on, at every call.

    jaxtyping binds the arguments of each call to the letters of its shapes, which takes many times as long as the
    check of types: functions that name no shape go without.
    """
    jaxtyping.jaxtyped = jaxtyped
    jaxtyping.install_import_hook(package, "runtime_types.check")


def check(function: Function) -> Function:
    """The function with its types checked at every call; as it is, if an annotation has no meaning at run time.

    That is so for `Self` and for protocols that are not `runtime_checkable`; static checkers see to those.
    """
    try:
        return _checked(function)
    except BeartypeDecorHintException:
        return function


def jaxtyped(*arguments, **options):
    """The decorator of jaxtyping, for functions that name no shape without what shapes need."""

    def decorated(what):
        if isinstance(what, FunctionType) and not any(map(_of_shapes, what.__annotations__.values())):
            return _switched(what)
        return _jaxtyped(what, **options)

    return _jaxtyped(*arguments, **options) if arguments else decorated


def _of_shapes(annotation: object) -> bool:
    return isinstance(annotation, str) or "jaxtyping" in repr(annotation)


def _switched(function: Function) -> Function:
    """Checked while `jaxtyping_disable` is off, as functions of shapes are."""
    if (checked := check(function)) is function:
        return function

    @functools.wraps(function)
    def switched(*args, **kwargs):
        return (function if jaxtyping.config.jaxtyping_disable else checked)(*args, **kwargs)

    return switched
