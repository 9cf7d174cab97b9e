"""The scalars that formulas are made of, and the tensors that they multiply."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact

from ..groups import Group
from ..reps import Rep
from ..reps.index_symmetry import IndexSymmetry
from ..scalars import Covariants, Invariants, safe_sqrt
from ..scalars.formulas import sympy
from ..scalars.inputs import Inputs, indices_of, inputs

_MOST_SCALARS = 24  # whose differences are taken: of n there are n (n - 1) / 2
_MOST_VECTORS = 8


class Atom(NamedTuple):
    """A scalar by which formulas are written.

    Attributes:
        name: as a person reads it: `"|x1|"`.
        latex: the same in LaTeX.
        degrees: pairs (input, degree), by which its unit is known.
        cost: how much it makes a formula longer, 1 for an input.
        alike: inputs that must have one unit.
    """

    name: str
    latex: str
    degrees: tuple[tuple[str, int], ...]
    cost: float = 1.0
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Atoms:
    """The invariants of a type, with lengths |x| for the squares of a definite form, distances |x − y|, det A, s − t.

    Called with one input, of shape (size_in,), it gives all values, of shape (size,).

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> [atom.name for atom in Atoms(2 * T(1), O(3)).atoms]
        ['<x1,x2>', '|x1|', '|x2|', '|x1-x2|']
    """

    rep_in: Rep
    group: Group

    @cached_property
    def invariants(self) -> Invariants:
        """The engine's."""
        return Invariants(self.rep_in, self.group)

    @cached_property
    def _inputs(self) -> Inputs:
        return inputs(self.rep_in, self.group)

    @property
    def definite(self) -> bool:
        """Whether ⟨x, x⟩ is a square of a length."""
        form = self._inputs.family.form
        return form is not None and bool(np.array_equal(form, np.eye(len(form))))

    @cached_property
    def _squares(self) -> tuple[tuple[int, str], ...]:
        """Positions of ⟨x, x⟩ among the invariants and the names of x."""
        if not self.definite:
            return ()
        names = [symbol.degrees for symbol in self.invariants.symbols]
        found = ((i, one[0][0]) for i, one in enumerate(names) if len(one) == 1 and one[0][1] == 2)
        return tuple((i, name) for i, name in found if name[0] in "xw")

    @cached_property
    def _scalar_pairs(self) -> tuple[tuple[int, int], ...]:
        count = self._inputs.n_scalars
        return tuple(combinations(range(count), 2)) if count <= _MOST_SCALARS else ()

    @cached_property
    def _vector_pairs(self) -> tuple[tuple[int, int], ...]:
        count = self._inputs.n_vectors
        return tuple(combinations(range(count), 2)) if self.definite and 1 < count <= _MOST_VECTORS else ()

    @cached_property
    def _matrices(self) -> tuple[str, ...]:
        known = self._inputs.family.form is not None
        return tuple(t.name for t in self._inputs.tensors if known and _has_determinant(t.symmetry, self.group.dim))

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """What each value is."""
        squares = {i for i, _ in self._squares}
        own = [
            Atom(s.text, s.latex, s.degrees, 1.0 if s.degree == 1 else 1 + 0.5 * s.degree)
            for i, s in enumerate(self.invariants.symbols)
            if i not in squares
        ]
        return (*own, *self._lengths(), *self._differences(), *self._determinants())

    def _lengths(self) -> list[Atom]:
        found = [Atom(f"|{x}|", rf"|{_latex(x)}|", ((x, 1),), 1.2) for _, x in self._squares]
        for i, j in self._vector_pairs:
            x, y = f"x{i + 1}", f"x{j + 1}"
            found.append(Atom(f"|{x}-{y}|", rf"|{_latex(x)}-{_latex(y)}|", ((x, 1),), 1.7, (x, y)))
        return found

    def _differences(self) -> list[Atom]:
        pairs = [(f"s{i + 1}", f"s{j + 1}") for i, j in self._scalar_pairs]
        return [Atom(f"({s}-{t})", f"({_latex(s)}-{_latex(t)})", ((s, 1),), 1.5, (s, t)) for s, t in pairs]

    def _determinants(self) -> list[Atom]:
        d = self.group.dim
        return [Atom(f"det({A})", rf"\det {_latex(A)}", ((A, d),), 1.2) for A in self._matrices]

    @cached_property
    def sympy(self) -> "tuple[Any, ...]":
        """Each for SymPy, in the components of the inputs, as `Symbol.sympy` has them."""
        sp = sympy()
        squares, symbols = [i for i, _ in self._squares], self.invariants.symbols
        found = [symbol.sympy for i, symbol in enumerate(symbols) if i not in squares]
        found += [sp.sqrt(symbols[i].sympy) for i in squares]
        vectors = [_components(f"x{i + 1}", self.group.dim) for i in range(self._inputs.n_vectors)]
        pairs = [list(zip(vectors[i], vectors[j], strict=True)) for i, j in self._vector_pairs]
        found += [sp.sqrt(sum((a - b) ** 2 for a, b in pair)) for pair in pairs]
        found += [sp.Symbol(f"s{i + 1}") - sp.Symbol(f"s{j + 1}") for i, j in self._scalar_pairs]
        return (*found, *(sp.Matrix(_square(name, self.group.dim)).det() for name in self._matrices))

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.atoms)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        values = self.invariants(x)
        squares = np.array([i for i, _ in self._squares], dtype=int)
        found = [jnp.delete(values, squares), safe_sqrt(values[squares])]
        if self._vector_pairs:
            left, right = np.array(self._vector_pairs).T
            vectors = self._inputs.vectors(x)[0]
            found.append(safe_sqrt(jnp.sum((vectors[left] - vectors[right]) ** 2, axis=1)))
        if self._scalar_pairs:
            left, right = np.array(self._scalar_pairs).T
            scalars = self._inputs.scalars(x)
            found.append(scalars[left] - scalars[right])
        for tensor in self._inputs.tensors:
            if tensor.name in self._matrices:
                found.append(jnp.linalg.det(tensor.entries(x))[None])
        return jnp.concatenate(found)


