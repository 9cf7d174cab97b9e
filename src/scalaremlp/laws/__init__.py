"""Formulas of data: found, evaluated, written down."""

from ._discover import discover as discover
from ._law import Findings as Findings
from ._law import FormulaCandidate as FormulaCandidate
from ._law import FormulaConstant as FormulaConstant
from ._law import Law as Law
