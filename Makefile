# Dramatis: `make run` and `make test` are each enough on a fresh machine; `make help` lists the rest.
# Only POSIX sh in here. What the set-up does is in packaging/prepare.py.

PYTHON ?= python3
VENV_PYTHON = .venv/bin/python
UV_OPTIONS = --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help run test lock screenshots bench clean

# One gate of `make test`: says its name, runs, and names itself again if it fails.
define gate
	@printf '\n== %s\n' "$(1)"; $(2) || { printf '\nmake test: stopped at the gate "%s".\n' "$(1)" >&2; exit 1; }
endef

help:
	@printf '%s\n' \
	  'make run [ARGS=...]   set up what is missing and open Dramatis (ARGS="--model FILE.gguf")' \
	  'make test             set up what is missing and run every check and test' \
	  'make lock             write the locked requirements anew (UPGRADE=--upgrade for newer versions)' \
	  'make screenshots      take the pictures in resources/screenshots' \
	  'make bench            measure what the design promises' \
	  'make clean            remove everything that was made in this folder'

run:
	@$(PYTHON) packaging/prepare.py run
	@$(VENV_PYTHON) -m ui $(ARGS)

test: export QT_QPA_PLATFORM = offscreen
test:
	@$(PYTHON) packaging/prepare.py test
	$(call gate,ruff check,$(VENV_PYTHON) -m ruff check .)
	$(call gate,ruff format,$(VENV_PYTHON) -m ruff format --check .)
	$(call gate,import contracts,.venv/bin/lint-imports --config pyproject.toml)
	$(call gate,pyright,$(VENV_PYTHON) -m pyright)
	@$(VENV_PYTHON) -m coverage erase
	$(call gate,tests,$(VENV_PYTHON) packaging/run_tests.py)
	@$(VENV_PYTHON) -m coverage combine --quiet
	$(call gate,coverage of app and personas,$(VENV_PYTHON) -m coverage report)

lock:
	@$(PYTHON) packaging/prepare.py test
	cd packaging/requirements && ../../.venv/bin/uv pip compile $(UV_OPTIONS) $(UPGRADE) --overrides overrides.txt --output-file run.txt run.in
	cd packaging/requirements && ../../.venv/bin/uv pip compile $(UV_OPTIONS) $(UPGRADE) --overrides overrides.txt --constraints run.txt --output-file test.txt test.in
	cd packaging/requirements && ../../.venv/bin/uv pip compile $(UV_OPTIONS) $(UPGRADE) --output-file build.txt build.in

screenshots: export QT_QPA_PLATFORM = offscreen
screenshots:
	@$(PYTHON) packaging/prepare.py test
	@$(VENV_PYTHON) packaging/screenshots.py resources/screenshots

bench: export QT_QPA_PLATFORM = offscreen
bench:
	@$(PYTHON) packaging/prepare.py test
	@mkdir -p .build/benchmarks
	@for file in tests/benchmarks/bench_*.py; do \
	  name=$$(basename $$file .py); printf '\n== %s\n' "$$name"; \
	  PYTHONPATH=. $(VENV_PYTHON) $$file > .build/benchmarks/$$name.json || exit 1; \
	  cat .build/benchmarks/$$name.json; \
	done

clean:
	rm -rf .venv .build .hypothesis .pytest_cache .ruff_cache .import_linter_cache
	find app personas ui tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +
