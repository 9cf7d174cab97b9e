"""One table written in all the ways in which people have it."""

import gzip
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

#: A mass, a velocity and an energy, of which some are above a thousand; all formats hold them exactly.
TABLE = np.random.default_rng(0).normal(size=(50, 5)).round(3) * [1.0, 10.0, 1.0, 1.0, 1000.0]
TABLE = TABLE.round(3)
NAMES = ["m", "vx", "vy", "vz", "E"]
UNITS = ["kg", "m/s", "m/s", "m/s", "J"]

SEPARATORS = {
    "commas": ",", "commas and space": ", ", "semicolons": ";", "tabs": "\t", "spaces": " ", "aligned": "",
}  # fmt: skip
HEADERS = {
    "no names": None,
    "names": NAMES,
    "names in quotes": [f'"{name}"' for name in NAMES],
    "names in a remark": NAMES,
    "counted from 0": list("01234"),
    "counted from 1": list("12345"),
    "letters that Python reads": ["i", "j", "k", "inf", "nan"],
    "a name that is a number": ["m", "vx", "vy", "vz", "1e5"],
}
REMARKS = ("none", "above", "above with %", "between", "at the end of rows")
INDICES = ("none", "of pandas", "a column")
NUMBERS = ("shortest", "exponents", "Fortran")
ENDS = ("", "a separator", "a carriage return")


@dataclass(frozen=True)
class Way:
    """How the table is written."""

    separator: str
    decimal: str
    header: str
    remarks: str
    units: bool
    index: str
    numbers: str
    end: str
    compressed: bool

    def __str__(self) -> str:
        units = "units" if self.units else "no units"
        end = self.end or "plain ends"
        index = f"index {self.index}"
        return " | ".join([self.separator, f"decimal {self.decimal}", self.header, f"remarks {self.remarks}", units,
                           index, self.numbers, end, "gz" if self.compressed else "text"])  # fmt: skip

    @property
    def is_possible(self) -> bool:
        """Whether anybody writes so."""
        of_space = self.separator in ("spaces", "aligned")
        in_remark = self.header == "names in a remark"
        return not (
            (self.decimal == "," and self.separator.startswith("commas"))
            or (self.end == "a separator" and of_space)
            or (self.units and self.header in ("no names", "names in a remark"))
            or (self.index == "of pandas" and in_remark)
        )

    @property
    def may_be_samples(self) -> bool:
        """Whether the first row may be names or a sample."""
        counted = self.header.startswith("counted") and (self.index == "none" or self._index_counts)
        return counted or self.header == "a name that is a number"

    @property
    def _index_counts(self) -> bool:
        return False

    @property
    def columns(self) -> list[str] | None:
        """The names, if there are any."""
        return HEADERS[self.header] and [name.strip('"') for name in HEADERS[self.header] or ()]

    def write(self, folder: Path) -> Path:
        """The table in a file of the folder."""
        file = folder / f"mine.{'txt' if self.separator in ('spaces', 'aligned') else 'csv'}{'.gz' * self.compressed}"
        text = "".join(line + ("\r\n" if self.end == "a carriage return" else "\n") for line in self._lines())
        data = text.encode()
        file.write_bytes(gzip.compress(data) if self.compressed else data)
        return file

    def _lines(self) -> Iterator[str]:
        if self.remarks.startswith("above"):
            mark = "%" if self.remarks.endswith("%") else "#"
            yield from (f"{mark} made by hand, in May", f"{mark} of one body")
        names = HEADERS[self.header]
        if names is not None:
            row = [*self._beside("", "event"), *names]
            yield ("# " if self.header == "names in a remark" else "") + self._joined(row)
        if self.units:
            yield self._joined([*self._beside("", "1"), *UNITS])
        for number, row in enumerate(TABLE.tolist()):
            if number == 20 and self.remarks == "between":
                yield "# the second day"
                yield ""
            cells = [*self._beside(str(number), str(700 + 3 * number)), *map(self._number, row)]
            yield self._joined(cells) + (" # good" if self.remarks == "at the end of rows" and number % 7 == 3 else "")

    def _beside(self, of_pandas: str, of_a_column: str) -> list[str]:
        return {"none": [], "of pandas": [of_pandas], "a column": [of_a_column]}[self.index]

    def _joined(self, cells: list[str]) -> str:
        if self.separator in ("spaces", "aligned"):
            cells = [cell or '""' for cell in cells]
        if self.separator == "aligned":
            return "".join(f"{cell:>26}" for cell in cells)
        separator = SEPARATORS[self.separator]
        return separator.join(cells) + (separator.strip(" ") if self.end == "a separator" else "")

    def _number(self, value: float) -> str:
        text = repr(value) if self.numbers == "shortest" else f"{value:.16e}"
        text = text.replace("e", "D") if self.numbers == "Fortran" else text
        return text.replace(".", self.decimal)


def ways() -> list[Way]:
    """All ways, in an order of chance that is always the same."""
    every = itertools.product(
        SEPARATORS, (".", ","), HEADERS, REMARKS, (False, True), INDICES, NUMBERS, ENDS, (False, True)
    )
    possible = [way for way in itertools.starmap(Way, every) if way.is_possible]
    random.Random(0).shuffle(possible)
    return possible
