# make demo   fits the three regression tasks in a few minutes and writes a report with pictures
# make test   runs the tests
# make check  runs everything the continuous integration runs
# make docs   builds the documentation into site/
# make floors runs the tests that touch each dependency with the lowest versions that pyproject.toml states
#
# All need Python 3.11 or newer and make; everything else goes into .venv. Another Python: make demo PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
DEMO := runs/demo
FLOORS := .venv-floors

# Each dependency is used in one of these: equinox, optax and JAX by fits and saved models, diffrax by rollouts, scipy by
# bases, jaxtyping and beartype by all, filelock by folders, joblib and distributed by studies, matplotlib by figures,
# markdown-it-py by reports, rich and tyro by the command line, pyarrow by tables, tensorboardX, skyfield-data and
# jplephem by name, sympy and hypothesis by types, pint by units, scikit-learn by estimators. What is left out says why:
# some tests ask for jax.enable_x64, which JAX has from 0.8 on.
OF_FLOORS := tests/test_import.py tests/test_report.py tests/test_study.py tests/cli/test_run_folder.py \
  tests/cli/test_tensorboard.py tests/data/test_read.py tests/data/test_solar_system.py tests/dynamics/test_rollout.py \
  tests/estimators/test_invariant_features.py \
  tests/groups/test_group_text.py tests/nn/test_config.py tests/plot/test_samples.py \
  tests/reps/test_rep_text.py tests/train/test_save.py tests/units/test_unit_text.py

.PHONY: demo test check docs floors clean

demo: $(VENV)/.installed
	$(VENV)/bin/scalaremlp reproduce --quick --out $(DEMO)
	@echo "The report is $(DEMO)/report.html; its pictures are in $(DEMO)/figures."

test: $(VENV)/.installed-dev
	$(VENV)/bin/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.installed-dev
	.ci/run

docs: $(VENV)/.installed-dev
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict
	@echo "The documentation is site/index.html."

floors: $(FLOORS)/.installed
	JAX_COMPILATION_CACHE_DIR=$(FLOORS)/jax $(FLOORS)/bin/python -m pytest -rs $(OF_FLOORS)

$(FLOORS)/.installed: pyproject.toml .ci/floors
	$(PYTHON) -m venv --clear $(FLOORS)
	$(PYTHON) .ci/floors > $(FLOORS)/floors.txt
	$(FLOORS)/bin/python -m pip install --quiet --disable-pip-version-check -r $(FLOORS)/floors.txt
	$(FLOORS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older or missing. Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) $(FLOORS) dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
