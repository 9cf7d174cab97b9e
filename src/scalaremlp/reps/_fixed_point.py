"""Complex arrays in fixed point, as Python integers: for small matrices whose digits float64 would lose."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np


class Fixed:
    """(real + i imag) / 2^bits, of two arrays of Python integers. Products are rounded down to the last bit."""

    def __init__(self, real: Any, imag: Any, bits: int):
        self.real, self.imag, self.bits = np.asarray(real, object), np.asarray(imag, object), bits

    @staticmethod
    def of(array: Any, bits: int) -> "Fixed":
        """Of floats, complex numbers or fractions, exactly as far as the bits reach."""
        array = np.asarray(array)
        if array.dtype == object:
            return Fixed(_scaled(array, bits), _zeros(array.shape), bits)
        return Fixed(_scaled(array.real, bits), _scaled(array.imag, bits), bits)

    @property
    def shape(self) -> tuple[int, ...]:
        """As of an array."""
        return self.real.shape

    @property
    def T(self) -> "Fixed":
        """The transpose."""
        return Fixed(self.real.T, self.imag.T, self.bits)

    def conj(self) -> "Fixed":
        """The complex conjugate."""
        return Fixed(self.real, -self.imag, self.bits)

    def __neg__(self) -> "Fixed":
        return Fixed(-self.real, -self.imag, self.bits)

    def __add__(self, other: "Fixed") -> "Fixed":
        return Fixed(self.real + other.real, self.imag + other.imag, self.bits)

    def __sub__(self, other: "Fixed") -> "Fixed":
        return Fixed(self.real - other.real, self.imag - other.imag, self.bits)

    def __mul__(self, other: "Fixed") -> "Fixed":
        real, imag = _product(np.multiply, self, other)
        return Fixed(real >> self.bits, imag >> self.bits, self.bits)

    def __truediv__(self, other: "Fixed") -> "Fixed":
        """The quotient of entries; 0 where the divisor is 0."""
        square, _ = _product(np.multiply, other, other.conj())
        square = square + (square == 0)
        real, imag = _product(np.multiply, self, other.conj())
        return Fixed((real << self.bits) // square, (imag << self.bits) // square, self.bits)

    def __matmul__(self, other: "Fixed") -> "Fixed":
        real, imag = _product(np.matmul, self, other)
        return Fixed(real >> self.bits, imag >> self.bits, self.bits)

    def __getitem__(self, index: Any) -> "Fixed":
        return Fixed(self.real[index], self.imag[index], self.bits)

    def reshape(self, *shape: int) -> "Fixed":
        """As of an array."""
        return Fixed(self.real.reshape(shape), self.imag.reshape(shape), self.bits)

    def at(self, bits: int) -> "Fixed":
        """The same numbers with other bits."""
        more = bits - self.bits
        shift = (lambda x: x << more) if more >= 0 else (lambda x: x >> -more)
        return Fixed(shift(self.real), shift(self.imag), bits)

    def shifted(self, bits: int) -> "Fixed":
        """Times 2^bits."""
        return Fixed(self.at(self.bits + bits).real, self.at(self.bits + bits).imag, self.bits)

    def over(self, number: int) -> "Fixed":
        """Divided by an integer."""
        return Fixed(self.real // number, self.imag // number, self.bits)

    def trace(self) -> "Fixed":
        """The sum of the diagonal, without axes."""
        return Fixed(np.trace(self.real), np.trace(self.imag), self.bits)

    def numpy(self) -> np.ndarray:
        """The nearest complex128 numbers."""
        return np.asarray(_floats(self.real, self.bits) + 1j * _floats(self.imag, self.bits))

    def largest(self) -> float:
        """The largest entry, as a float."""
        return float(abs(self.numpy()).max(initial=0))

    def inverse(self) -> "Fixed":
        """The inverse, by elimination with pivots from the whole column.

        Raises:
            ZeroDivisionError: if the matrix is singular.
        """
        size = len(self.real)
        unit = eye(size, self.bits)
        real = np.concatenate([self.real, unit.real], 1)
        rows = Fixed(real, np.concatenate([self.imag, unit.imag], 1), self.bits)
        for i in range(size):
            column = abs(rows.real[i:, i]) + abs(rows.imag[i:, i])
            pivot = i + int(np.argmax(column))
            if column.max() == 0:
                raise ZeroDivisionError
            for part in (rows.real, rows.imag):
                part[[i, pivot]] = part[[pivot, i]]
            row = rows[i] / rows[i, i]
            factors = rows[:, i]
            factors.real[i] = factors.imag[i] = 0
            change = factors.reshape(size, 1) * row.reshape(1, -1)
            rows = rows - change
            rows.real[i], rows.imag[i] = row.real, row.imag
        return rows[:, size:]


def eye(size: int, bits: int) -> Fixed:
    """The unit matrix."""
    return Fixed.of(np.eye(size), bits)


def beside(columns: Sequence[Fixed]) -> Fixed:
    """Matrices side by side."""
    real, imag = [each.real for each in columns], [each.imag for each in columns]
    return Fixed(np.concatenate(real, 1), np.concatenate(imag, 1), columns[0].bits)


def along(matrices: Sequence[Fixed], columns: Fixed) -> Fixed:
    """The tensor product of a matrix for each leg, applied to columns."""
    before = 1
    for matrix in matrices:
        axes = columns.reshape(before, len(matrix.real), -1)
        columns = (matrix @ axes).reshape(*columns.shape)
        before *= len(matrix.real)
    return columns


def summed(matrices: Sequence[Fixed], columns: Fixed) -> Fixed:
    """The sum of what the matrix of each leg does to columns, as of a Lie algebra."""
    total, before = columns - columns, 1
    for matrix in matrices:
        axes = columns.reshape(before, len(matrix.real), -1)
        total = total + (matrix @ axes).reshape(*columns.shape)
        before *= len(matrix.real)
    return total


def _product(times: Callable[[Any, Any], Any], left: Fixed, right: Fixed) -> tuple[Any, Any]:
    """The real and the imaginary part, of twice the bits. Parts that are zero, as for most groups, take no time."""
    real = times(left.real, right.real)
    imag = times(left.real, right.imag) if right.imag.any() else np.zeros(np.shape(real), object)
    if left.imag.any():
        real, imag = real - times(left.imag, right.imag), imag + times(left.imag, right.real)
    return real, imag


def _scaled(array: np.ndarray, bits: int) -> np.ndarray:
    flat = [(value.numerator << bits) // value.denominator for value in map(_fraction, array.ravel())]
    return _objects(flat).reshape(array.shape)


def _fraction(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(float(value))


def _floats(integers: np.ndarray, bits: int) -> np.ndarray:
    one = 1 << bits
    return np.array([value / one for value in integers.ravel()], float).reshape(integers.shape)


def _zeros(shape: tuple[int, ...]) -> np.ndarray:
    return _objects([0] * int(np.prod(shape))).reshape(shape)


def _objects(values: list[int]) -> np.ndarray:
    array = np.empty(len(values), object)
    array[:] = values
    return array
