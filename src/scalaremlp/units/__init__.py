"""Units of measure: exact exponents over the seven base units, units from text, and products of powers of units."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from ._parse import as_unit as as_unit
    from ._parse import parse as parse
    from ._powers import PowerProducts as PowerProducts
    from ._powers import missing as missing
    from ._powers import power_products as power_products
    from ._unit import BASE as BASE
    from ._unit import DIMENSIONLESS as DIMENSIONLESS
    from ._unit import Unit as Unit
else:
    _FILES = {
        "_parse": "as_unit parse",
        "_powers": "PowerProducts missing power_products",
        "_unit": "BASE DIMENSIONLESS Unit",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)
