"""The arguments of the research codes reach the run on the pendulum."""

import pytest

import hnn
import hnn_scalars
import neuralode


def test_the_arguments_of_the_scalars_code(tmp_path):
    options = {**hnn_scalars.DEFAULTS, "log_dir": str(tmp_path)}
    changed = {"ndata": 300, "bs": 100, "n_hidden": 7, "chunk_len": 3}
    command = hnn_scalars.settings("ode", {**options, **changed})
    assert (command.model, command.features, command.radial) == ("ode", "radial", 10)
    assert (command.steps, command.batch, command.width, command.chunk) == (6000, 200, 7, 3)
    assert (command.lr, command.dt, command.horizon, command.seed) == (1e-3, 0.2, 30.0, 2021)
    ours = hnn_scalars.settings("hnn", {**options, "n_rad": 0, "num_epochs": 40})
    assert (ours.features, ours.radial, ours.steps) == ("scalars", 0, 40)


@pytest.mark.parametrize("network, features", [("EMLPode", "emlp"), ("MLPode", "mlp")])
def test_the_arguments_of_the_emlp_code(tmp_path, network, features):
    options = {**hnn.DEFAULTS, "log_dir": str(tmp_path), "group": "DkeR3(6)", "ch": 64}
    command = hnn.settings("ode", neuralode.NETWORKS[network], options)
    assert (command.features, command.width, command.depth) == (features, 64, 3)
    assert command.group == ("DkeR3(6)" if features == "emlp" else "")


def test_a_wrong_argument(capsys):
    with pytest.raises(SystemExit):
        hnn.main("hnn", hnn.NETWORKS, hnn.__doc__, ["--network", "CNN"])
    assert "invalid choice: 'CNN'" in capsys.readouterr().err


@pytest.mark.slow
def test_a_short_run_leaves_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SCALAREMLP_CACHE", str(tmp_path / "cache"))
    words = ["--ndata", "8", "--num_epochs", "2", "--n_hidden", "4", "--n_layers", "1", "--integration_time", "2"]
    assert hnn_scalars.main("hnn", None, [*words, "--n_rad", "3", "--log_dir", str(tmp_path)]) == 0
    (folder,) = (path for path in tmp_path.iterdir() if path.name.startswith("pendulum-"))
    assert (folder / "figures" / "pendulum.gif").is_file()
