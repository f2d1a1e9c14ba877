# Two commands matter: `make board` (the main job) and `make test` (all tests).

VENV   ?= .venv
OUT    ?= out
# Options of `make bench`, such as --sections steps --sizes 16 500; see python -m tests.bench --help.
BENCH  ?=
# Options of `make boards-random`; see tests/random_boards.py --help.
BOARDS ?= --graphs 30 --seed 1000 --ready all --lattice --page
# The first Python of a supported version; a plain `python3` comes last so that its version check speaks.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(if $(shell $(p) -c 'print(1)' 2>/dev/null),$(p))) python3)
PIP     = $(VENV)/bin/python -m pip --disable-pip-version-check --quiet

.PHONY: board test lint budget goldens mutants robustness bench boards-random clean

board: $(VENV)/installed  ## build dillavou16, verify it, print the verdict and what was written
	$(VENV)/bin/twinboard build dillavou16 -o $(OUT)/dillavou16
	$(VENV)/bin/twinboard verify $(OUT)/dillavou16/dillavou16.net --design dillavou16 -o $(OUT)/dillavou16

test: $(VENV)/installed-dev  ## all tests
	$(VENV)/bin/python -m pytest -n auto --dist loadgroup

lint: $(VENV)/installed-lint  ## style, types, import contracts
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/pyright --pythonpath $(VENV)/bin/python
	$(VENV)/bin/lint-imports

budget: $(VENV)/installed-dev  ## predicted against measured yield, into docs/error-budget.md: some minutes
	$(VENV)/bin/python tests/error_budget.py

goldens: $(VENV)/installed-dev  ## regenerate the ready designs' netlists and reports, and the pages made by commands
	$(VENV)/bin/python tests/goldens.py

robustness: $(VENV)/installed-dev  ## fault campaigns, yields and damage curves of the ready designs, into docs/robustness.md
	$(VENV)/bin/python tests/robustness.py

mutants: $(VENV)/installed-dev  ## mutate netgen's source, all of it; rewrites docs/generator-mutants.md
	OPENBLAS_NUM_THREADS=1 $(VENV)/bin/python tests/mutation/mutant_campaign.py --page

boards-random: $(VENV)/installed-dev  ## boards of 30 random graphs, a lattice and the ready designs, judged, into docs/board.md
	OPENBLAS_NUM_THREADS=1 $(VENV)/bin/python tests/random_boards.py $(BOARDS)

bench: $(VENV)/installed-dev  ## time learning steps against other methods, into docs/performance.md: some minutes
	$(VENV)/bin/python -m tests.bench --write $(BENCH)

clean:
	rm -rf $(VENV) $(OUT)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else \
	  "twinboard runs on Python 3.11, 3.12 and 3.13; %s is %d.%d. Name another one: make PYTHON=python3.11 ..." \
	  % ((sys.executable,) + sys.version_info[:2]))'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 3; }

$(VENV)/installed: $(VENV)/bin/python pyproject.toml
	$(PIP) install --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) install --editable '.[dev]'
	@touch $@

$(VENV)/installed-lint: $(VENV)/installed-dev
	$(PIP) install --editable '.[lint]'
	@touch $@
