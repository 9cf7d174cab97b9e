"""A saved model is the same to the last bit, in plain files, whole or not there, and refuses what does not match."""

import hashlib
import json
import os
import threading

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp.nn
from scalaremlp import AbstractModel
from scalaremlp.groups import O
from scalaremlp.reps import T
from scalaremlp.scalars import Statistics
from scalaremlp.train import History, Record, load, load_history, read_config, save


class Spread(Statistics):
    mean: jax.Array


class Net(eqx.Module):
    """A user's own module, with every kind of leaf."""

    layer: eqx.nn.Linear
    spread: Spread
    phases: jax.Array
    counts: np.ndarray
    half: float
    on: bool
    activation: object
    width: int = eqx.field(static=True)

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.layer = eqx.nn.Linear(3, 2, key=jr.key(seed))
        self.spread = Spread(jnp.asarray(rng.standard_normal(3), jnp.float32))
        self.phases = jnp.asarray(rng.standard_normal(2) + 1j)
        self.counts = rng.integers(9, size=(2, 2))
        self.half, self.on = rng.standard_normal(), seed == 0
        self.activation, self.width = jnp.tanh, 3


class Ours(AbstractModel, saved_as="Ours"):
    """A model as the library's own are: it can say how to make it again."""

    weight: jax.Array
    size: int = eqx.field(static=True)

    def config(self):
        return {"size": self.size}

    @classmethod
    def from_config(cls, config):
        return cls(jnp.zeros(config["size"]), config["size"])


@pytest.fixture
def ours():
    return Ours(jnp.asarray([0.1, -0.0, 1e-310]), 3)


def leaves(model):
    return jax.tree.leaves(eqx.filter(model, eqx.is_array_like))


def test_a_users_module_comes_back_bit_for_bit(tmp_path):
    save(tmp_path / "runs" / "a", Net(0))
    loaded = load(tmp_path / "runs" / "a", like=Net(1))
    for one, other in zip(leaves(loaded), leaves(Net(0)), strict=True):
        assert type(one) is type(other)
        assert np.asarray(one).dtype == np.asarray(other).dtype
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes()
    assert loaded.activation is jnp.tanh and loaded.width == 3


def test_a_model_of_the_library_needs_no_like(tmp_path, ours):
    save(str(tmp_path / "a"), ours, settings={"task": "o5"})
    config = read_config(tmp_path / "a")
    assert config["class"] == "Ours" and config["config"] == {"size": 3}
    assert config["settings"] == {"task": "o5"} and config["arrays"]["leaves"] == {".weight": "jax float64 3"}
    loaded = load(tmp_path / "a")
    assert type(loaded) is Ours and loaded.weight.tobytes() == ours.weight.tobytes()


@pytest.mark.parametrize("name", ["ScalarMLP", "MLP"])
def test_networks(tmp_path, name):
    make, x = getattr(scalaremlp.nn, name), jnp.asarray(np.random.default_rng(0).standard_normal((9, 7)))
    model = make(T(0) + 2 * T(1), T(1), O(3), width=4, depth=1, key=jr.key(2)).calibrate(x, x[:, :3])
    save(tmp_path, model)
    assert bool(eqx.tree_equal(load(tmp_path), model))


def test_the_folder_holds_plain_files(tmp_path, ours):
    save(tmp_path, ours, History())
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name.split("-")[0] for name in names] == ["config.json", "metrics.jsonl", "model"]
    with np.load(tmp_path / names[2], allow_pickle=False) as file:
        assert [file[key].dtype.kind for key in file] == ["f"]


def test_history(tmp_path, ours):
    history = History("Adam", "asked for", "done", "the last", [Record(1, 2, 0.1, details={"damping": 3.0})])
    save(tmp_path, ours, history)
    assert load_history(tmp_path) == history
    save(tmp_path / "b", ours)
    with pytest.raises(FileNotFoundError, match=r"must hold a history\. Got none in .*b\. Give it to save"):
        load_history(tmp_path / "b")


def test_saving_again_replaces_the_model_and_nothing_else(tmp_path, ours):
    (tmp_path / "figure.png").write_bytes(b"picture")
    save(tmp_path, ours)
    save(tmp_path, Ours(ours.weight + 1, 3))
    assert load(tmp_path).weight.tolist() == (ours.weight + 1).tolist()
    assert len(list(tmp_path.glob("model-*.npz"))) == 1 and (tmp_path / "figure.png").read_bytes() == b"picture"


