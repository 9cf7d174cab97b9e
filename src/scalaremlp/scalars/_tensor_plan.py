"""The static plans of invariants and covariants of tensors: generators, their formulas, and how they are computed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from ..contractions.generating_set import GeneratingSet, generating_set
from ..contractions.graph import End, Graph, Joint
from ..contractions.network import Network, network
from ..contractions.tensor import Tensor
from ..contractions.words import Words
from ..groups import Group
from ..reps import Rep
from ..reps.index_symmetry import IndexSymmetry
from . import _exact
from ._count import check_legs
from ._invariant_plan import orientation_symbols
from ._real import real_parts
from ._relabel import Opened
from ._symbols import Symbol, scalar_symbols
from .inputs import Inputs, indices_of, inputs


class TensorInvariantPlan(NamedTuple):
    """What `Invariants` of tensors looks up: as `InvariantPlan`, with a network in the place of pairs."""

    inputs: Inputs
    symbols: tuple[Symbol, ...]
    network: Network
    part: np.ndarray  # of which complex value each scalar is the real or
    imaginary: np.ndarray  # the imaginary part
    squares: dict[int, int]  # number of a vector → position of ⟨x, x⟩
    products: tuple[tuple[int, tuple[int, int]], ...]  # position and numbers of ⟨x, y⟩
    lengths: frozenset[int]  # positions of |x|² and |A|²
    found: GeneratingSet

    def vector(self, number: int) -> str:
        """What the vector of a number is called."""
        return self.inputs.tensors[number].name


class TensorBlock(NamedTuple):
    """The covariants of one term of the output, `copies` times."""

    start: int
    copies: int
    symmetry: IndexSymmetry
    symbols: tuple[Symbol, ...]
    probe: int  # its number among the inputs of the graphs
    network: Network
    found: GeneratingSet

    @property
    def size(self) -> int:
        """How many components the term has."""
        return self.symmetry.size

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of all its entries."""
        return (self.symmetry.dim,) * self.symmetry.rank

    @property
    def contractions(self) -> tuple[Opened, ...]:
        """What each covariant is to the engine."""
        return tuple(Opened(graph, self.probe) for graph in self.found.graphs)


@cache
def tensor_invariants(rep_in: Rep, group: Group, degree: int | None, effort: int) -> TensorInvariantPlan:
    """The plan for inputs of which some have two indices or more."""
    ins = inputs(rep_in, group)
    kinds = species(ins)
    found = generating_set(group, kinds, None, degree, effort)
    kept = real_parts(found.graphs, ins, kinds)
    written = [_symbol(ins, kinds, graph, None) for graph, _ in kept]
    parts = [*_scalar_parts(ins), *((ins.n_scalars + i, part) for i, (_, own) in enumerate(kept) for part in own)]
    symbols = [*scalar_symbols(ins), *written]
    pairs = [(at, _pair(kept[i - ins.n_scalars][0], ins)) for at, (i, _) in enumerate(parts) if i >= ins.n_scalars]
    return TensorInvariantPlan(
        ins,
        (*(symbols[i].of_part(part) for i, part in parts), *(orientation_symbols(ins) if degree is None else ())),
        _signed(network(ins.family, _raised(ins, kinds), [graph for graph, _ in kept]), written),
        np.array([i for i, _ in parts], dtype=int),
        np.array([part == "Im" for _, part in parts], dtype=bool),
        {pair[0]: at for at, pair in pairs if pair and pair[0] == pair[1]},
        tuple((at, pair) for at, pair in pairs if pair and pair[0] != pair[1]),
        frozenset(
            at
            for at, (i, _) in enumerate(parts)
            if i >= ins.n_scalars and _is_length(kept[i - ins.n_scalars][0], kinds, len(ins.tensors))
        ),
        found,
    )


def _scalar_parts(ins: Inputs) -> list[tuple[int, str]]:
    return [(i, part) for i in range(ins.n_scalars) for part in ([""] if ins.group.field == "real" else ["Re", "Im"])]


def _signed(built: Network, symbols: Sequence[Symbol]) -> Network:
    """The network with the signs of the formulas."""
    return built._replace(signs=tuple(s * symbol.sign for s, symbol in zip(built.signs, symbols, strict=True)))


