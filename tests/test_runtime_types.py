"""In the tests the package checks types and shapes at every call, by whichever of the two ways."""

import jax.numpy as jnp
import pytest
import runtime_types
from jaxtyping import Array, Float, TypeCheckError

from scalaremlp import groups

checked = runtime_types.jaxtyped(typechecker=runtime_types.check)


@checked
def twice(number: float, *, wrong: bool = False) -> float:
    return str(number) if wrong else 2 * number


@checked
def added(x: Float[Array, "n"], y: Float[Array, "n"], wrong: bool = False) -> Float[Array, "n"]:
    return x[:0] if wrong else x + y


def test_functions_without_shapes():
    assert twice(2) == 4  # an int is welcome
    for arguments, options in ((["2"], {}), ([2.0], {"wrong": True})):
        with pytest.raises(TypeCheckError):
            twice(*arguments, **options)


def test_functions_of_shapes():
    two, three = jnp.ones(2), jnp.ones(3)
    assert added(two, two).shape == (2,)
    for arguments in ((two, three), (two, two, True), (two, 1)):
        with pytest.raises(TypeCheckError):
            added(*arguments)


def test_the_package_is_checked():
    with pytest.raises(TypeCheckError):
        groups.parse(3)


@pytest.mark.usefixtures("unchecked")
def test_unless_a_test_says_otherwise():
    assert twice("2") == "22" and added(jnp.ones(2), jnp.ones(1)).shape == (2,)
