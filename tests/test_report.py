"""The report: every number from the rows or the published figures, nothing hidden."""

import base64
from html import unescape

import pytest

from scalaremlp import plot, published
from scalaremlp._files import write_text
from scalaremlp.data import DATASETS
from scalaremlp.report import number, results_table, write_report

ROW = {"relative_mse": 1e-3, "equivariance_error": 1e-15, "seconds": 3.0, "parameters": 50, "ntest": 500}
ROWS = [
    {"task": task, "model": model, "ntrain": n, "seed": seed, "test_mse": (seed + 1) / n, **ROW}
    for task in ("particle", "o5") for model in ("default", "other") for n in (1000, 77) for seed in range(3)
]  # fmt: skip


@pytest.fixture
def report(tmp_path):
    write_report(tmp_path, ROWS, default="default", command="make it", made_with={"jax": "9"})
    return tmp_path


@pytest.fixture
def undrawn(monkeypatch):
    """Pictures are files without one, for tests of the text beside them."""
    monkeypatch.setattr(plot, "error_by_samples", lambda *_, **__: None)
    monkeypatch.setattr(plot, "save_figure", lambda figure, path: (write_text(path, "a picture"), path)[1])


def test_the_table_shows_medians_beside_the_published_figures():
    lines = results_table(ROWS, "default").splitlines()
    assert [line.split(" | ")[:2] for line in lines[2:]] == [
        ["| particle", "77"], ["| particle", "1000"], ["| o5", "77"], ["| o5", "1000"],
    ]  # fmt: skip
    median, scalars = number(2 / 1000), number(published.curves("o5")["Scalars"][1000])
    assert median in lines[-1]
    assert scalars in lines[-1]
    assert lines[2].endswith("| – | – |"), "no figure was published for 77 samples"


def test_the_report_says_how_it_was_made_and_shows_the_spread(undrawn, report):
    text = (report / "report.md").read_text()
    assert "Made by `make it` with jax 9. 24 runs, 1.2 minutes of fitting in all, 3 seeds, 500 test samples." in text
    assert f"| {number(2 / 77)} | {number(1 / 77)} | {number(3 / 77)} |" in text
    assert "exactly quadratic" in text
    assert "arXiv:2104.09459" in text
    assert (report / "results.md").read_text().strip() == results_table(ROWS, "default")


def test_laws_and_published_curves_are_those_of_their_sources(undrawn, report):
    text = (report / "report.md").read_text()
    for task in ("o5", "particle"):
        law = DATASETS[task].__doc__.partition("\n")[0]
        assert len(law) > 40 and f"\n{law} Variance of the targets: {published.target_variance(task):.4g}.\n" in text
    assert "EMLP-O(5), published" in text and "EMLP-SO" not in text


def test_the_page_holds_its_pictures(report):
    page = (report / "report.html").read_text()
    assert page.count("data:image/png;base64,") == 2
    assert 'src="figures' not in page
    assert "<table>" in page


@pytest.mark.parametrize("left", [1, 0])
def test_cells_of_fewer_seeds_are_named(tmp_path, undrawn, report, left):
    assert "Of fewer" not in (report / "report.md").read_text()
    write_report(tmp_path, ROWS[: len(ROWS) - 3 + left], default="default", command="", made_with={})
    told = f"Of fewer than 3 seeds, with their number. other: 77 samples ({left})."
    assert told in (tmp_path / "report.md").read_text()


def test_runs_without_a_number_are_shown_as_failed(tmp_path):
    rows = [
        {**ROWS[0], "test_mse": None},
        {"task": "particle", "model": "default", "ntrain": 3, "seed": 0, "error": "E"},
    ]
    write_report(tmp_path, rows, default="default", command="", made_with={})
    text = (tmp_path / "report.md").read_text()
    assert "| 1000 | failed |" in text
    assert "- particle, default, 3 samples, seed 0: E" in text


def test_hints_are_counted_by_task_and_model(tmp_path, undrawn, report):
    assert "## Hints" not in (report / "report.md").read_text()
    rows = [{**row, "hints": ["single"] if row["task"] == "o5" and row["seed"] < 2 else []} for row in ROWS]
    write_report(tmp_path, rows, default="default", command="make it", made_with={"jax": "9"})
    text = (tmp_path / "report.md").read_text()
    assert "## Hints" in text and "- o5, other: *single* in 4 of 6 runs" in text and "particle, other: *" not in text


@pytest.mark.parametrize(
    "error",
    [
        "ValueError: <script>alert(1)</script>", "ValueError: a\n\n# Heading", "![x](missing.png)", "a | b | c",
        "![x](../secret.png)", '<img src="../secret.png">', "[a](javascript:alert(1))", "`a` *b* _c_ \\ &lt;",
        "a\x1b[31mb",
    ],
)  # fmt: skip
def test_text_of_a_failed_run_is_text(error, tmp_path, undrawn):
    """No script, heading, picture or link comes of it, and it is seen as it was written."""
    folder = tmp_path / "study"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    write_report(folder, [*ROWS, {**ROWS[0], "error": error}], default="default", command="c", made_with={})
    page = (folder / "report.html").read_text()
    lines = [line for line in page.splitlines() if "default, 1000 samples, seed 0:" in line]
    inside = lines[0].removeprefix("<li>").removesuffix("</li>")
    shown = " ".join(error.split()).replace("\x1b", "\\x1b")
    assert len(lines) == 1 and "<" not in inside and unescape(inside).endswith(f"seed 0: {shown}")
    assert page.count("data:image/png;base64,") == 2
    assert base64.b64encode(b"secret").decode() not in page


def test_pictures_are_those_of_the_study(tmp_path):
    """A row that says of its folder that it lies elsewhere shows nothing of there."""
    folder = tmp_path / "study"
    for name in ("study/runs/a/figures", "elsewhere/figures"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "learning.png").write_bytes(b"a picture")
    counts = []
    for place in ("a", "../../elsewhere", str(tmp_path / "elsewhere"), "none"):
        rows = [{**row, "folder": place} for row in ROWS if row["task"] == "o5"]
        write_report(folder, rows, default="default", command="c", made_with={})
        counts.append((folder / "report.html").read_text().count("data:image/png;base64,"))
    assert counts == [2, 1, 1, 1]
