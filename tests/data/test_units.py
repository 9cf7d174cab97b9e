"""Samples and trajectories with units."""

import jax
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.data import Dataset, Stream, Trajectories, read
from scalaremlp.groups import O
from scalaremlp.reps import Sym, T
from scalaremlp.units import parse

KG, SPEED = parse("kg"), parse("m/s")


def samples(n=6):
    return np.random.default_rng(0).normal(size=(n, 4)), np.ones((n, 1))


def dataset(**units):
    return Dataset(*samples(), T(0) + T(1), T(0), O(3), **units)


def test_one_unit_for_each_term():
    data = dataset(units_in=["kg", "m/s"], units_out="J")
    assert data.units_in == (KG, SPEED) and data.units_out == (parse("J"),)
    assert dataset().units_in is None and dataset(units_in="m").units_in == (parse("m"),) * 2
    assert dataset(units_in=(KG, "m/s")).units_in == (KG, SPEED)


def test_units_stay_with_the_samples():
    data = dataset(units_in=["kg", "m/s"], units_out="J")
    parts = [data[:3], data[[0, 2]], *data.split(2, 2, key=jr.key(0)), jax.jit(lambda each: each)(data)]
    assert all((part.units_in, part.units_out) == (data.units_in, data.units_out) for part in parts)


@pytest.mark.parametrize(
    "units, reason",
    [
        ({"units_in": ["kg"]}, r"`units_in` must be a unit for each .* of T\(0\) \+ T\(1\), 2 in all.* Got 1"),
        ({"units_in": ["kg", "foo"]}, r"`units_in`, T\(1\): A unit must be one that pint knows. Got 'foo'"),
        ({"units_out": ["degC"]}, r"`units_out`, T\(0\): A unit must be a size"),
    ],
)
def test_other_units_are_refused(units, reason):
    with pytest.raises(ValueError, match=reason):
        dataset(**units)


def test_trajectories_have_units():
    t, z = np.tile(np.arange(3.0), (2, 1)), np.ones((2, 3, 4))
    units = {"units": ["m", "m/s"], "units_parameters": "kg", "time_unit": "s"}
    data = Trajectories(t, z, np.ones((2, 1)), 2 * T(1), T(0), O(2), **units)
    for each in (data, data[:1], data.first(2), data.intervals()):
        assert each.units == (parse("m"), SPEED) and each.time_unit == parse("s") and each.units_parameters == (KG,)
    with pytest.raises(ValueError, match="`units_parameters` are units of parameters"):
        Trajectories(t, z, None, 2 * T(1), None, O(2), units_parameters="kg")


TABLE = "m {0},v_x {1},v_y {1},E {2}\n1,3,4,12.5\n2,3,4,25\n3,3,4,37.5\n"
TYPES = (T(0) + T(1), T(0), O(2))


def test_a_header_tells_units(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(TABLE.format("[kg]", "[m/s]", "(J)"))
    data = read(file, *TYPES, units="header")
    assert data.units_in == (KG, SPEED) and data.units_out == (parse("J"),)
    assert read(file, *TYPES).units_in is None
    stream = Stream(file, *TYPES, units="header")
    assert stream.units_in == data.units_in == stream.sample(2).units_in


@pytest.mark.parametrize("row", ["kg,m/s,m/s,kg m^2/s^2", "[kg],[m/s],[m/s],[J]"])
def test_a_row_tells_units(tmp_path, row):
    file = tmp_path / "a.csv"
    file.write_text(f"m,vx,vy,E\n{row}\n1,3,4,12.5\n2,3,4,25\n")
    data = read(file, *TYPES, units="row")
    assert data.units_in == (KG, SPEED) and data.units_out == (parse("J"),) and len(data) == 2


@pytest.mark.parametrize(
    "head, options, reason",
    [
        ("m [kg],vx [m/s],vy [km/s],E [J]", {"units": "header"}, r"T\(1\) of `units_in` must have one unit.*m/s, km/s"),
        ("m [kg],vx [foo],vy [foo],E [J]", {"units": "header"}, r"column vx \[foo\]: A unit must be one that pint"),
        ("m,vx,vy,E", {"units": "row"}, "Units are read in a row below the names. Got a table without"),
        (
            "m,vx,vy,E",
            {"units": "header"},
            "Units are read in brackets behind the names of columns. Got a table without",
        ),
        (
            "m [kg],v_x [cm/s],v_y [cm/s],E [J]",
            {"units_in": ["kg", "m/s"]},
            r"Got m/s for column v_x \[cm/s\], which is",
        ),
        ("m [kg],v_x [m/s],v_y [m/s],E [eV]", {"units_out": "J"}, r"`units_out` must be the units of the table. Got J"),
        ("m,vx,vy,E\ng,m/s,m/s,J", {"units_in": ["kg", "m/s"]}, "Got kg for column m, which is in g. Convert the col"),
        ("m,vx,vy,E", {"units": "head"}, "`units` must be one of header, row. Got 'head'"),
        ("m,vx,vy,E", {"units": "row", "units_in": "m"}, "Units are told or read. Got units_in and units='row'"),
    ],
)
def test_tables_without_whole_units_are_refused(tmp_path, head, options, reason):
    file = tmp_path / "a.csv"
    file.write_text(f"{head}\n1,3,4,12.5\n2,3,4,25\n")
    with pytest.raises(ValueError, match=reason):
        read(file, *TYPES, **options)


def test_what_is_told_agrees_with_the_table(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("m [kg],v_x [km/ks],v_y [old],E\n1,3,4,12.5\n2,3,4,25\n")
    assert read(file, *TYPES, units_in=["kg", "m/s"], units_out="J").units_in == (KG, SPEED)
    with pytest.raises(ValueError, match="Got g for column m"):
        Stream(file, *TYPES, units_in=["g", "m/s"], units_out="J")


@pytest.mark.parametrize("units", [{"kg", "m/s"}, {"m": "kg", "v": "m/s"}])
def test_units_without_an_order_are_refused(units, unchecked):
    with pytest.raises(TypeError, match=r"a list of units in the order of the type. Got a (set|dict)"):
        dataset(units_in=units)


def test_archives_are_told_theirs(tmp_path):
    x, y = samples()
    np.savez(tmp_path / "a.npz", x=x, y=y)
    assert read(tmp_path / "a.npz", T(0) + T(1), T(0), O(3), units_in=["kg", "m/s"]).units_in == (KG, SPEED)
    with pytest.raises(ValueError, match="Leave x_columns, y_columns, sigma_columns and units out"):
        read(tmp_path / "a.npz", T(0) + T(1), T(0), O(3), units="header")


def test_a_tensor_has_one_unit():
    assert Dataset(np.ones((2, 6)), np.ones((2, 6)), Sym(2), Sym(2), O(3), units_in="Pa").units_in == (parse("Pa"),)
