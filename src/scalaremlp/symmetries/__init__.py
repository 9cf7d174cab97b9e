"""Which symmetry do samples obey?"""

from ._compare import compare_groups as compare_groups
from ._table import GroupScore as GroupScore
from ._table import GroupTable as GroupTable
from ._table import size_of as size_of