@dataclass(frozen=True)
class Tensors:
    """The covariants of a type, and differences x − y of vectors for an output that is a vector.

    Called with one input it gives them all, of shape (size, size_out).

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> [atom.name for atom in Tensors(2 * T(1), T(1), O(3)).atoms]
        ['x1^a', 'x2^a', '(x1-x2)^a']
    """

    rep_in: Rep
    rep_out: Rep
    group: Group

    @cached_property
    def covariants(self) -> Covariants:
        """The engine's."""
        return Covariants(self.rep_in, self.rep_out, self.group)

    @cached_property
    def _pairs(self) -> tuple[tuple[int, int], ...]:
        count = inputs(self.rep_in, self.group).n_vectors
        return tuple(combinations(range(count), 2)) if count <= _MOST_VECTORS else ()

    @cached_property
    def _terms(self) -> tuple[Rep, ...]:
        return tuple(term for count, term in self.rep_out(self.group).blocks for _ in range(count))

    @cached_property
    def _vectors(self) -> tuple[int, ...]:
        """The copies of the output that are vectors."""
        return tuple(i for i, term in enumerate(self._terms) if indices_of(term).legs == ("V",))

    @cached_property
    def copies(self) -> tuple[slice, ...]:
        """Where each tensor of the output is."""
        return tuple(place for _, place in self.covariants.copies)

    @cached_property
    def copy_numbers(self) -> tuple[int, ...]:
        """For each of them the tensor of the output that it belongs to."""
        return (*map(int, self.covariants.copy_numbers), *(i for i in self._vectors for _ in self._pairs))

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """What each is."""
        own = [Atom(s.text, s.latex, s.degrees, 1 + 0.5 * s.degree) for s in self.covariants.symbols]
        pairs = [(f"x{i + 1}", f"x{j + 1}") for i, j in self._pairs]
        more = [Atom(f"({x}-{y})^a", f"({_latex(x)}-{_latex(y)})^{{a}}", ((x, 1),), 2.2, (x, y)) for x, y in pairs]
        return (*own, *(more * len(self._vectors)))

    def components(self, number: int) -> "list[Any]":
        """The components of one in the output, for SymPy."""
        found = [sympy().Integer(0)] * self.rep_out(self.group).size
        place = self.copies[self.copy_numbers[number]]
        count = len(self.covariants.symbols)
        if number < count:
            own = _packed(self._terms[self.copy_numbers[number]], self.covariants.symbols[number].sympy)
        else:
            x, y = self.atoms[number].alike
            own = [a - b for a, b in zip(_components(x, self.group.dim), _components(y, self.group.dim), strict=True)]
        found[place] = own
        return found

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, "size size_out"]:
        found = [self.covariants(x)]
        if self._pairs and self._vectors:
            left, right = np.array(self._pairs).T
            vectors = inputs(self.rep_in, self.group).vectors(x)[0]
            rows, size = vectors[left] - vectors[right], self.rep_out(self.group).size
            for i in self._vectors:
                place = self.copies[i]
                found.append(jnp.pad(rows, ((0, 0), (place.start, size - place.stop))))
        return jnp.concatenate(found)


def _has_determinant(symmetry: IndexSymmetry, dim: int) -> bool:
    return symmetry.rank == 2 and (dim % 2 == 0 or not _is_antisymmetric(symmetry))


def _is_antisymmetric(symmetry: IndexSymmetry) -> bool:
    return any(sign < 0 for _, sign in symmetry.generators)


def _latex(name: str) -> str:
    return f"{name[0]}_{{{name[1:]}}}"


def _components(name: str, dim: int) -> "list[Any]":
    base: Any = sympy().IndexedBase(name)
    return [base[i] for i in range(dim)]


def _square(name: str, dim: int) -> "list[list[Any]]":
    base: Any = sympy().IndexedBase(name)
    return [[base[i, j] for j in range(dim)] for i in range(dim)]


def _packed(term: Rep, entries: Any) -> "list[Any]":
    """The components of a tensor of the output of its entries."""
    sp = sympy()
    symmetry = indices_of(term)
    if not symmetry.rank:
        return [entries]
    flat = [entries[index] for index in np.ndindex((symmetry.dim,) * symmetry.rank)]
    if symmetry.packing is None:
        return flat
    matrix = symmetry.unpack.reshape(-1, symmetry.size)
    pairs = [[(a, b) for a, b in zip(row, flat, strict=True) if abs(a) > 1e-14] for row in matrix.T]
    return [sum((_exact_root(sp, a) * b for a, b in row), sp.Integer(0)) for row in pairs]


def _exact_root(sp: Any, value: float) -> Any:
    square = Fraction(float(value * value)).limit_denominator(10_000)
    return (1 if value > 0 else -1) * sp.sqrt(sp.Rational(square.numerator, square.denominator))
