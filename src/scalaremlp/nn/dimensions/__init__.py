"""Dimensionless inputs and outputs: invariant sizes of the inputs, and the powers of them that carry all units."""
