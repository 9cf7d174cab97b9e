"""Write the README's table and picture from a finished study: python scripts/readme_results.py runs/reproduce."""

import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
PICTURES = ("o5", "inertia", "particle")


def main(study: Path) -> None:
    """Put results.md between the README's markers, and copy the pictures to docs/images."""
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{BEGIN}\n{_section(study)}\n{END}{after}", encoding="utf-8")
    for name in PICTURES:
        picture = study / "figures" / f"{name}.png"
        if picture.is_file():
            (ROOT / "docs" / "images").mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, ROOT / "docs" / "images" / picture.name)


def _section(study: Path) -> str:
    rows = json.loads((study / "results.json").read_text(encoding="utf-8"))
    seeds = len({row["seed"] for row in rows})
    made = (study / "report.md").read_text(encoding="utf-8").split("Made by ", 1)[1].split(". ", 1)[0]
    table = (study / "results.md").read_text(encoding="utf-8").strip()
    counted = f"medians of {seeds} seeds" if seeds > 1 else "one seed"
    return f"Made by {made} ({counted}; seconds are wall-clock time of one fit with compilation):\n\n{table}"


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "results.md").is_file():
        sys.exit("usage: python scripts/readme_results.py STUDY, a folder in which `scalaremlp reproduce` has finished")
    main(Path(sys.argv[1]))
