"""Two tasks of classification: which colourings of a cube, or of Rubik's cube, can be turned into the standard one."""

from itertools import combinations

import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Int, Key

from ..groups import Cube, Group, RubiksCube
from ..reps import Rep, T, V
from ._dataset import Dataset
from .checks import checked_count


def rubiks_cube(n: int, *, key: Key[Array, ""], scrambled: bool = False) -> Dataset:
    """Whether a Rubik's cube can be solved by turns, 6V -> 2T(0): (1, 0) if it can, (0, 1) if not.

    The input is, for each of the six colours, which of the 48 stickers have it. Half of the cubes are the solved one,
    the others have an edge flipped, a corner twisted, or two edges or two corners exchanged, each of the three kinds
    equally often: no turns undo that. With `scrambled` a random element of the group has been applied to each.

    A polynomial that turns leave unchanged tells a twisted corner only from degree 8 on, a flipped edge from 12 and an
    exchanged pair from 18: as long as a monomial leaves out one corner, one edge, or two of a kind, turns can bring
    its stickers wherever taking the cube apart could. Networks of tensors of low rank do not tell the classes apart.

    Args:
        n: how many samples.
        key: what they are drawn with.
        scrambled: whether to turn the cubes at random.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Example:
        >>> import jax.random as jr
        >>> data = rubiks_cube(4, key=jr.key(0))
        >>> data, data.y.sum(axis=0).tolist(), data.x.shape
        (Dataset(rubiks_cube: 4 samples, 6*T(1) -> 2*T(0), RubiksCube()), [2.0, 2.0], (4, 288))
    """
    group = RubiksCube()
    colours = np.repeat(np.arange(6), 8)
    kinds = [broken_cubes(name) for name in ("edge flip", "corner twist", "swapped pair")]
    return _classes(n, key, scrambled, group, colours, kinds, "rubiks_cube")


def cube(n: int, *, key: Key[Array, ""], scrambled: bool = False) -> Dataset:
    """Whether a cube with six colours is the standard one turned, 6V -> 2T(0): (1, 0) if it is, (0, 1) if not.

    The input is, for each of the six colours, which face has it. Half of the cubes are the standard one; of the others
    half are its mirror image, two opposite faces exchanged, and half have two neighbours exchanged. Rotations leave
    unchanged which colours are opposite, which polynomials of degree 2 tell: enough for the latter. The mirror image
    takes the sense of three faces around a corner, degree 3.

    Args:
        n: how many samples.
        key: what they are drawn with.
        scrambled: whether to turn the cubes at random.

    Raises:
        ValueError: if `n` is not a positive whole number.

    Example:
        >>> import jax.random as jr
        >>> cube(4, key=jr.key(0), scrambled=True)
        Dataset(cube: 4 samples, 6*T(1) -> 2*T(0), Cube())
    """
    pairs = list(combinations(range(6), 2))
    opposite = {(0, 5), (1, 2), (3, 4)}  # up and down, back and front, left and right
    mirrored = np.array([_exchanged(6, [a], [b]) for a, b in pairs if (a, b) in opposite])
    neighbours = np.array([_exchanged(6, [a], [b]) for a, b in pairs if (a, b) not in opposite])
    return _classes(n, key, scrambled, Cube(), np.arange(6), [mirrored, neighbours], "cube")


def broken_cubes(kind: str) -> Int[np.ndarray, "states 48"]:
    """All ways to break a Rubik's cube of a kind: where each sticker is taken from."""
    group = RubiksCube()
    if kind == "edge flip":
        return np.array([_exchanged(48, edge, edge[::-1]) for edge in group.edges])
    if kind == "corner twist":
        return np.array([_exchanged(48, c, np.roll(c, turn)) for c in group.corners for turn in (1, 2)])
    pairs = [*combinations(group.edges, 2), *combinations(group.corners, 2)]
    return np.array([_exchanged(48, [*a, *b], [*b, *a]) for a, b in pairs])


def _exchanged(size: int, places: Int[np.ndarray, " k"] | list, taken: Int[np.ndarray, " k"] | list) -> np.ndarray:
    order = np.arange(size)
    order[np.asarray(places)] = np.asarray(taken)
    if len(places) == 1:
        order[np.asarray(taken)] = np.asarray(places)
    return order


def _classes(
    n: int, key: Key[Array, ""], scrambled: bool, group: Group, colours: np.ndarray, kinds: list, name: str
) -> Dataset:
    """Half of the samples whole, half broken in ways drawn kind by kind."""
    keys = jr.split(key, 4)
    broken = np.asarray(jr.permutation(keys[0], checked_count(n))) % 2 == 1
    kind = np.asarray(jr.randint(keys[1], (n,), 0, len(kinds)))
    share = np.asarray(jr.uniform(keys[2], (n,)))
    ways = [kinds[k][int(part * len(kinds[k]))] for k, part in zip(kind, share, strict=True)]
    orders = np.where(broken[:, None], np.array(ways), np.arange(len(colours)))
    states = np.moveaxis(np.eye(6)[colours[orders]], -1, 1)  # sample, colour, sticker
    x: Float[Array, "n 6 stickers"] = jnp.asarray(states)
    if scrambled:
        x = jnp.einsum("nij,ncj->nci", group.sample(keys[3], n), x)
    types: tuple[Rep, Rep] = (6 * V, 2 * T(0))
    return Dataset(x.reshape(n, -1), np.stack([~broken, broken], axis=1).astype(float), *types, group, name=name)