@pytest.mark.parametrize("crash_at", [1, 2])
def test_a_crash_while_saving_leaves_the_old_model(tmp_path, ours, monkeypatch, crash_at):
    save(tmp_path, ours)
    calls = []

    def replace(source, target):
        calls.append(target)
        if len(calls) == crash_at:
            raise KeyboardInterrupt
        os.rename(source, target)

    monkeypatch.setattr("scalaremlp.train._save.os.replace", replace)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path, Ours(ours.weight + 1, 3))
    assert load(tmp_path).weight.tobytes() == ours.weight.tobytes()
    assert not list(tmp_path.glob("*.partial")) and not list(tmp_path.glob(".*.partial"))


def edit(folder, **changes):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))


def truncate(folder):
    (path,) = folder.glob("model-*.npz")
    path.write_bytes(path.read_bytes()[:-20])


def swap_arrays(folder):
    """Arrays that agree with their checksum but are not what the config describes."""
    arrays = json.loads((folder / "config.json").read_text())["arrays"]
    arrays["leaves"][".weight"] = "jax float64 4"
    edit(folder, arrays=arrays)


def climb_out(folder):
    arrays = json.loads((folder / "config.json").read_text())["arrays"]
    edit(folder, arrays={**arrays, "file": "../model-000000000000.npz"})


@pytest.mark.parametrize(
    "damage, text",
    [
        (truncate, r"Got .*npz with another checksum, so it is truncated or changed\. Copy"),
        (lambda folder: next(folder.glob("*.npz")).unlink(), r"needs its arrays\. Got no model-.*npz in .*\. Copy"),
        (
            lambda folder: (folder / "config.json").write_text("{"),
            r"must be JSON\. Got: .*\. Save the model",
        ),
        (lambda folder: (folder / "config.json").write_text("[]"), r"one that `save` wrote\. Got .*without a format"),
        (
            lambda folder: (folder / "config.json").write_text('{"format": 1}'),
            r"do not agree\. Save it again",
        ),
        (lambda folder: edit(folder, format=99, version="9.0"), r"up to 2\. Got format 99 .*version 9\.0\. Upgrade"),
        (
            lambda folder: edit(folder, **{"class": "os:system"}),
            r"whose class is known.*Got os:system in .*Import the",
        ),
        (
            lambda folder: edit(folder, **{"class": None}),
            r"Only models whose class.*Got another model in .*`like=`",
        ),
        (
            lambda folder: edit(folder, config={"size": 4}),
            r"must match.*\.weight: float64\[3\] in .*float64\[4\]",
        ),
        (swap_arrays, r"must match.*Got \.weight: float64\[4\] in .*float64\[3\]"),
        (lambda folder: edit(folder, arrays={}), r"whose files do not agree"),
        (climb_out, r"whose files do not agree"),
    ],
)
def test_damaged_and_foreign_folders(tmp_path, ours, damage, text):
    save(tmp_path, ours)
    damage(tmp_path)
    with pytest.raises(ValueError, match=text) as error:
        load(tmp_path)
    assert "\n" not in str(error.value)


def test_a_field_that_was_renamed_keeps_its_saved_name(tmp_path):
    """Inside other modules, lists and dictionaries too."""

    class Old(eqx.Module):
        w: jax.Array

    class New(eqx.Module):
        bias: jax.Array | None
        weight: jax.Array = eqx.field(metadata={"saved_as": "w"})

    save(tmp_path, {"a": [Old(jnp.arange(3.0))]})
    loaded = load(tmp_path, like={"a": [New(None, jnp.zeros(3))]})
    assert loaded["a"][0].weight.tolist() == [0, 1, 2]
    save(tmp_path, loaded)
    assert list(read_config(tmp_path)["arrays"]["leaves"]) == ["['a'][0].w"]


def test_arrays_are_found_by_name_not_by_order(tmp_path):
    """A class whose fields stand in another order reads the same arrays."""

    class Before(eqx.Module):
        a: jax.Array
        b: jax.Array

    class After(eqx.Module):
        b: jax.Array
        a: jax.Array

    save(tmp_path, Before(jnp.zeros(2), jnp.ones(2)))
    assert load(tmp_path, like=After(jnp.zeros(2), jnp.zeros(2))).b.tolist() == [1, 1]
    (file,) = tmp_path.glob("model-*.npz")
    with np.load(file) as arrays:
        assert sorted(arrays) == [".a", ".b"]


