"""Files import in one direction, and of another folder only what has no underscore."""

from functools import cache

import grimp
import pytest


@cache
def graph():
    return grimp.build_graph("scalaremlp", exclude_type_checking_imports=True)


def test_no_file_imports_itself_by_way_of_others():
    """Each is left out once nothing that is left imports from it; what stays is a circle."""
    left = {module: set(graph().find_modules_directly_imported_by(module)) for module in graph().modules}
    while free := [module for module, imported in left.items() if not imported & left.keys()]:
        for module in free:
            del left[module]
    circles = {module: sorted(imported & left.keys()) for module, imported in left.items()}
    assert not circles


@pytest.mark.parametrize("module", sorted(graph().modules))
def test_private_files_are_their_folders_own(module):
    for imported in graph().find_modules_directly_imported_by(module):
        home, _, name = imported.rpartition(".")
        own = module == home or module.startswith(f"{home}.")
        assert own or not name.startswith("_"), f"{imported} is private. Import what it has from {home}."


def test_the_graph_is_whole():
    assert {"scalaremlp.reps._word", "scalaremlp.cli._main"} <= graph().modules
    assert "scalaremlp.reps._rep" in graph().find_modules_directly_imported_by("scalaremlp.reps._sum")
