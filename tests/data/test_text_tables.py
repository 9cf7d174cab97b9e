"""Single ways of writing a table, each with what it must be read as; what may be read in two ways is refused."""

import gzip

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from scalaremlp.data import Dataset, read, read_column, read_inputs, read_names
from scalaremlp.data._blocks import block
from scalaremlp.groups import O, U
from scalaremlp.reps import T

VALUES = [[1.5, 2.0, -3.25], [4.0, 5.5, 6.0]]


def written(tmp_path, text, name="mine.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1.5,2,-3.25\n4,5.5,6\n", None),
        ("x,y,z\n1.5,2,-3.25\n4,5.5,6\n", ("x", "y", "z")),
        ("x,y,z,\n1.5,2,-3.25,\n4,5.5,6,\n", ("x", "y", "z")),  # every row ends in a comma
        ("x,y,z\n1.5,2,-3.25,\n4,5.5,6,\n", ("x", "y", "z")),
        ("x,y,z,\n1.5,2,-3.25\n4,5.5,6\n", ("x", "y", "z")),
        ("i,j,k\n1.5,2,-3.25\n4,5.5,6\n", ("i", "j", "k")),
        ("I,J,nan\n1.5,2,-3.25\n4,5.5,6\n", ("I", "J", "nan")),
        ("inf,b,1\n1.5,2,-3.25\n4,5.5,6\n", ("inf", "b", "1")),
        ("0,1,E\n1.5,2,-3.25\n4,5.5,6\n", ("0", "1", "E")),  # pandas, with an array and a column of its own
        ("bond length (Å),angle [deg],E / eV\n1.5,2,-3.25\n4,5.5,6\n", ("bond length (Å)", "angle [deg]", "E / eV")),
        ("2theta,x,y\n1.5,2,-3.25\n4,5.5,6\n", ("2theta", "x", "y")),
        ("_a,$b$,<c>\n1.5,2,-3.25\n4,5.5,6\n", ("_a", "$b$", "<c>")),
        ("x,y,z\nm,m/s,J\n1.5,2,-3.25\n4,5.5,6\n", ("x", "y", "z")),
        ("x,y,z\n(m),,[J]\n1.5,2,-3.25\n4,5.5,6\n", ("x", "y", "z")),
        ("x,y,z\nm,1,-\n1.5,2,-3.25\n4,5.5,6\n", ("x", "y", "z")),
        ("# x,y,z\n# m,m,J\n1.5,2,-3.25\n4,5.5,6\n", ("x", "y", "z")),
        ("# Monday\n# x y z\n# m s J\n1.5 2 -3.25\n4 5.5 6\n", ("x", "y", "z")),
        ("# x, y, z\n1.5 2 -3.25\n4 5.5 6\n", ("x", "y", "z")),
        ("# x,y,z\n# measured on Monday\n1.5,2,-3.25\n4,5.5,6\n", ("x", "y", "z")),
        ("# so far, so\n1.5 2 -3.25\n4 5.5 6\n", None),
        ("# 7,8,9\n1.5,2,-3.25\n4,5.5,6\n", None),  # a sample that is left out
        ("! so does Fortran write\n 1.5D0  0.2D+01 -3.25d0\n  4.0  5.5 6.0\n", None),
        ("// C\n1.5\t2\t-3.25\n4\t5.5\t6\n", None),
        ("sep=;\nx;y;z\n1,5;2;-3,25\n4;5,5;6\n", ("x", "y", "z")),
        ("x;y;z\n1,5;2;-3,25\n4;5,5;6\n", ("x", "y", "z")),
        ("1,5 2 -3,25\n4 5,5 6\n", None),
        ("x|y|z\n1.5|2|-3.25\n 4 | 5.5 | 6\n", ("x", "y", "z")),
        ("\ufeffx,y,z\r\n1.5,2,-3.25\r\n4,5.5,6\r\n", ("x", "y", "z")),
        ("x,y,z\r1.5,2,-3.25\r4,5.5,6\r", ("x", "y", "z")),
        ('"x","y","z"\n"1.5","2","-3.25"\n"4","5.5","6"\n', ("x", "y", "z")),
        ('"x" "y" "z"\n1.5 2 -3.25\n4 5.5 6\n', ("x", "y", "z")),
        ("x,y,z\n\n1.5,2,−3.25  # good\n#4,5,6\n4,5.5,6\n\n", ("x", "y", "z")),
        (",x,y,z\n7,1.5,2,-3.25\n9,4,5.5,6\n", ("", "x", "y", "z")),
        (",0,1,2\n0,1.5,2,-3.25\n1,4,5.5,6\n", ("", "0", "1", "2")),
        ("Unnamed: 0,x,y,z\n7,1.5,2,-3.25\n9,4,5.5,6\n", ("Unnamed: 0", "x", "y", "z")),
        (",Unnamed: 0,x,y,z\n0,7,1.5,2,-3.25\n1,9,4,5.5,6\n", ("", "Unnamed: 0", "x", "y", "z")),
        (" x y z\n7 1.5 2 -3.25\n9 4 5.5 6\n", ("", "x", "y", "z")),  # pandas between spaces
        ("      x    y     z\n7   1.5  2.0 -3.25\n10  4.0  5.5  6.00\n", ("", "x", "y", "z")),  # and its to_string
        (",x,y,z\na,1.5,2,-3.25\nb,4,5.5,6\n", ("", "x", "y", "z")),
    ],
)
@pytest.mark.parametrize("compressed", [False, True], ids=["text", "gz"])
def test_read_alike(text, names, compressed, tmp_path):
    file = written(tmp_path, text)
    if compressed:
        file = tmp_path / "mine.csv.gz"
        file.write_bytes(gzip.compress(text.encode()))
    np.testing.assert_array_equal(read_inputs(file, T(1), O(3)), VALUES)
    assert read_names(file) == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0,1,2\n1.5,2,-3.25\n4,5.5,6\n", "'0, 1, 2', which may be either"),
        ("1,2,3\n1.5,2,-3.25\n4,5.5,6\n", "'1, 2, 3', which may be either"),
        ("2020,2021,2022\n1.5,2.0,-3.25\n4.0,5.5,6e0\n", "'2020, 2021, 2022', which may be either"),
        ("0.0 1.0 2.0\n1.5 2 -3.25\n4 5.5 6\n", "'0.0, 1.0, 2.0', which may be either"),
        ("x,y,1e5\n1.5,2,-3.25\n4,5.5,6\n", "'x, y, 1e5', which may be either"),
        (",7,8,9\n0,1.5,2,-3.25\n1,4,5.5,6\n", "', 7, 8, 9', which may be either"),
        ("nan,nan,inf\n1.5,2,-3.25\n4,5.5,6\n", "'nan, nan, inf', which may be either"),
        ("N/A,-,?\n1.5,2,-3.25\n4,5.5,6\n", "'N/A, -, ?', which may be either"),
    ],
)
def test_a_first_row_that_may_be_either_is_asked_for(text, said, tmp_path):
    file = written(tmp_path, text)
    with pytest.raises(ValueError, match="A first row must be names or a sample") as error:
        read_inputs(file, T(1), O(3))
    assert said in str(error.value) and "Say header=True or header=False (--header or --no-header)." in str(error.value)
    if not said.startswith("'nan") and not said.startswith("'N"):
        np.testing.assert_array_equal(read_inputs(file, T(1), O(3), header=True), VALUES)
    if said[1].isdigit():
        assert len(read_inputs(file, T(1), O(3), header=False)) == 3


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("1,2,4\n1.5,2,-3.25\n", [1.0, 2.0, 4.0]),
        ("2,3,4\n1.5,2,-3.25\n", [2.0, 3.0, 4.0]),
        ("0;1;3\n1,5;2;-3,25\n", [0.0, 1.0, 3.0]),
    ],
)
def test_a_first_row_of_numbers_is_a_sample(text, first, tmp_path):
    np.testing.assert_array_equal(read_inputs(written(tmp_path, text), T(1), O(3)), [first, VALUES[0]])


