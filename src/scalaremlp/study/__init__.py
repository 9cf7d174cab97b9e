"""Studies: many runs over tasks, models, sample sizes and seeds, each on disk as soon as it is finished.

A study lives in a folder:

    runs/<task>-<model>-n<ntrain>-seed<seed>/finished.json  one finished run, with the settings it was made under
    results.csv, results.json                               one row a run, rewritten after each

Run again with the same folder, a study goes on where it stopped: a run that is on disk with the same settings is read;
one that was begun with them (begun.json says so) keeps its folder, so that it goes on from its checkpoint; any other is
made. Runs are made one after the other, by several processes, or on a Dask cluster (`Workers`).
"""

from ._grid import Run as Run
from ._grid import grid as grid
from ._run_study import run_study as run_study
from ._summary import Row as Row
from ._summary import read_rows as read_rows
from ._summary import summary as summary
from ._workers import Workers as Workers
