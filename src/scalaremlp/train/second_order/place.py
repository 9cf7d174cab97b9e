"""Where a problem is computed: the devices that this process spreads a chunk over, and its share of the samples."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from jaxtyping import Array, Float, PyTree

from ..._arrays import on_device

_MANY = 2000  # samples


@dataclass(frozen=True)
class Place:
    """Devices of this process, and which of how many processes it is.

    Every process is given all samples, and computes with a share of its own; what is a sum over all samples is summed
    over the processes, so that all of them take the same steps. Within a process each chunk is sharded by its samples
    over the devices, and XLA sums over these.

    Attributes:
        devices: of this process, of one kind.
        process: the number of this process, from 0.
        processes: how many there are.

    Example:
        >>> from scalaremlp.train.second_order.place import Place
        >>> print(Place.of({"x": 1.0}))
        1 cpu
        >>> Place((), 1, 3).blocks(11)
        [slice(4, 8, None)]
    """

    devices: tuple[Any, ...]
    process: int = 0
    processes: int = 1

    @classmethod
    def of(cls, arrays: PyTree) -> "Place":
        """Where these arrays lie, if that was asked for; otherwise on all devices of this process."""
        return cls(_devices(jax.tree.leaves(arrays)), jax.process_index(), jax.process_count())

    def __str__(self) -> str:
        each = f"{len(self.devices)} {self.devices[0].platform}"
        return each if self.processes == 1 else f"{self.processes} processes of {each}"

    @property
    def accelerated(self) -> bool:
        """Whether the devices are no CPUs."""
        return self.devices[0].platform != "cpu"

    def blocks(self, samples: int) -> list[slice]:
        """The samples of this process: one block of consecutive ones, or two if it is alone with many.

        What is summed over the samples is so block by block: alone and as one of two processes to the same bits.
        """
        own = 2 if self.processes == 1 and samples >= _MANY else 1
        each, first = -(-samples // (own * self.processes)), own * self.process
        ends = [min((first + number) * each, samples) for number in range(own + 1)]
        return [slice(start, stop) for start, stop in pairwise(ends)]

    def rounded(self, size: int) -> int:
        """The size of a chunk that every device has an equal part of."""
        return -(-size // len(self.devices)) * len(self.devices)

    def sharded(self, chunk: Any) -> Any:
        """Arrays on the devices, each with a part of the samples."""
        return self._put(chunk, PartitionSpec("samples"))

    def copied(self, arrays: Any) -> Any:
        """Arrays on the devices, all of them on each."""
        return arrays if self._usual else self._put(arrays, PartitionSpec())

    def on_first(self, array: Any) -> Array:
        """An array on the first of the devices alone."""
        return jnp.asarray(array) if self._usual else jax.device_put(array, self.devices[0])

    def summed(self, array: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """The sum over the processes, the same bits in all of them."""
        if self.processes == 1:
            return array
        mesh = _one_device_each()
        whole = (self.processes, *array.shape)
        parts = jax.make_array_from_process_local_data(
            NamedSharding(mesh, PartitionSpec("process")), array[None], whole
        )
        return np.array(_sum_over(mesh)(parts).addressable_data(0))

    def gathered(self, rows: Float[np.ndarray, "own *_"], start: int, count: int) -> Float[np.ndarray, "count *_"]:
        """The rows of all processes, of which those of this one begin at `start`."""
        if self.processes == 1:
            return rows
        whole = np.zeros((count, *rows.shape[1:]))
        whole[start : start + len(rows)] = rows
        return self.summed(whole)

    def check_equal(self, records: int) -> None:
        """Raise `ValueError` unless all processes have read as many records of a checkpoint."""
        every = self.gathered(np.array([float(records)]), self.process, self.processes)
        if np.ptp(every) > 0:
            raise ValueError(
                f"All processes must read the same checkpoint. Got {', '.join(map(str, every.astype(int)))} records in "
                "the processes. Put it in a folder that all of them see."
            )

    @property
    def _usual(self) -> bool:
        return self.devices == (jax.local_devices()[0],)

    def _put(self, arrays: Any, spec: PartitionSpec) -> Any:
        if self._usual:
            return jax.tree.map(lambda leaf: on_device(leaf) if _is_array(leaf) else leaf, arrays)
        sharding = NamedSharding(Mesh(np.array(self.devices), ("samples",)), spec)
        return jax.tree.map(lambda leaf: jax.device_put(leaf, sharding) if _is_array(leaf) else leaf, arrays)


def own_arrays(arrays: PyTree) -> PyTree:
    """Arrays as a fit takes them: wholly in this process, and sharded, if at all, as XLA sees fit.

    Arrays of a mesh with explicit axes, as `jax.make_mesh` makes it, would have every function say how its results are
    to be sharded.

    Raises:
        ValueError: if a part of an array lies in another process.
    """
    return jax.tree.map(_own, arrays)


def _own(leaf: Any) -> Any:
    if not isinstance(leaf, jax.Array):
        return leaf
    sharding: Any = leaf.sharding
    if not leaf.is_fully_addressable:
        raise ValueError(
            "Every process must be given all samples, as arrays of its own. Got one spread over "
            f"{len({device.process_index for device in sharding.device_set})} processes. Pass NumPy arrays: the "
            "fit shares them out."
        )
    if not isinstance(sharding, NamedSharding) or len(sharding.device_set) == 1:
        return leaf
    automatic = Mesh(sharding.mesh.devices, sharding.mesh.axis_names)
    return jax.device_put(leaf, NamedSharding(automatic, sharding.spec))


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, jax.Array | np.ndarray)


def _devices(leaves: list[Any]) -> tuple[Any, ...]:
    """Those that arrays are committed to; of none, all of this process, unless another default is set."""
    arrays = [leaf for leaf in leaves if isinstance(leaf, jax.Array)]
    fixed = [leaf for leaf in arrays if getattr(leaf, "committed", True)]
    if not fixed and jax.config.jax_default_device is None:  # type: ignore[attr-defined]
        return tuple(jax.local_devices())
    found = {device for leaf in fixed or arrays for device in leaf.sharding.device_set}
    return tuple(sorted(found or jax.local_devices()[:1], key=lambda device: device.id))


@cache
def _one_device_each() -> Mesh:
    """A mesh of one device of each process."""
    first: dict[int, Any] = {}
    for device in jax.devices():
        first.setdefault(device.process_index, device)
    return Mesh(np.array([first[number] for number in sorted(first)]), ("process",))


@cache
def _sum_over(mesh: Mesh) -> Any:
    def total(parts: Array) -> Array:
        return jnp.sum(parts, axis=0)

    return jax.jit(total, out_shardings=NamedSharding(mesh, PartitionSpec()))
