"""The constants of a found formula fitted anew to samples without noise, which tells whether its form is right."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import least_squares

_NAME = "_constants"
_ALIKE = 1e-9  # a constant is known again in the source by its value
_NOTHING = 1e-6  # a constant that becomes so much smaller is one of a term too many


class _Free(ast.NodeTransformer):
    """Puts names for the floating point numbers of a function, but for those in exponents."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, float):
            return node
        self.values.append(node.value)
        place = ast.Constant(len(self.values) - 1)
        return ast.Subscript(ast.Name(_NAME, ast.Load()), place, ast.Load())

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        node.left = self.visit(node.left)
        if not isinstance(node.op, ast.Pow):
            node.right = self.visit(node.right)
        return node


@dataclass(frozen=True)
class Refitted:
    """A formula's constants as they were, and as samples without noise have them.

    Attributes:
        before: the floating point numbers in the formula's source, in their order.
        after: the same, fitted.
        relative: the squared error that is left, in relation to the spread of the samples.
    """

    before: np.ndarray
    after: np.ndarray
    relative: float

    @classmethod
    def of(cls, source: str, x: np.ndarray, y: np.ndarray, shifted: bool = False) -> "Refitted":
        """Fit the constants of a function in NumPy, of its text, to samples (n, size_in), (n, size_out).

        `shifted` says that the function counts up to a constant.
        """
        function, before = opened(source)

        def residuals(factors: np.ndarray) -> np.ndarray:
            with np.errstate(all="ignore"):
                found = np.asarray(function(x, factors * before), float).reshape(y.shape)
                left = found - y - (np.mean(found - y) if shifted else 0)
            return np.nan_to_num(left.ravel(), nan=1e150, posinf=1e150, neginf=-1e150)

        factors, spread = np.ones(len(before)), np.sum((y - y.mean(axis=0)) ** 2)
        for _ in range(3 if len(before) else 0):
            factors = least_squares(residuals, factors, xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale="jac").x
        return cls(before, factors * before, float(np.sum(residuals(factors) ** 2) / spread))

    @property
    def vanished(self) -> bool:
        """Whether a constant is zero in truth."""
        return bool(np.any(np.abs(self.after) < _NOTHING * np.abs(self.before)))

    def inside(self, value: float, error: float) -> bool:
        """Whether the 95 % interval of a constant, which the formula has up to its sign, holds the fitted one."""
        near = np.flatnonzero(np.abs(self.before - abs(value)) <= _ALIKE * abs(value))
        return bool(near.size) and abs(self.after[near[0]] - abs(value)) <= 1.96 * error


def opened(source: str) -> tuple[Callable[[np.ndarray, np.ndarray], Any], np.ndarray]:
    """The function of a text as one of samples and of its floating point numbers, and these."""
    free = _Free()
    tree = ast.fix_missing_locations(free.visit(ast.parse(source)))
    name = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)][-1]
    space: dict[str, Any] = {}
    exec(compile(tree, "<law>", "exec"), space)

    def function(x: np.ndarray, constants: np.ndarray) -> Any:
        space[_NAME] = constants
        return space[name](x)

    return function, np.array(free.values)
