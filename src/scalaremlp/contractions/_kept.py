"""Generating sets on disk, so that what took a while to find is found once."""

import hashlib
import json
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from .._cache_folder import cache_folder
from .._files import read_json, write_text
from .family import Family
from .graph import End, Graph, Joint
from .tensor import Tensor

_VERSION = 1
_WORTH_KEEPING = 0.05  # seconds
_MOST = 2**25  # bytes of a file


class GeneratingSet(NamedTuple):
    """Generators, and how far they are known to be all.

    Attributes:
        graphs: the generators, low degrees first.
        checked: the degree up to which they generate everything, by the count of characters.
        highest: the highest degree of a generator.
        complete: whether there are no others, by a theorem or by the rule of this file.
        reason: what is known, in words.
    """

    graphs: tuple[Graph, ...]
    checked: int
    highest: int
    complete: bool
    reason: str


def kept(family: Family, settings: Mapping[str, Any], find: Callable[[], GeneratingSet]) -> GeneratingSet:
    """What `find` finds, from a file if there is a good one for these settings; it is written if it took a while."""
    text = json.dumps({"version": _VERSION, **settings}, sort_keys=True, default=_plain)
    folder = cache_folder(True)
    if folder is None:
        return find()
    file = folder / f"generators-{hashlib.sha256(text.encode()).hexdigest()[:20]}.json"
    found = _read(file, text, family, settings)
    if found is not None:
        return found
    start = time.perf_counter()
    found = find()
    if time.perf_counter() - start > _WORTH_KEEPING:
        with suppress(OSError):  # a folder that cannot be written to costs time alone
            write_text(file, json.dumps({"settings": text, **found._asdict()}) + "\n")
    return found


def _plain(value: Any) -> Any:
    assert isinstance(value, Tensor)
    return [value.legs, value.symmetries, value.traceless]


def _read(file: Path, text: str, family: Family, settings: Mapping[str, Any]) -> GeneratingSet | None:
    """What a file holds; None where there is none. A damaged one is told and made anew."""
    try:
        value = read_json(file, _MOST)
        probe = settings["probe"]
        tensors = tuple(t.with_indices(family) for t in (*settings["tensors"], *(() if probe is None else (probe,))))
        if value["settings"] != text:
            raise ValueError("it was made with other settings")
        graphs = tuple(_graph(each, family, tensors) for each in value["graphs"])
        if probe is not None and any(graph.nodes.count(len(tensors) - 1) != 1 for graph in graphs):
            raise ValueError("the output of a graph does not occur once")
        return GeneratingSet(
            graphs, int(value["checked"]), int(value["highest"]), bool(value["complete"]), str(value["reason"])
        )
    except OSError:
        return None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        said = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        warnings.warn(f"A file of the cache must be whole. Got: {said}, in {file}. It is made anew.", stacklevel=4)
        return None


def _graph(value: Any, family: Family, tensors: tuple[Tensor, ...]) -> Graph:
    """A graph whose indices are all joined once, by tensors that the group fixes."""
    nodes, joints = value
    graph = Graph(
        tuple(_number(node, len(tensors)) for node in nodes),
        tuple(Joint(str(kind), tuple(End(int(node), int(leg)) for node, leg in ends)) for kind, ends in joints),
    )
    joined = sorted(end for joint in graph.joints for end in joint.ends if not end.is_fixed)
    wanted = [End(node, leg) for node, i in enumerate(graph.nodes) for leg in range(tensors[i].rank)]
    if joined != wanted:
        raise ValueError("an index of a graph is not joined once")
    for kind, ends in graph.joints:
        wants = ["V"] * len(ends) if kind == "all" and family.diagonal else _indices(kind, family)
        if [_index(end, wanted, graph, family, tensors) for end, wanted in zip(ends, wants, strict=True)] != wants:
            raise ValueError(f"a joint of a graph is none of {family.group}")
    return graph


def _indices(kind: str, family: Family) -> list[str]:
    """What a joint joins: every index is up where there is a form."""
    if kind == "pair":
        return ["V" if family.form is not None else "V*", "V"]
    if kind not in ("up", "down") or not family.epsilon or (kind == "up" and family.form is not None):
        raise ValueError(f"a joint of a graph is none of {family.group}")
    return ["V" if kind == "down" else "V*"] * family.dim


def _index(end: End, wanted: str, graph: Graph, family: Family, tensors: tuple[Tensor, ...]) -> str:
    """The kind of an end; a fixed vector is of the kind wanted, if there are so many."""
    if not end.is_fixed:
        return tensors[graph.nodes[end.node]].legs[end.leg]
    fixed = family.fixed_up if wanted == "V" else family.fixed_down
    return wanted if -1 - end.node < len(fixed) and end.leg == 0 else ""


def _number(value: Any, count: int) -> int:
    """The number of one of so many tensors."""
    if int(value) not in range(count):
        raise ValueError(f"a graph has a tensor {value} of {count}")
    return int(value)