def test_text_beside_the_numbers_is_no_matter_where_it_is_not_used(tmp_path):
    text = "run1,2026-01-01,1.5,2,-3.25\nrun2,2026-01-02,4,5.5,6\n"
    for head in ("", "run,date,x,y,z\n"):
        file = written(tmp_path, head + text)
        np.testing.assert_array_equal(read_inputs(file, T(1), O(3), x_columns="3-5"), VALUES)
        assert read_column(file, "1").tolist() == ["run1", "run2"]
        with pytest.raises(ValueError, match=r"Got 5 of the 5.* Choose them by x_columns"):
            read_inputs(file, T(1), O(3))
        with pytest.raises(ValueError, match=r"Got '2026-01-01' in line \d, column (2|date), in .* Correct that row"):
            read_inputs(file, T(1), O(3), x_columns="2-4")


def test_rows_of_other_lengths_are_seen_also_where_columns_are_chosen(tmp_path):
    file = written(tmp_path, "run,x,y,z\na,1.5,2,-3.25\nb,5.5,6\n")
    with pytest.raises(ValueError, match=r"Got 3 cells instead of 4 in line 3, in .* Correct that row"):
        read_inputs(file, 2 * T(0), O(3), x_columns="x,y")
    with pytest.raises(ValueError, match=r"Got 3 cells instead of 4 in line 3"):
        read_column(file, "run")


