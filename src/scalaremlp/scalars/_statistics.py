"""The marker for arrays that describe data rather than being learned."""

import equinox as eqx


class Statistics(eqx.Module):
    """Base of modules whose arrays are statistics of the training data.

    They are saved and loaded with the model, but are no parameters: optimisers, weight decay and counts of
    parameters never see them (`scalaremlp.train.split_parameters`).
    """
