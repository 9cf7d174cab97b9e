"""Published figures."""

from scalaremlp import published


def test_published_figures_name_their_source_and_cover_the_tasks():
    for task in ("o5", "inertia", "particle"):
        assert published.curves(task)["Scalars"].keys() >= {30, 100, 300, 1000, 3000}
        assert published.target_variance(task) > 0
        assert all(run["test_mse"] > 0 for run in published.original_runs(task))
    assert "arXiv:2106.06610" in published.sources()["Scalars"]
    assert published.curves("my own task") == {}
