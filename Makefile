# Needs Python 3.11 or newer and nothing else; every target sets up .venv by itself.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
DEMO ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CATALOGUE := casebook/locale
ROOMS := casebook audit survey_forms care exports tui

.PHONY: install demo test lint bench messages kit

install: $(VENV)/.development

demo: $(VENV)/.runtime
	@$(BIN)/ruhu demo $(DEMO)

test: $(VENV)/.development
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.development
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

# Folders for machines without a network, in dist/kit; takes the wheels from the package index.
kit: $(VENV)/.development
	$(BIN)/python -m kit.build

# Texts of the source into the catalogue; then fill the empty ones in ruhu.po and run it again. A catalogue without a
# header counts as fuzzy, and without --use-fuzzy nothing would be compiled.
messages: $(VENV)/.development
	$(BIN)/pybabel --quiet extract --no-location --sort-output --omit-header --no-wrap --keywords=N_ -o $(CATALOGUE)/ruhu.pot $(ROOMS)
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --omit-header --no-wrap --domain=ruhu --locale=en \
		-i $(CATALOGUE)/ruhu.pot -d $(CATALOGUE)
	$(BIN)/pybabel --quiet compile --use-fuzzy --domain=ruhu --locale=en -d $(CATALOGUE)
	rm $(CATALOGUE)/ruhu.pot

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "ruhu needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)

# The packages of constraints.txt, exactly; made anew when either file changes.
$(VENV)/.runtime: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) …" >&2
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.development: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) with the development tools …" >&2
	@$(PIP) install -c constraints.txt -e ".[dev]"
	@touch $@ $(VENV)/.runtime
