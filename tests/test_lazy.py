"""Folders whose files are imported by the first use of a name of theirs."""

import ast
import inspect
from importlib import import_module
from pkgutil import walk_packages

import pytest
from tests.test_import import imported_after

import scalaremlp

PACKAGES = [found.name for found in walk_packages(scalaremlp.__path__, "scalaremlp.") if found.ispkg]
LAZY = [name for name in PACKAGES if hasattr(import_module(name), "_FILES")]


def imports(package):
    """The names that a type checker finds in a folder, with their files."""
    tree = ast.parse(inspect.getsource(import_module(package)))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {(line.module, name.asname) for line in block.body for name in line.names}


def test_there_are_such_folders():
    assert {"scalaremlp.data", "scalaremlp.train", "scalaremlp.nn"} <= set(LAZY)


@pytest.mark.parametrize("package", LAZY)
def test_what_is_imported_is_what_type_checkers_read(package):
    files = import_module(package)._FILES
    told = {(file, name) for file, names in files.items() for name in names.split()}
    alone = {(None, file) for file, names in files.items() if not names}
    assert told | alone == imports(package)


@pytest.mark.parametrize("package", LAZY)
def test_every_name_is_there_and_listed(package):
    module = import_module(package)
    assert {name for _, name in imports(package)} <= set(module.__all__) <= set(dir(module))
    assert all(getattr(module, name) is not None for name in module.__all__)


@pytest.mark.parametrize("package", LAZY)
def test_no_name_is_that_of_a_file(package):
    """Whoever imported the file first would get it in the place of the name."""
    module = import_module(package)
    files = {found.name for found in walk_packages(module.__path__)}
    assert not {name for names in module._FILES.values() for name in names.split()} & files


def test_a_wrong_name_lists_the_right_ones():
    with pytest.raises(AttributeError, match=r"'scalaremlp.units' has no attribute 'unit'; it offers BASE, DIMENSIONL"):
        scalaremlp.units.unit  # noqa: B018


def test_a_type_loads_no_other_files_of_its_folder():
    loaded = imported_after("from scalaremlp.reps import T\nfrom scalaremlp.groups import O\nT(1)(O(3)).size")
    assert "scalaremlp.groups._orthogonal" in loaded
    assert not loaded & {"scalaremlp.groups._unitary", "scalaremlp.groups.table", "scalaremlp.reps._parse"}


def test_a_fit_loads_nothing_that_only_others_need():
    loaded = imported_after("import scalaremlp as se\nse.fit, se.nn.ScalarMLP, se.data.o5, se.evaluate")
    assert "scalaremlp.nn._scalar_mlp" in loaded
    assert not {name for name in loaded if name.startswith("scalaremlp.dynamics._rollout")}
    assert not loaded & {
        "scalaremlp.data._read", "scalaremlp.nn._emlp", "scalaremlp.train.second_order.stage",
        "scalaremlp.train.uncertainty.posterior",
    }  # fmt: skip


def test_saved_models_are_found_by_name_before_their_file_is_loaded():
    code = """
from scalaremlp._registry import find
import sys
assert "scalaremlp.nn._emlp" not in sys.modules
assert find("EMLP").__name__ == "EMLP"
assert find("scalaremlp.nn:EMLPBlock") is None or find("scalaremlp.nn:EMLPBlock").__name__ == "EMLPBlock"
"""
    assert "scalaremlp.nn._emlp" in imported_after(code)


@pytest.mark.parametrize(
    "code",
    [
        "from scalaremlp.groups import O\nO(2) * O(3)",
        "from scalaremlp.reps import T\n(2 * T(1) + T(2)) * T(1), T(1) * T(2)",
    ],
)
def test_operators_need_no_name_of_their_result(code):
    imported_after(code)
