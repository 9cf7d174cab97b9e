"""The engine below the types: contractions of tensors as graphs, and which of them generate all others."""
