"""Classes of models are known by name, those that were registered and no others."""

import re
import subprocess
import sys
from pathlib import Path

import equinox as eqx
import jax
import pytest

import scalaremlp
from scalaremlp import AbstractModel
from scalaremlp._registry import find, name_of


class Known(AbstractModel, saved_as="Known"):
    """A model of a user's."""


def test_no_code_of_others_is_found():
    assert find("Known") is Known
    for name in ("os:system", "equinox.nn:Linear", "scalaremlp.train:fit", "scalaremlp.train._save:os", "x", ""):
        assert find(name) is None
    for name in ("scalaremlp.train:History", "scalaremlp.nowhere:Net", "scalaremlp.nn:ScalarMLP.from_config"):
        assert find(name) is None


def test_names_of_the_library_and_of_users():
    """The former are found in a process that has imported none of them, also as the first format wrote them."""
    program = """
from scalaremlp._registry import find, name_of
for name in ("ScalarMLP", "ScalarGP", "EMLP", "MLP", "BareScalarMLP", "Augmented", "Pendulum", "RadialScalars"):
    assert find(name).__name__ == name and name_of(find(name)) == name, name
assert find("scalaremlp.nn:EMLP") is find("EMLP") and find("scalaremlp.pendulum:Pendulum") is find("Pendulum")
"""
    subprocess.run([sys.executable, "-c", program], check=True)

    class Line(AbstractModel):
        slope: jax.Array

    name = f"{__name__}:test_names_of_the_library_and_of_users.<locals>.Line"
    assert name_of(Line) == name and find(name) is Line
    assert name_of(eqx.nn.Linear) is None


def test_a_name_is_of_one_class():
    with pytest.raises(ValueError, match=r"a name of its own\. Got 'Known' for .*Other, the name of .*Known\. Choose"):

        class Other(AbstractModel, saved_as="Known"):
            pass

    assert find("Known") is Known


def test_a_class_defined_again_takes_the_place_of_the_first():
    def define():
        class Again(AbstractModel):
            pass

        return Again

    first, second = define(), define()
    assert name_of(first) is None and find(name_of(second)) is second


def test_examples_name_their_classes_apart():
    """A docstring's class is of this library by its module, and whichever examples share a process share the names."""
    sources = Path(scalaremlp.__file__).parent.rglob("*.py")
    names = [name for path in sources for name in re.findall(r">>> class (\w+)", path.read_text(encoding="utf-8"))]
    assert len(names) > 4 and sorted(set(names)) == sorted(names)
