"""A verdict as a paragraph."""

from typing import TYPE_CHECKING

from ._errors import Errors

if TYPE_CHECKING:
    from ._verdict import Verdict


def paragraph(verdict: "Verdict") -> str:
    """The errors, the noise, the largest error, the ending, and the hints, in this order."""
    parts = [_rows(verdict), _errors(verdict), _terms(verdict), _single(verdict), _noise(verdict), _ending(verdict)]
    return " ".join(part for part in [*parts, *verdict.hints.values()] if part)


def number(value: float | None) -> str:
    """Two figures.

    >>> number(0.00123), number(12.3), number(None), number(float("nan"))
    ('0.0012', '12', 'unknown', 'not finite')
    """
    if value is None:
        return "unknown"
    return f"{value:.2g}" if value - value == 0 else "not finite"


def share(value: float) -> str:
    """A fraction in per cent.

    >>> share(0.938), share(0.0312), share(1.0)
    ('94 %', '3.1 %', '100 %')
    """
    return f"{100 * value:.0f} %" if value >= 0.0995 else f"{100 * value:.2g} %"


def last_known(verdict: "Verdict") -> tuple[str, Errors] | None:
    """The errors that say most of new samples, and what these are called."""
    named = (("test", verdict.test), ("held-out", verdict.held_out), ("training", verdict.training))
    return next(((name, errors) for name, errors in named if errors is not None), None)


def _errors(verdict: "Verdict") -> str:
    if verdict.training is None:
        training, held_out = verdict.losses
        beside = "" if held_out is None else f", {number(held_out)} on the held-out ones{_chosen(verdict)}"
        return f"Loss {number(training)} on the training samples{beside}."
    found = [f"{_relative(verdict.training)} on {verdict.training.samples} training samples"]
    if verdict.held_out is not None:
        found.append(f"{_relative(verdict.held_out)} on {verdict.held_out.samples} held-out ones{_chosen(verdict)}")
    if verdict.test is not None:
        found.append(f"{_relative(verdict.test)} on {verdict.test.samples} test samples")
    return f"Squared error as a part of that of the mean output: {', '.join(found)}."


def _rows(verdict: "Verdict") -> str:
    """What is known of a file larger than memory, and what of a sample of it alone."""
    known = verdict.rows
    if known is None:
        return ""
    relative = "unknown" if known["relative"] is None else number(known["relative"])
    alone = "" if known["fitted"] == known["rows"] else ", which alone were fitted"
    return (
        f"All {known['rows']} rows of the file: squared error {relative} as a part of that of the mean output, the "
        f"largest in row {known['row']} (counted from 0). What follows is of {known['of']} rows drawn from them{alone}."
    )


def _chosen(verdict: "Verdict") -> str:
    return f" ({verdict.how})" if verdict.how else ""


def _relative(errors: Errors) -> str:
    if errors.spread == 0 and errors.error == errors.error:  # outputs that are all the same
        return "0" if errors.error == 0 else f"{number(errors.error**2)} (of outputs that do not vary)"
    return number(errors.relative)


def _terms(verdict: "Verdict") -> str:
    last = last_known(verdict)
    if last is None or not last[1].terms:
        return ""
    told = {name: "no variance" if value != value else number(value) for name, value in last[1].terms.items()}
    return f"Of each term: {', '.join(f'{name} {value}' for name, value in told.items())}."


def _single(verdict: "Verdict") -> str:
    last = last_known(verdict)
    if last is None:
        return ""
    name, errors = last
    where = f"{name} sample {errors.row} (counted from 0{f'; {verdict.largest}' if verdict.largest else ''})"
    known = ", so compare medians" if errors.share > 0.5 else ""
    return (
        f"Root mean square {number(errors.error)} on the {name} samples, of the mean output {number(errors.spread)}; "
        f"single errors: median {number(errors.median)}, 99th percentile {number(errors.percentile99)}, and the "
        f"largest, of {where}, is {share(errors.share)} of the sum of squares{known}."
    )


def _noise(verdict: "Verdict") -> str:
    if verdict.noise is None:
        return ""
    known = "" if verdict.determined is None else (
        f", with {verdict.determined:.0f} of {verdict.parameters} parameters determined by {verdict.residuals} numbers"
    )  # fmt: skip
    return f"Noise inferred: {number(verdict.noise)}{known}."


def _ending(verdict: "Verdict") -> str:
    if verdict.ending is None:
        return f"The fit ended: {verdict.stopped}." if verdict.stopped else ""
    return f"The fit: {verdict.ending.meaning} ({verdict.stopped})."