def test_a_single_array_and_strange_keys(tmp_path):
    for number, tree in enumerate((jnp.arange(2.0), {"a/b": jnp.ones(1), "file": jnp.zeros(1), "": jnp.ones(2)})):
        save(tmp_path / str(number), tree)
        assert eqx.tree_equal(load(tmp_path / str(number), like=jax.tree.map(jnp.zeros_like, tree)), tree)


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_a_pickle_inside_is_not_opened(tmp_path, ours):
    save(tmp_path, ours)
    (path,) = tmp_path.glob("model-*.npz")
    np.savez(path, **{".weight": np.array([Trap(str(tmp_path / "sprung"))], dtype=object)})
    arrays = read_config(tmp_path)["arrays"]
    edit(tmp_path, arrays={**arrays, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    with pytest.raises(ValueError, match="do not agree"):
        load(tmp_path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.skipif(not hasattr(jax, "enable_x64"), reason="JAX has jax.enable_x64 from 0.8 on")
def test_precision_must_match(tmp_path, ours):
    save(tmp_path / "double", ours)
    with jax.enable_x64(False):
        with pytest.raises(
            ValueError, match=r"precision it was saved in\. Got float64 in .*Call scalaremlp\.enable_x64"
        ):
            load(tmp_path / "double")
        save(tmp_path / "single", Ours(jnp.ones(3), 3))
        assert load(tmp_path / "single").weight.dtype == jnp.float32
    with pytest.raises(ValueError, match=r"Got \.weight: float32\[3\] in .*single where .*float64\[3\]\. Load it"):
        load(tmp_path / "single")
    like = Ours(jnp.zeros(3, jnp.float32), 3)
    assert load(tmp_path / "single", like=like).weight.tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match=r"float64\[3\] in .*double where .*float32\[3\]\. Make the model in float64"):
        load(tmp_path / "double", like=like)


@pytest.mark.parametrize(
    "like", [{"a": jnp.zeros(3)}, {"w": jnp.zeros(2)}, {"w": np.zeros(3)}, {"w": jnp.zeros(3), "x": 1.0}]
)
def test_like_must_have_the_structure(tmp_path, like):
    save(tmp_path, {"w": jnp.zeros(3)})
    with pytest.raises(
        ValueError, match=r"must match the model it is loaded into\. Got .*Pass `like=` a model of the same"
    ):
        load(tmp_path, like=like)


def test_what_cannot_be_saved(tmp_path, ours):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"saved in a folder\. Got the file .*file\. Choose another"):
        save(tmp_path / "file", ours)
    with pytest.raises(ValueError, match=r"standard NumPy dtype.*Got key<fry> in \['k'\]\. Convert"):
        save(tmp_path / "a", {"k": jr.key(0)})
    with pytest.raises(ValueError, match=r"standard NumPy dtype.*Got bfloat16 in \['w'\]\."):
        save(tmp_path / "a", {"w": jnp.zeros(3, jnp.bfloat16)})
    with pytest.raises(ValueError, match=r"must be plain JSON\. Got: .*\. Use numbers"):
        save(tmp_path / "a", ours, settings={"key": object()})
    assert not (tmp_path / "a").exists()


def test_there_is_no_model(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"folder with a config\.json\. Got .*nowhere, which has none\. Check"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("permutation", [False, True])
def test_a_model_saved_before_outputs_were_shifted(tmp_path, permutation):
    """Its folder has no array for the shift: it loads without one, and predicts the same bits."""
    model = scalaremlp.nn.ScalarMLP(2 * T(1), T(0), O(3), width=4, depth=1, permutation=permutation, key=jr.key(0))
    x = jr.normal(jr.key(1), (10, 6))
    model = model.calibrate(x, 7 + x[:, :1])
    old = eqx.tree_at(lambda m: m.body.offset, model, None)
    save(tmp_path, old)
    assert "offset" not in (tmp_path / "config.json").read_text()
    loaded = load(tmp_path)
    assert loaded.body.offset is None and eqx.tree_equal(loaded, old)
    assert loaded.calibrate(x, 7 + x[:, :1]).body.offset.mean.tolist() == model.body.offset.mean.tolist()
    then, now, shifted = (jax.jit(jax.vmap(each))(x) for each in (old, loaded, model))
    assert (now == then).all() and (now != shifted).all()


def test_a_model_of_extreme_inputs(tmp_path):
    x = 1e-100 * jr.normal(jr.key(1), (10, 6))
    model = scalaremlp.nn.ScalarMLP(2 * T(1), T(0), O(3), width=4, depth=1, key=jr.key(0)).calibrate(x)
    save(tmp_path, model)
    loaded = load(tmp_path)
    assert eqx.tree_equal(loaded, model) and float(loaded.inputs.factor[0]) > 1e90


def test_a_reader_beside_a_writer_finds_the_old_model_or_the_new(tmp_path):
    """Two models in turn, whose arrays have other names; the reader never finds a half."""
    models = [{"weight": jnp.full(3, value)} for value in (1.0, 2.0)]
    save(tmp_path, models[0])
    ended = threading.Event()

    def writing():
        for number in range(150):
            save(tmp_path, models[number % 2])
        ended.set()

    writer = threading.Thread(target=writing)
    writer.start()
    found = set()
    while not ended.is_set():
        found.add(tuple(load(tmp_path, like=models[0])["weight"].tolist()))
    writer.join()
    assert found == {(1.0,) * 3, (2.0,) * 3}
