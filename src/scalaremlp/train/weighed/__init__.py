"""Fits in which samples do not count alike: by their standard errors, or by how far off they are."""
