"""What Griffe, the site's reader of docstrings, has to be told of ours: examples and constructors."""

import re
from collections.abc import Iterator
from typing import Any

import griffe


class Docstrings(griffe.Extension):
    """Called by Griffe for everything that it has read, before docstrings are parsed."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Examples become blocks of code."""
        if obj.docstring is not None:
            obj.docstring.value = with_blocks(obj.docstring.value)

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Modules of Equinox without a constructor of their own get that of a dataclass."""
        without = [cls for cls in classes(pkg) if "__init__" not in cls.all_members and is_equinox_module(cls)]
        for cls in without:
            cls.set_member("__init__", constructor(cls))


def with_blocks(docstring: str) -> str:
    """The docstring with "Example:" as "Examples:", the section as Griffe knows it, where `>>>` is Python.

    An example outside of any section is fenced: Markdown would read `>>>` as a quotation.
    """
    named = re.sub(r"^Example:$", "Examples:", docstring, flags=re.MULTILINE)
    return re.sub(r"^(>>> .*(?:\n(?!\n).+)*)", r"```pycon\n\1\n```", named, flags=re.MULTILINE)


def classes(module: griffe.Module) -> Iterator[griffe.Class]:
    """The classes that a module and those within it define."""
    for member in module.members.values():
        if member.is_alias:
            continue
        if isinstance(member, griffe.Class):
            yield member
        elif isinstance(member, griffe.Module):
            yield from classes(member)


def is_equinox_module(cls: griffe.Class) -> bool:
    """Whether a class derives from `equinox.Module`, by classes of this package or at once."""
    direct = any(str(base) == "eqx.Module" for base in cls.bases)
    return direct or any(is_equinox_module(base) for base in cls.resolved_bases if isinstance(base, griffe.Class))


def fields(cls: griffe.Class) -> list[griffe.Attribute]:
    """The annotated attributes of a class, in order; those that a class only asks for, as abstract, are none."""
    attributes = [member for member in cls.members.values() if member.is_attribute and "property" not in member.labels]
    return [each for each in attributes if each.annotation is not None and "AbstractVar" not in str(each.annotation)]


def constructor(cls: griffe.Class) -> griffe.Function:
    """The `__init__` that `equinox.Module` makes from the fields, those of the classes above first."""
    every = {field.name: field for each in (*reversed(cls.mro()), cls) for field in fields(each)}.values()
    kind = griffe.ParameterKind.positional_or_keyword
    parameters = [griffe.Parameter(f.name, annotation=f.annotation, kind=kind, default=default(f)) for f in every]
    return griffe.Function("__init__", parameters=griffe.Parameters(*parameters), parent=cls)


def default(field: griffe.Attribute) -> Any:
    """The default value of a field, also of one that is written `eqx.field(default=…)`."""
    if not isinstance(field.value, griffe.ExprCall):
        return field.value
    given = [each for each in field.value.arguments if isinstance(each, griffe.ExprKeyword)]
    return next((each.value for each in given if each.name == "default"), None)
