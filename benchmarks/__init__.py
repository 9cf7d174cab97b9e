"""Benchmarks: `python -m benchmarks accuracy` and `python -m benchmarks speed`; see README.md in this folder."""
