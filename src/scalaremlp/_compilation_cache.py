"""Compiled programs on disk, so that a second command on data of the same shape starts at once."""

import hashlib
import os
import platform
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from ._cache_folder import cache_folder

OFF = "SCALAREMLP_COMPILATION_CACHE"  # the environment variable that turns it off, by 0
MOST = 2**28  # bytes; half of it stays where there are more
_WHERE = "JAX_COMPILATION_CACHE_DIR"
_SMALL_ONES_TOO = {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": 0.0, "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": -1}
_UNTOLD = ("Error reading persistent compilation cache", "Error writing persistent compilation cache")


def keep_programs() -> Path | None:
    """Let JAX keep what it compiles in the user's cache folder, in this process and in those that it starts.

    The folder is `jax` in the one of `SCALAREMLP_CACHE`, one for each kind of processor: programs made for one need not
    run on another. Nothing changes where `SCALAREMLP_COMPILATION_CACHE` is 0, where the user has told JAX where to keep
    programs or to keep none, and where the folder cannot be written to. A damaged entry, or one that another process is
    still writing, is compiled again without a word.

    Returns:
        The folder; `None` where nothing was changed.
    """
    import jax

    config: Any = jax.config
    asked = config.jax_compilation_cache_dir is not None or not config.jax_enable_compilation_cache
    own = cache_folder(True)
    if asked or own is None or os.environ.get(OFF, "").strip().lower() in ("0", "off", "no", "false"):
        return None
    folder = own / "jax" / _processor()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # whoever can write there can have programs run
        trim(folder.parent)
    except OSError:
        return None
    if not os.access(folder, os.W_OK | os.X_OK):
        return None
    for name, value in {_WHERE: str(folder), **_SMALL_ONES_TOO}.items():
        os.environ[name] = str(value)
        config.update(name.lower(), value)
    _say_nothing_of_it()
    return folder


def trim(folder: Path, most: int = MOST) -> None:
    """Of more than so many bytes the oldest go, until half of it is left.

    JAX can do so by itself, by `jax_compilation_cache_max_size`; it then reads the times of all entries for each that
    it writes, under a lock, and writes none any more once a process was killed between an entry and its time.
    """
    files = [(path, path.stat()) for path in folder.glob("*/*-cache")] if folder.is_dir() else []
    left = sum(said.st_size for _, said in files)
    if left <= most:
        return
    for path, said in sorted(files, key=lambda file: file[1].st_mtime):
        if left <= most // 2:
            break
        with suppress(OSError):  # another process trims as well
            path.unlink()
        left -= said.st_size


def _processor() -> str:
    """A name for what this machine's processor can do."""
    said = [platform.machine(), platform.processor()]
    with suppress(OSError), open("/proc/cpuinfo") as lines:
        said += sorted({line.strip() for line in lines if line.startswith(("flags", "Features", "model name"))})
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def _say_nothing_of_it() -> None:
    for text in _UNTOLD:
        warnings.filterwarnings("ignore", message=text)
    known = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = ",".join([*([known] if known else []), *(f"ignore:{text}" for text in _UNTOLD)])
