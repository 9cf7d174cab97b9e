# make demo   fits the three regression tasks in a few minutes and writes a report with pictures
# make test   runs the tests
# make check  runs everything the continuous integration runs
# make docs   builds the documentation into site/
#
# All need Python 3.11 or newer and make; everything else goes into .venv. Another Python: make demo PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
DEMO := runs/demo

.PHONY: demo test check docs clean

demo: $(VENV)/.installed
	$(VENV)/bin/scalaremlp reproduce --quick --out $(DEMO)
	@echo "The report is $(DEMO)/report.html; its pictures are in $(DEMO)/figures."

test: $(VENV)/.installed-dev
	$(VENV)/bin/python -m pytest -n 2

check: $(VENV)/.installed-dev
	.ci/run

docs: $(VENV)/.installed-dev
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict
	@echo "The documentation is site/index.html."

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
	rm -rf $(VENV) dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
