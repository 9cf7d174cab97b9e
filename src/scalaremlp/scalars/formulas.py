"""What other folders need to write formulas for SymPy."""

from ._exact import sympy as sympy
