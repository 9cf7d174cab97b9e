"""The Lorentz groups by their usual short names, in the signature (+,-,-,-)."""

from ._orthogonal import SO, O, SOp


def Lorentz() -> O:
    """The whole Lorentz group O(1,3) of space-time, with reflections and time reversal."""
    return O(1, 3)


def O13() -> O:
    """The Lorentz group O(1,3), the same as `Lorentz()`."""
    return O(1, 3)


def SO13() -> SO:
    """The proper Lorentz group SO(1,3), of determinant 1."""
    return SO(1, 3)


def SO13p() -> SOp:
    """The proper orthochronous Lorentz group SO⁺(1,3): rotations and boosts."""
    return SOp(1, 3)


def O11() -> O:
    """The Lorentz group O(1,1) of one dimension of space."""
    return O(1, 1)


def SO11p() -> SOp:
    """The boosts SO⁺(1,1) of one dimension of space."""
    return SOp(1, 1)
