"""A neural ODE learns the double pendulum with springs, with the arguments of the EMLP research code.

python experiments/neuralode.py --network EMLPode --group "DkeR3(6)"
"""

from hnn import main

NETWORKS = {"EMLPode": "emlp", "MLPode": "mlp"}

if __name__ == "__main__":
    raise SystemExit(main("ode", NETWORKS, __doc__))
