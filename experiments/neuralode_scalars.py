"""A neural ODE of invariant scalars learns the double pendulum with springs, as in the ScalarEMLP code.

    python experiments/neuralode_scalars.py   # radial functions and Adam, as published
    python experiments/neuralode_scalars.py --n_rad 0 --n_hidden 8 --n_layers 2 --num_epochs 200

With n_rad = 0 the network is ours, fitted by Levenberg-Marquardt: an epoch is an iteration, bs and lr mean nothing.
"""

from hnn_scalars import main

if __name__ == "__main__":
    raise SystemExit(main("ode", __doc__))
