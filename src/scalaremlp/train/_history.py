"""What happened during a fit."""


import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from .._files import finite, parse_json
from ._endings import Ending, ending_of
from ._verdict import Verdict

_MOST_NUMBERS = 1000  # of a record


@dataclass(frozen=True)
class Record:
    """The state of a fit at one moment; every callback of `fit` is called with one after each chunk of steps.

    Args:
        step: updates made so far.
        steps: the most there will be.
        loss: the training loss, averaged over the steps since the record before.
        validation: the loss on the validation set, `None` without one.
        learning_rate: at the last step; `None` if the optimiser has none that is known.
        epoch: how many times the number of samples has been used; `None` if the optimiser does not count.
        seconds: since the fit began, compilation included.
        details: further numbers of the optimiser, by name.
    """

    step: int
    steps: int
    loss: float
    validation: float | None = None
    learning_rate: float | None = None
    epoch: float | None = None
    seconds: float = 0.0
    details: Mapping[str, float | None] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """All numbers of the record by name, those of `details` among the others."""
        own = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "details"}
        return {**own, **self.details}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Record":
        """The record that `as_dict` wrote; `ValueError` for other values than numbers, or `None` for one unknown."""
        if len(values) > _MOST_NUMBERS:
            raise ValueError(f"{len(values)} numbers")
        own = {each.name for each in fields(cls)} - {"details"}
        known = {name: value for name, value in values.items() if value is not None or name in ("steps", "seconds")}
        if not all(map(_is_number, known.values())):
            raise ValueError("not a number")
        if not all(isinstance(known.get(name, 0), int) for name in ("step", "steps")):
            raise ValueError("not a whole number")
        details = {name: value for name, value in values.items() if name not in own}
        return cls(**{name: value for name, value in values.items() if name in own}, details=details)


def _is_number(value: Any) -> bool:
    """Whether JSON's value is a number, and no whole one beyond all that a record counts."""
    return isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63)


@dataclass
class History:
    """The records of a fit in order, and how it went.

    Args:
        optimizer: the name of the method.
        reason: why it was chosen.
        stopped: why the fit ended, in words.
        kept: which model was returned, e.g. the one of the best validation loss.
        records: one for each chunk of steps.
        ending: why the fit ended, as a value; `None` while it goes on, or where `stopped` is no sentence of `Ending`.
        verdict: what a person should know of the fit; `None` while it goes on, and in histories of old.
        how: by which samples errors were judged, where the fit saw to that itself.

    Example:
        >>> history = History(optimizer="by hand")
        >>> history.append(Record(step=10, steps=20, loss=0.5))
        >>> history.append(Record(step=20, steps=20, loss=0.25))
        >>> history["loss"], len(history)
        ([0.5, 0.25], 2)
    """

    optimizer: str = ""
    reason: str = ""
    stopped: str = ""
    kept: str = ""
    records: list[Record] = field(default_factory=list)
    ending: Ending | None = None
    verdict: Verdict | None = None
    how: str = ""

    def __post_init__(self) -> None:
        self.ending = self.ending or ending_of({"stopped": self.stopped})

    def end(self, ending: Ending | None, sentence: str | None = None) -> None:
        """Say why the fit ended; by the sentence of the ending where that has no numbers."""
        self.ending = ending
        self.stopped = sentence or ("" if ending is None else ending.sentence())

    def append(self, record: Record) -> None:
        """Add a record at the end."""
        self.records.append(record)

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __getitem__(self, column: str) -> list[Any]:
        columns = self.columns
        if column not in columns:
            raise KeyError(
                f"A history has the columns {', '.join(columns) or '(none yet)'}. Got {column!r}. Use one of them."
            )
        return columns[column]

    @property
    def columns(self) -> dict[str, list[Any]]:
        """The records as columns: name -> one value for each record, `None` where a record has no such number."""
        rows = [record.as_dict() for record in self.records]
        names = dict.fromkeys(name for row in rows for name in row)
        return {name: [row.get(name) for row in rows] for name in names}

    @property
    def summary(self) -> dict[str, Any]:
        """How the fit went, as JSON values: `optimizer`, `reason`, `stopped`, `kept`, `how`, `ending` and `verdict`."""
        words = {name: getattr(self, name) for name in ("optimizer", "reason", "stopped", "kept", "how")}
        ending = None if self.ending is None else self.ending.value
        return {**words, "ending": ending, "verdict": None if self.verdict is None else self.verdict.as_dict()}

    def to_jsonl(self) -> str:
        """The records as text, one JSON object a line; numbers that are not finite become null."""
        return "".join(json.dumps(finite(record.as_dict())) + "\n" for record in self.records)

    @classmethod
    def from_jsonl(cls, text: str, summary: Mapping[str, Any] | None = None) -> "History":
        """The history whose records `to_jsonl` wrote, with what `summary` said of it.

        Raises:
            ValueError: if a line is no record.
        """
        said = {} if summary is None else dict(summary)
        verdict = Verdict.from_dict(said["verdict"]) if said.get("verdict") else None
        history = cls(ending=ending_of(said), verdict=verdict)
        for name in ("optimizer", "reason", "stopped", "kept"):
            setattr(history, name, said.get(name, ""))
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                history.append(Record.from_dict(parse_json(line)))
            except (ValueError, TypeError, AttributeError) as error:
                raise ValueError(
                    f"A history holds one JSON record a line. Got {line[:40]!r} in line {number}. Save it again."
                ) from error
        return history
