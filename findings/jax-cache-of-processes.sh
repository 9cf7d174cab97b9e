#!/usr/bin/env bash
# jax 0.10.2: two CPU processes joined by jax.distributed share a persistent compilation cache, and only the first one ever finds a
# program there: neither one that both run together, of the same text and the same options, nor one of its own. The second compiles
# all of them again in every run, and the first waits for it. (Part of the key is a fingerprint of the devices, which on CPUs is
# another one in each process; and the first process alone writes.) A GPU's key leaves the device out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "jax==0.10.2" "jaxlib==0.10.2" "numpy==2.4.6"
export JAX_PLATFORMS=cpu JAX_COMPILATION_CACHE_DIR="$folder/cache"
export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0 JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES=-1
cat > "$folder/process.py" <<'PYTHON'
import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

number, port = sys.argv[1:]
jax.distributed.initialize(f"127.0.0.1:{port}", 2, int(number))
seen = []
jax.monitoring.register_event_listener(lambda event, **_: seen.append(event.rsplit("/", 1)[-1]))


@jax.jit
def answer(x):
    return jnp.tanh(x @ x.T).sum(axis=1)


def hits(x):
    """How many programs were found in the cache, of how many that were asked for, when this runs for the first time."""
    seen.clear()
    answer(x).block_until_ready()
    return f"{seen.count('cache_hits')} of {seen.count('compile_requests_use_cache')}"


rows = NamedSharding(Mesh(np.array(jax.devices()), ("rows",)), PartitionSpec("rows"))
together = jax.make_array_from_process_local_data(rows, np.ones((4, 3)))
alone = jax.device_put(np.ones((5, 3)), jax.local_devices()[0])
print(f"process {number}: together {hits(together)}, alone {hits(alone)}")
PYTHON
run() {
  port=$("$folder/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$folder/venv/bin/python" "$folder/process.py" 0 "$port" > "$folder/first" 2> "$folder/first.err" &
  first=$!
  "$folder/venv/bin/python" "$folder/process.py" 1 "$port" > "$folder/second" 2> "$folder/second.err" && wait "$first" ||
    { cat "$folder/first.err" "$folder/second.err"; exit 1; }
  grep -h "^process" "$folder/first" "$folder/second"
}
echo "jax $("$folder/venv/bin/python" -c 'import jax; print(jax.__version__)'); programs found in the cache"
echo "an empty cache:"; run
echo "again:"; run
echo "and again:"; found=$(run); echo "$found"
expected="process 0: together 1 of 1, alone 1 of 1
process 1: together 0 of 1, alone 0 of 1"
[ "$found" = "$expected" ] && echo "as described" || { echo "this has changed"; exit 1; }
