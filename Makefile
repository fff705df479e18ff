# Everything sets itself up from a bare clone: a virtual environment in .venv, then what was tested.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench results clean
.DELETE_ON_ERROR:

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "danetka needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: $(READY)  ## fine-tune on the bundled data and show the study's table
	$(BIN)/danetka experiment configs/demo.yaml

test: $(READY)  ## all tests, offline
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(READY)  ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(READY)  ## benchmarks, side by side with the other way of doing it
	$(BIN)/python benchmarks/padding.py
	$(BIN)/python benchmarks/intervals.py
	$(BIN)/python benchmarks/false_positives.py
	$(BIN)/python benchmarks/rules_speed.py
	$(BIN)/python benchmarks/rules_quality.py
	$(BIN)/python benchmarks/throughput.py ../shared/data/danetqa
	$(BIN)/python benchmarks/serving.py
	$(BIN)/python benchmarks/books.py ../shared/corpus

RESULTS := danetqa-mini
results: $(READY)  ## write the reports of docs/results anew, and their tables into both READMEs
	set -e; for name in $(RESULTS); do \
	  file=docs/results/$$name; \
	  $(BIN)/danetka report $$file.json --markdown $$file.md --csv $$file.csv --latex $$file.tex; \
	  $(BIN)/danetka report $$file.json --lang ru; \
	  $(BIN)/danetka table $$file.json --into README.md; \
	  $(BIN)/danetka table $$file.json --lang ru --into README.ru.md; \
	done

clean:  ## the environment, caches and runs
	rm -rf $(VENV) runs dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