def test_a_value_after_rows_that_end_in_a_comma_is_not_dropped(tmp_path):
    file = written(tmp_path, "\n".join(["1.5,2,4,"] * 300 + ["1.5,2,4,8"]))
    with pytest.raises(ValueError, match=r"Got 4 cells instead of 3 in line 301"):
        read_inputs(file, T(1), O(3))


def test_what_begins_late_is_read_too(tmp_path):
    plain, fortran = ["1.5,2,4"] * 300, ["1.5D0,2D0,4D0"]
    assert len(read_inputs(written(tmp_path, "\n".join(plain + fortran)), T(1), O(3))) == 301
    with pytest.raises(ValueError, match=r"Got '' in line 301, column 2"):
        read_inputs(written(tmp_path, "\n".join([*plain, "1.5,,4"])), T(1), O(3))


def test_two_tabs_have_an_empty_cell_between_them(tmp_path):
    file = written(tmp_path, "x\ty\tz\n1.5\t\t3\n4\t5\t6\n", "mine.tsv")
    with pytest.raises(ValueError, match=r"Got '' in line 2, column y, in .* Fill that cell"):
        read_inputs(file, T(1), O(3))


def test_complex_numbers_as_numpy_and_matlab_write_them(tmp_path):
    z = np.array([[1 + 2j, -3.5j], [4.0, 1e-3 - 1j]])
    np.savetxt(tmp_path / "numpy.txt", z)
    np.testing.assert_array_equal(read_inputs(tmp_path / "numpy.txt", T(1), U(2)), z)
    matlab = written(tmp_path, "1+2i,-3.5i\n4,1e-3-1i\n")
    np.testing.assert_array_equal(read_inputs(matlab, T(1), U(2)), z)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x,y\n1 000,2\n3,4\n", r"Got '1 000' in line 2, column x, in .* Write no sign between thousands"),
        ("x;y\n1.234,5;2\n3;4\n", r"Got '1\.234,5' in line 2, column x, in .* Write no sign between thousands"),
        ("x\ty\n1,234\t5,678\n2,345\t6,789\n", r"told from thousands\. Got 1,234, and all"),
        ("x,y\n1,2\nx,y\n3,4\n", r"Got 'x' in line 3"),
        ("x y\n0 1 2\n1 3 4\n", r"Got 2 names of 3 columns"),
        ("Date: 2020\nx,y\n1,2\n3,4\n", r"Got 1 names of 2 columns, in .* mark it with # if it is a remark"),
        ("a,a\nx,y\n1,2\n", r"Got 1 names of 2 columns"),
        ("x y\n1.0-2.0\n3 4\n", r"Got 1 cells instead of 2 in line 2"),
        ("x,y\n0x1F,2\n", r"Got '0x1F'"),
        ("x,y\n1_000,2\n", r"Got '1_000'"),
        ("x,y\n12%,2\n", r"Got '12%'"),
        ("x,y\n٣,2\n", r"Got '٣'"),
        ("x,y\n****,2\n", r"Got '\*\*\*\*' .* choose a wider one"),
        ('x,y\n"1,2\n3,4\n', r"A quotation mark must have its other half|cells instead of 2"),
    ],
)
def test_what_is_no_table_is_refused(text, said, tmp_path):
    with pytest.raises(ValueError, match=said):
        read(written(tmp_path, text), T(0), T(0), O(3))


