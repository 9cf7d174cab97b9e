"""What a model is worth: its predictions, their errors, and how well it keeps a symmetry."""

from ._equivariance import equivariance_error as equivariance_error
from ._evaluate import evaluate as evaluate
from ._predict import predict as predict
