"""A neural ODE of invariant scalars learns the double pendulum with springs, as in the ScalarEMLP code.

    python experiments/neuralode_scalars.py                             # radial functions and Adam, as published
    python experiments/neuralode_scalars.py --n_rad 0 --num_epochs 40   # our scalars and Levenberg-Marquardt

With n_rad = 0 the network is ours, an epoch is an iteration of Levenberg-Marquardt, and bs and lr have no meaning.
"""

from hnn_scalars import main

if __name__ == "__main__":
    raise SystemExit(main("ode", __doc__))