def test_commas_between_thousands_are_decimal_where_one_shows_it(tmp_path):
    data = read(written(tmp_path, "x\ty\n1,234\t0,678\n2,345\t6,789\n"), T(0), T(0), O(3))
    assert data.x.tolist() == [[1.234], [2.345]] and data.y.tolist() == [[0.678], [6.789]]


def test_a_compressed_file_that_is_none(tmp_path):
    file = written(tmp_path, "1,2,4\n", "mine.dat.gz")
    with pytest.raises(ValueError, match=r"^A \.gz file must be whole and compressed by gzip\. Got .* Compress it"):
        read_inputs(file, T(1), O(3))
    file.write_bytes(gzip.compress(b"1.5,2,4\n" * 10_000)[:-20])
    with pytest.raises(ValueError, match=r"^A \.gz file must be whole and compressed by gzip\. Got .* Compress it"):
        read_inputs(file, T(1), O(3))


def test_the_index_of_pandas_in_a_parquet_file(tmp_path):
    table = pyarrow.table({"x": [1.5, 4.0], "y": [2.0, 5.5], "__index_level_0__": [7, 9]})
    pyarrow.parquet.write_table(table, tmp_path / "mine.parquet")
    data = read(tmp_path / "mine.parquet", T(0), T(0), O(3))
    assert (data.x_names, data.y_names) == (("x",), ("y",)) and data.y.tolist() == [[2.0], [5.5]]
    assert read_column(tmp_path / "mine.parquet", "__index_level_0__").tolist() == [7, 9]
    with pytest.raises(ValueError, match=r"Rows of names are a matter of text\. Got header, in .* Leave it out\."):
        read_names(tmp_path / "mine.parquet", header=True)


@pytest.mark.parametrize(
    ("names", "stem", "positions"),
    [
        ("q Ex Ey Ez", "E", [1, 2, 3]),
        ("Ez q Ey Ex", "E", [3, 2, 0]),
        ("E_z E_y E_x", "E", [2, 1, 0]),
        ("E[1] E[0] E[2]", "E", [1, 0, 2]),
        ("E(3) E(1) E(2)", "E", [1, 2, 0]),
        ("EX EY EZ", "E", [0, 1, 2]),
        ("p3 p0 p1 p2", "p", [1, 2, 3, 0]),
        ("p.0 p.1", "p", [0, 1]),
        ("S11 S12 S21 S22", "S", [0, 1, 2, 3]),
        ("Sxx Syy Sxy Syx", "S", [0, 2, 3, 1]),
        ("S_0_0 S_1_0 S_0_1 S_1_1", "S", [0, 2, 1, 3]),
        ("S[0][0] S[1][0] S[0][1] S[1][1]", "S", [0, 2, 1, 3]),
        (" ".join(f"a{n}" for n in range(12, 0, -1)), "a", [*range(11, -1, -1)]),
        ("E_total Ex Ey", "E", [1, 2]),
        ("q r", "E", []),
    ],
)
def test_blocks(names, stem, positions):
    assert block(names.split(), stem) == positions


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("Ex Ez", "no whole set of components, Ex, Ez"),
        ("E1 E3", "no whole set"),
        ("E2 E3", "no whole set"),
        ("Exx Eyy Ezz Exy Exz Eyz", "no whole set"),  # six of nine: a convention of its own
        ("Ex Ey E_0 E_1", "several sets of components, Ex, Ey, E_0, E_1"),
        ("Ex", "no whole set"),
    ],
)
def test_blocks_that_are_not_clear(names, said):
    with pytest.raises(ValueError, match=said):
        block(names.split(), "E")


