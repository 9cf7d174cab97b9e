"""`scalaremlp pendulum`."""

import shutil
from dataclasses import fields
from pathlib import Path

from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import progress_lines, say, show, show_json, show_numbers
from scalaremlp.cli._place import taking_place
from scalaremlp.cli.commands import Pendulum as Command
from scalaremlp.runs.pendulum import PendulumRun, folder_name
from scalaremlp.runs.settings import PendulumSettings
from scalaremlp.train import count_parameters


def run(command: Command) -> int:
    """Learn, roll out, and leave a run folder; 1 if no trajectory is predicted to its end."""
    if command.film == "mp4" and shutil.which("ffmpeg") is None:
        raise BadInput("--film mp4 needs the program ffmpeg. Got none on the PATH. Choose --film gif")
    with reading_input():
        settings = settings_of(command)
    folder = Path(command.out or Path("runs") / folder_name(settings))
    with taking_place(folder, settings, fresh=command.fresh) as place:
        with reading_input():
            asked = PendulumRun.of(settings)
        say(asked.model.summary)
        say(f"{count_parameters(asked.model)} parameters; {len(asked.data.train)} systems; {asked.optimizer.name}")
        film = "" if command.film == "none" else command.film
        numbers = asked.made_at(place, film=film, callbacks=progress_lines())
    show_numbers(numbers)
    show(f"run folder: {folder}; pictures: {folder / 'figures'}")
    if command.json:
        show_json({**numbers, "out": str(folder)})
    return 0 if numbers["ended_early"] < len(asked.data.test) else 1


def settings_of(command: Command) -> PendulumSettings:
    """What was asked."""
    return PendulumSettings(**{each.name: getattr(command, each.name) for each in fields(PendulumSettings)})
