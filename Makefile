# `make help` lists every target. Recipes need only make and Python 3.11 or newer.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUN    := $(BIN)/python -m

WORKED := $(sort $(filter-out notebooks/exercises/%,$(wildcard notebooks/week*/*.ipynb notebooks/applications/*.ipynb)))
NBVAL  := --nbval-lax --nbval-current-env --nbval-cell-timeout=600 -p no:cacheprovider
# The project is the root, or links out of the map's folder lead nowhere.
LAB    := --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/index.ipynb
# In a container everybody is root, whom JupyterLab refuses unless told otherwise.
ifeq ($(shell id -u),0)
LAB    += --allow-root --ServerApp.ip=127.0.0.1
AS     := @echo "You are root, so JupyterLab gets --allow-root; it answers this machine alone (127.0.0.1), and asks for the token."
endif
# Without a screen, Linux would start a browser in the terminal.
ifeq ($(shell uname)$(DISPLAY)$(WAYLAND_DISPLAY)$(WSL_DISTRO_NAME)$(BROWSER),Linux)
LAB    += --no-browser
endif
# Two processes, since one training keeps little more than one core busy. A notebook's cells stay in
# one, a file's tests, too, unless tests/conftest.py says otherwise.
TWO    := -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help lab dev test test-all lint unit notebooks slow run exercises badges table bench hand-ins lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

lab: $(VENV)/lab  ## set up, then open JupyterLab on the map of the notebooks
	$(AS)
	$(BIN)/jupyter lab $(LAB)

dev: $(VENV)/dev  ## set up for tests and grading, without running anything

test: lint unit notebooks  ## set up, then lint, unit tests and every worked notebook

test-all: test slow  ## the same and what takes longer: learner's copies, jax, browser, Colab, nbgrader

lint: $(VENV)/dev  ## check style, code and notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

unit: $(VENV)/dev  ## run the unit tests
	$(RUN) pytest tests --ignore=tests/slow $(TWO)

notebooks: $(VENV)/dev  ## execute every worked notebook and compare its marked cells
	$(RUN) pytest $(NBVAL) $(TWO) notebooks/index.ipynb $(WORKED)

slow: $(VENV)/dev  ## run the tests that take longer
	$(RUN) pytest tests/slow -rs $(TWO)

run: $(VENV)/dev  ## execute NOTEBOOK=path in place, and make its learner's copy
	$(BIN)/jupyter nbconvert --log-level=ERROR --to notebook --execute --inplace \
		--ExecutePreprocessor.record_timing=False $(NOTEBOOK)
	$(MAKE) exercises table

exercises: $(VENV)/dev  ## make the learner's copies from the worked notebooks
	$(RUN) utils.course.exercises

badges: $(VENV)/dev  ## write the repository's address into badges and setup cells
	$(RUN) utils.course.badges

table: $(VENV)/dev  ## make the README's table from the notebooks' headline lines
	$(RUN) utils.course.headline

hand-ins: $(VENV)/dev  ## for instructors: look at what learners handed in, before it is graded
	$(RUN) utils.course.hand_ins

bench: $(VENV)/dev  ## time every notebook, or NOTEBOOK=path; also the kernels of utils and attention
	$(RUN) tests.bench.notebooks $(NOTEBOOK)
ifndef NOTEBOOK
	OPENBLAS_NUM_THREADS=1 $(RUN) tests.bench.kernels
	$(RUN) tests.bench.attention
endif

lock: $(VENV)/dev  ## resolve the dependencies anew and write both hashed locks
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
		--custom-compile-command "make lock" pyproject.toml --extra lab -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
		--custom-compile-command "make lock" pyproject.toml --all-extras \
		-c requirements.lock -o requirements-dev.lock

clean:  ## delete the environment and all caches
	rm -rf $(VENV) build .pytest_cache .ruff_cache .hypothesis

# A file in the environment records which lock is installed.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 lab" if not (3, 11) <= sys.version_info < (3, 14) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/lab: requirements.lock | $(VENV)/bin/python
	@echo "Installing into $(VENV); the first time this downloads about 1 GB ..."
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing into $(VENV); the first time this downloads about 1 GB ..."
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/lab
