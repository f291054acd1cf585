# Everything runs in .venv, which the first target that needs it makes. Beside this file only Python 3.11 or newer, git and
# a package registry that pip can reach are needed. How pip reaches it is the business of pip's own configuration.

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# One file or folder, with spaces in its name or not, or several words.
export INPUT ?=
ARGS ?=
DEMO := demo
# Each process of the tests has a database server of its own, and takes up to a gigabyte.
PROCESSES ?= 4

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test lint types layers docs baseline bench bench-full faults format constraints clean distclean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.installed-demo  ## make .venv with patron in it
	@echo "patron is installed: $(VENV)/bin/patron --help"

demo: $(VENV)/.installed-demo  ## the example shop and dealership, or your own file: make demo INPUT=orders.csv ARGS="--customer …"
ifeq ($(strip $(INPUT)),)
	@$(BIN)/patron demo --dir $(DEMO)
else
	@if [ -e "$$INPUT" ]; then $(BIN)/patron score "$$INPUT" $(ARGS); else $(BIN)/patron score $(INPUT) $(ARGS); fi
endif

test: $(VENV)/.installed-test lint types layers  ## everything that must hold before a change is taken in
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=$(PROCESSES) --dist=loadfile

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-test
	$(BIN)/mypy

layers: $(VENV)/.installed-test
	$(BIN)/lint-imports

faults: $(VENV)/.installed-test  ## all tests of faults: more kills, more writers, more rows
	PATRON_FAULTS=full $(BIN)/python -m pytest tests/faults

format: $(VENV)/.installed-test  ## put the sources into the house format
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

docs: $(VENV)/.installed-test  ## write the generated pages and the picture of the example shop anew
	$(BIN)/python tools/requirements_page.py
	$(BIN)/python tools/data_model_page.py
	$(BIN)/python tools/roles_page.py
	$(BIN)/patron demo --dir $(DEMO) > /dev/null
	$(BIN)/patron report show deciles --scores $(DEMO)/scores.parquet -o docs/images/report.svg

baseline: $(VENV)/.installed-test  ## write the first migration anew from the tables in the code, until a version is released
	$(BIN)/python tools/baseline_migration.py

bench: $(VENV)/.installed-bench  ## measure ours beside the peers, in about ten minutes, and write docs/benchmarks.md
	$(call measure,quick)

bench-full: $(VENV)/.installed-bench  ## the same up to 100 million lines
	$(call measure,full)

# One peer that fails must not keep the others from the page; make still ends with the failure.
define measure
mkdir -p .benchmarks
PATRON_BENCH=$(1) $(BIN)/python -m pytest benchmarks --benchmark-enable --benchmark-only \
    --benchmark-columns=median,min,max,rounds --benchmark-json=.benchmarks/$(1).json; code=$$?; \
    $(BIN)/python tools/benchmarks_page.py .benchmarks/$(1).json && exit $$code
endef

constraints: $(VENV)/.installed-bench  ## pin the versions that are installed now
	{ head -n 1 constraints.txt; $(BIN)/python -m pip freeze --all --exclude-editable | grep -v '^setuptools==' | LC_ALL=C sort -f; } > constraints.new
	mv constraints.new constraints.txt

clean:  ## remove what was built or cached, but not .venv
	rm -rf build dist $(DEMO) .benchmarks .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)

# A stamp is written when an installation ended well, and is stale when what has to be installed has changed.
$(VENV)/.installed-%: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --build-constraint constraints.txt --editable . --group $*
	@touch $@

# Groups need pip 25.1, which is newer than what comes with Python 3.11.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	    echo "Patron needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2> /dev/null || echo not there)." >&2; \
	    echo "Name another one: make $(or $(firstword $(MAKECMDGOALS)),setup) PYTHON=/path/to/python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade --constraint constraints.txt pip
	@touch $@
