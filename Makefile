# Everything a newcomer needs. `make` alone prints the list.
#
#   make demo                    the documented campaign, simulated and reported
#   make demo PYTHON=python3.13  with another interpreter (remove .venv first)
#
# Only Python 3.11 or newer, pip and make are needed; all else goes into $(VENV).

PYTHON     ?= python3
VENV       ?= .venv
REPLICATES ?= 200
PYTEST_ARGS ?=

STARTED := $(shell date +%s)
PY      := $(VENV)/bin/python
SOURCES := sahelsim tests benchmarks docs/conf.py docs/generate.py docs/markdown_parts.py docs/mechanism_pages.py

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-long coverage renew-regression lint bench docs clean
.DELETE_ON_ERROR:

comma := ,

# $(call took,words): prints the seconds since make began, installation included
took = echo "$(1) ($$(( $$(date +%s) - $(STARTED) )) s in all)"

help: ## print this list
	@echo "sahelsim: scenario simulation and wargaming, central Sahel"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  PYTHON=$(PYTHON)  VENV=$(VENV)  REPLICATES=$(REPLICATES)  PYTEST_ARGS=$(PYTEST_ARGS)"

demo: $(VENV)/.installed ## install, run the documented campaign against no-airlift, write the report
	@echo
	@echo "== documented-2023 against no-airlift, $(REPLICATES) replicates each; the first run compiles for a while"
	@$(PY) -m sahelsim run documented-2023 --replicates $(REPLICATES) --against no-airlift
	@report=$$(ls -t outputs/*/report.html 2>/dev/null | head -n 1); \
	if [ -z "$$report" ]; then echo "error: the run ended without a report.html under outputs/" >&2; exit 1; fi; \
	echo; $(call took,== done); \
	echo "== open this file in a browser (it needs no network):"; \
	echo "   $(CURDIR)/$$report"; \
	echo "== go on: . $(VENV)/bin/activate; sahelsim --help"

test: $(VENV)/.installed-test ## run the tests that CI runs
	@$(PY) -m sahelsim warm
	@$(PY) -m pytest -m "not long" -n 2 --dist loadfile $(PYTEST_ARGS)
	@$(call took,== tests passed)

test-long: $(VENV)/.installed-long ## run the statistical, load, kill and Solara tests too slow for CI
	@$(PY) -m pytest -m long $(PYTEST_ARGS); code=$$?; \
	if [ $$code -eq 5 ]; then echo "== no test is marked long"; elif [ $$code -ne 0 ]; then exit $$code; fi
	@$(call took,== long tests passed)

coverage: $(VENV)/.installed-dev ## run the tests that CI runs and list the lines that none reaches
	@$(PY) -m sahelsim warm
	@$(PY) -m pytest -m "not long" -n 2 --dist loadfile --cov --cov-report=term-missing $(PYTEST_ARGS)
	@$(call took,== covered)

renew-regression: $(VENV)/.installed-test ## keep today's results as the ones a change may not move
	@$(PY) -m tests.regression.renew

lint: $(VENV)/.installed-dev ## ruff check, ruff format --check, mypy
	@status=0; \
	$(PY) -m ruff check $(SOURCES) || status=1; \
	$(PY) -m ruff format --check $(SOURCES) || status=1; \
	$(PY) -m mypy || status=1; \
	exit $$status
	@$(call took,== lint passed)

bench: $(VENV)/.installed-test ## run the speed measurements of benchmarks/, about ten minutes
	@for file in benchmarks/bench_*.py; do \
	  echo "== $$file"; $(PY) -m benchmarks.$$(basename "$$file" .py) || exit 1; \
	done
	@$(call took,== measured; open outputs/bench/benchmarks.html)

docs: $(VENV)/.installed-docs ## build the documentation as HTML, warnings are errors
	@$(PY) -m sphinx -W --keep-going -b html docs docs/_build/html
	@$(call took,== open docs/_build/html/index.html)

clean: ## remove the environment, caches and builds; outputs/ stays
	rm -rf $(VENV) build dist docs/_build .pytest_cache .hypothesis .mypy_cache .ruff_cache .coverage* *.egg-info
	find sahelsim tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ------------------------------------------------------------------------
# Debian ships Python without ensurepip (package python3-venv). Where it is missing the environment
# is made without pip, and the pip outside it installs into it (`pip --python`, pip 22.3 or newer).

$(PY):
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "error: no $(PYTHON) on the PATH." >&2; \
	  echo "  Debian, Ubuntu: sudo apt install python3 python3-pip" >&2; \
	  echo "  or name one:    make demo PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: sahelsim needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1)." >&2; \
	  echo "  name a newer one: make demo PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv' 2>/dev/null || { \
	  echo "error: $(PYTHON) has no venv module. Debian, Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  echo "== making $(VENV) with $$($(PYTHON) -V)"; \
	  $(PYTHON) -m venv --clear $(VENV); \
	elif $(PYTHON) -c 'import sys; from importlib.metadata import version as v; sys.exit(tuple(map(int, v("pip").split(".")[:2])) < (22, 3))' 2>/dev/null; then \
	  echo "== making $(VENV) with $$($(PYTHON) -V), using the pip outside it"; \
	  $(PYTHON) -m venv --clear --without-pip $(VENV); \
	else \
	  echo "error: $(PYTHON) has neither ensurepip nor pip 22.3 or newer, so nothing can be installed." >&2; \
	  echo "  Debian, Ubuntu: sudo apt install python3-venv     (or: python3-pip)" >&2; exit 1; \
	fi

# $(call install,what): pip of the environment where there is one, else the one outside
define install
	@echo "== installing sahelsim$(1) into $(VENV)"
	@if $(PY) -c 'import pip' 2>/dev/null; then pip="$(PY) -m pip"; \
	else pip="$(PYTHON) -m pip --python $(PY)"; fi; \
	$$pip install -e '.$(1)' || { \
	  echo "error: the installation failed; pip's words stand above." >&2; \
	  echo "  Without a network, see docs/how-to/run-offline.md" >&2; exit 1; }
	@touch $@
	@$(call took,== installed)
endef

# the extra with which a class plays is small, and nobody should find it missing in front of one
$(VENV)/.installed: pyproject.toml | $(PY)
	$(call install,[web])

$(VENV)/.installed-test: pyproject.toml | $(PY)
	$(call install,[test])
	@touch $(VENV)/.installed

$(VENV)/.installed-long: pyproject.toml | $(PY)
	$(call install,[test$(comma)viz])
	@touch $(VENV)/.installed $(VENV)/.installed-test

$(VENV)/.installed-dev: pyproject.toml | $(PY)
	$(call install,[dev])
	@touch $(VENV)/.installed $(VENV)/.installed-test

$(VENV)/.installed-docs: pyproject.toml | $(PY)
	$(call install,[docs])
	@touch $(VENV)/.installed
