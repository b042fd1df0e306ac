# Two commands do everything on a fresh machine: make demo, make test.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501
PYTEST ?=
BIN := .venv/bin
# Processes, each with its own workspace and one thread for its products: together faster than one with all cores.
TOGETHER := -n auto --maxprocesses 4 --dist loadfile

.PHONY: demo test browser slow lint clean

demo: .venv/app  ## install, start the app, print its address
	$(BIN)/python -m bigmodel_apps serve --host $(HOST) --port $(PORT)

test: .venv/dev  ## install, run the tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(TOGETHER) $(PYTEST)

browser: .venv/dev  ## the tests that drive a real browser (needs Chromium)
	$(BIN)/python -m pytest -m e2e

slow: .venv/dev  ## the slower checks
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(TOGETHER) -m slow

lint: .venv/dev  ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Debian's Python comes without venv; root may add it, others are told what to install.
.venv/bin/python:
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || (apt-get update -qq && apt-get install -y -qq python3-venv) \
		|| (echo "Python's venv module is missing: sudo apt-get install python3-venv" && exit 1)
	$(PYTHON) -m venv .venv

.venv/app: requirements.txt constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-dev.txt constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/app

clean:
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
