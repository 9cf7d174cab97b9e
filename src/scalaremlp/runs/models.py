"""The models of the command line, by their names."""

from typing import Any

from scalaremlp.nn import EMLP, MLP, BareScalarMLP, ScalarMLP

# A new model is one line here; its options are passed on by name.
MODELS: dict[str, Any] = {"scalars": ScalarMLP, "mlp": MLP, "bare": BareScalarMLP, "emlp": EMLP}