def test_a_column_goes_before_a_block(tmp_path):
    file = written(tmp_path, "E,Ex,Ey\n1.5,2,4\n")
    assert read_inputs(file, T(0), O(2), x_columns="E").tolist() == [[1.5]]


def test_surplus_columns_never_become_inputs(tmp_path):
    file = written(tmp_path, "event,x,y,z,E\n7,1.5,2,-3.25,8\n9,4,5.5,6,9\n")
    with pytest.raises(ValueError, match=r"Got 4 and 1 of the 5, event, x, y, z, E, in .* Choose them by x_columns"):
        read(file, T(1), T(0), O(3), y_columns="E")
    data = read(file, T(1), T(0), O(3), x_columns="x,y,z", y_columns="E")
    np.testing.assert_array_equal(data.x, VALUES)
    assert data[:1].x_names == data.split(1)[0].x_names == ("x", "y", "z")


@pytest.mark.parametrize("names", ["abc", ["a", "b"], ["a", "b", "b"]])
def test_names_that_do_not_fit(names):
    with pytest.raises(ValueError, match=r"^`x_names` must be a name for each of the 3 columns of `x`\. Got .* Give"):
        Dataset(VALUES, [[1.0], [2.0]], T(1), T(0), O(3), x_names=names)


UNITS = "m1x [A m^2],m1y [A m^2],m1z [A m^2],B [T],Fx (N),Fy (N),Fz (N)\n1,2,3,4,5,6,7\n8,9,10,11,12,13,14\n"


@pytest.mark.parametrize("columns, positions", [("m1", [0, 1, 2]), ("F", [4, 5, 6]), ("B", [3]), ("B [T],m1y", [3, 1])])
def test_a_unit_behind_a_name_need_not_be_told(columns, positions, tmp_path):
    (tmp_path / "a.csv").write_text(UNITS)
    found = read_inputs(tmp_path / "a.csv", len(positions) * T(0), O(3), x_columns=columns)
    assert found[0].tolist() == [position + 1 for position in positions]


@pytest.mark.parametrize(
    "header, asked, said",
    [
        ("Ex [V/m],Ey [kV/m],Ez [V/m]", "E", r"Got E: components in several units, Ex \[V/m\], Ey \[kV/m\]"),
        ("B [T],C [T],D [T]", "B [G]", r"Got 'B \[G\]'\. Did you mean B \[T\]\?"),
        ("B [T],B [G],C [T]", "B", r"Got 'B'\. There are B"),
    ],
)
def test_units_that_differ_are_no_match(header, asked, said, tmp_path):
    (tmp_path / "a.csv").write_text(f"{header}\n1,2,3\n4,5,6\n")
    with pytest.raises(ValueError, match=said):
        read_inputs(tmp_path / "a.csv", 3 * T(0), O(3), x_columns=asked)


def test_a_table_without_units_has_the_columns_of_one_with(tmp_path):
    (tmp_path / "a.csv").write_text("C,B\n1,2\n4,5\n")
    assert read_inputs(tmp_path / "a.csv", T(0), O(3), x_columns=["B [T]"])[:, 0].tolist() == [2, 5]
