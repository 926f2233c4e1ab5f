# Needs python3 (3.11 or later), make, and the package index. Whatever else is missing is said, with status 2.
PYTHON ?= python3

.PHONY: help demo test test-all clean

help:
	@echo "make demo      the example site with a stand-in for Stripe, no account needed"
	@echo "make test      oldest and newest Python and Django on both databases, lint, types, docs, packaging, browser"
	@echo "make test-all  the rest of the matrix"
	@echo "make clean     remove what the others have made"

demo:
	@exec $(PYTHON) scripts/demo.py

test:
	@exec $(PYTHON) scripts/run_tests.py chosen

test-all:
	@exec $(PYTHON) scripts/run_tests.py rest

clean:
	rm -rf .demo .tools .tox build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis
