# Each target alone sets everything up on a machine with Python 3.11+, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.PHONY: verify test test-slow lint types bench calibration rivals oracles clean

verify: $(INSTALLED)
	$(BIN)/python -m symtheory verify modadd --p 97

# Several processes, each with one thread of arithmetic; a file of tests stays in one of them, so
# that what its tests share is made once. In the order of the files: it has the longest first.
WORKERS ?= 2
test: export OMP_NUM_THREADS = 1
test: $(INSTALLED)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

test-slow: $(INSTALLED)
	$(BIN)/python -m pytest -m slow

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The layers get their import names from setuptools, so types are checked on an installed copy.
types: $(INSTALLED)
	rm -rf build
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --target build/typecheck .
	rm -rf build/lib build/bdist.*
	MYPYPATH=build/typecheck $(BIN)/mypy -p symtheory

bench: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.bench_training
	$(BIN)/python tests/benchmarks/bench_groups.py
	$(BIN)/python tests/benchmarks/bench_theory.py
	$(BIN)/python tests/benchmarks/bench_analysis.py

# False-positive rates of one claim at one number of tokens: make calibration CLAIM=L2 SIZE=120.
# Both targets keep what their table already holds, so they can be stopped and taken up again.
CLAIM ?= L1
SIZE ?= 97
calibration: export OMP_NUM_THREADS = 1
calibration: $(INSTALLED)
	mkdir -p build
	$(BIN)/python -m tests.benchmarks.calibration --levels $(CLAIM) --sizes $(SIZE) \
	    --csv build/calibration_$(CLAIM)_$(SIZE).csv

# How often curves, noise and other groups are held: make rivals ONLY="--groups Z97 --roles x".
ONLY ?=
rivals: export OMP_NUM_THREADS = 1
rivals: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks.rivals --csv docs/rivals.csv $(ONLY)

# Regenerates tests/oracles/groups.json.gz with GAP, from a wheel of about 800 MB of its own.
GAP_VENV := build/gap
oracles: $(INSTALLED)
	$(PYTHON) -m venv $(GAP_VENV)
	$(GAP_VENV)/bin/python -m pip install --quiet passagemath-gap
	D=$$($(GAP_VENV)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/gap; \
	$(BIN)/python tests/oracles/groups_from_gap.py --gap "$$D/gap -l $$D"

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "symtheory needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