@cache
def tensor_block(ins: Inputs, term: Rep, degree: int | None, effort: int) -> TensorBlock:
    """The plan of the covariants of one term of the output, bound to the group."""
    symmetry = indices_of(term)
    if not symmetry.rank:
        one = Graph((), ())
        alone = GeneratingSet((one,), 0, 0, True, "all: a number has the covariant 1")
        return TensorBlock(0, 1, symmetry, (Symbol.one(),), 0, network(ins.family, (), [one]), alone)
    check_legs(symmetry.legs)
    output = Tensor(symmetry.legs, symmetry.generators, symmetry.traceless)
    kinds = species(ins)
    found = generating_set(ins.group, kinds, output.dual(), degree, effort)
    every = (*kinds, output.dual())
    symbols = tuple(_symbol(ins, every, graph, symmetry) for graph in found.graphs)
    built = network(ins.family, _raised(ins, every), found.graphs, symmetry.legs)
    return TensorBlock(0, 1, symmetry, symbols, len(kinds), _signed(built, symbols), found)


def species(ins: Inputs) -> tuple[Tensor, ...]:
    """The kinds of all inputs of one index or more; of unitary groups their conjugates follow."""
    kinds = tuple(tensor.kind for tensor in ins.tensors)
    return kinds + tuple(kind.dual() for kind in kinds) if ins.group.conjugate_is_dual else kinds


def _names(ins: Inputs) -> tuple[str, ...]:
    """What the inputs, and of unitary groups their conjugates, are called."""
    names = tuple(tensor.name for tensor in ins.tensors)
    return names + tuple(f"{name}*" for name in names) if ins.group.conjugate_is_dual else names


def _raised(ins: Inputs, kinds: Iterable[Tensor]) -> tuple[Tensor, ...]:
    return tuple(kind.with_indices(ins.family) for kind in kinds)


def _symbol(ins: Inputs, kinds: tuple[Tensor, ...], graph: Graph, symmetry: IndexSymmetry | None) -> Symbol:
    raised, names = _raised(ins, kinds), _names(ins)
    fixed, legs = ins.family.fixed_names("vector"), None if symmetry is None else symmetry.legs
    words = Words(ins.family, raised, names if symmetry is None else (*names, "P"), fixed, legs)
    (text, sign), latex = words.text(graph), words.latex(graph)
    if symmetry is not None and (made := _made(words, graph, raised[-1])):
        text, latex = f"{made} {text}", rf"\operatorname{{{made}}}\,{latex}"
    counts = Counter(ins.tensors[i % len(ins.tensors)].name for i in graph.nodes if i < len(names))
    entries = partial(_exact.of_graph, ins, raised, graph, sign, symmetry)
    return Symbol(text, latex, tuple(sorted(counts.items())), sign, entries=entries)


def _made(words: Words, graph: Graph, output: Tensor) -> str:
    """What is done to the formula so that it has the symmetry of the output: nothing where it has it already."""
    node = graph.nodes.index(len(words.tensors) - 1)

    def moved(order: tuple[int, ...]) -> tuple[str, int]:
        ends = {End(node, leg): End(node, place) for leg, place in enumerate(order)}
        joints = tuple(Joint(kind, tuple(ends.get(end, end) for end in every)) for kind, every in graph.joints)
        return words.text(Graph(graph.nodes, joints))

    if output.traceless:
        return "sym0"
    text, own = words.text(graph)
    if all(moved(order) == (text, own * sign) for order, sign in output.symmetries):
        return ""
    return "alt" if any(sign == -1 for _, sign in output.symmetries) else "sym"


def _is_length(graph: Graph, kinds: tuple[Tensor, ...], count: int) -> bool:
    """Whether it is, up to sign, the sum of the squares of the components of one of `count` tensors."""
    pairs = [joint.ends for joint in graph.joints if joint.kind == "pair"]
    same = len({i % count for i in graph.nodes}) == 1
    if len(graph.nodes) != 2 or not same or len(pairs) != len(graph.joints):
        return False
    partner = {end.leg: other.leg for ends in pairs for end, other in (ends, ends[::-1]) if end.node == 0 < other.node}
    rank = kinds[graph.nodes[0]].rank
    return len(partner) == rank and tuple(partner[leg] for leg in range(rank)) in dict(kinds[graph.nodes[0]].group)


def _pair(graph: Graph, ins: Inputs) -> tuple[int, int] | None:
    """The numbers of two vectors, of a graph that is their product by the form."""
    vectors = [i % len(ins.tensors) for i in graph.nodes]
    is_product = len(vectors) == 2 and len(graph.joints) == 1 and graph.joints[0].kind == "pair"
    joined = ins.family.form is not None or ins.group.conjugate_is_dual
    ranks = {ins.tensors[i].symmetry.rank for i in vectors}
    return (min(vectors), max(vectors)) if is_product and joined and ranks == {1} else None
