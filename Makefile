# `make help` lists every target. Recipes need only make and Python 3.11, 3.12 or 3.13.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUN    := $(BIN)/python -m
SETUP  := $(PYTHON) -m utils.course.installing $(VENV)

# The map names the worked notebooks; what else stands beside them is none of the project.
WORKED := $(shell sed -nE 's,.*\(((week[0-9]+|applications)/[a-z0-9_]+.ipynb)\).*,notebooks/\1,p' notebooks/index.ipynb)
CODE   := datasets grading tests utils notebooks/index.ipynb $(WORKED)
NBVAL  := --nbval-lax --nbval-current-env --nbval-cell-timeout=600 -p no:cacheprovider
# Two processes, since one training keeps little more than one core busy. A notebook's cells stay in
# one, a file's tests, too, unless tests/conftest.py says otherwise.
TWO    := -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help lab dev test test-all lint unit notebooks slow run exercises reset badges table site bench fuzz \
	hand-ins lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

lab: $(VENV)/lab  ## set up, then open JupyterLab on the map of the notebooks
	@$(RUN) utils.course.lab $(OPTIONS)

dev: $(VENV)/dev  ## set up for tests and grading, without running anything

test: lint unit notebooks  ## set up, then lint, unit tests and every worked notebook

test-all: test slow  ## the same and what takes longer: learner's copies, jax, browser, Colab, nbgrader

lint: $(VENV)/dev  ## check style, code and notebooks
	$(RUN) ruff check $(CODE)
	$(RUN) ruff format --check $(CODE)

unit: $(VENV)/dev  ## run the unit tests
	$(RUN) pytest tests --ignore=tests/slow $(TWO)

notebooks: $(VENV)/dev  ## execute every worked notebook and compare its marked cells
	$(RUN) pytest $(NBVAL) $(TWO) notebooks/index.ipynb $(WORKED)

slow: $(VENV)/dev  ## run the tests that take longer
	$(RUN) pytest tests/slow -rs $(TWO)

# Executed elsewhere and then moved, so that a full disk leaves the old one whole. What a learner
# saves in a copy meanwhile would be lost.
run: $(VENV)/dev  ## execute NOTEBOOK=path in place, and make its learner's copy
	@case "$(NOTEBOOK)" in ""|*exercises/*) echo "Say which worked notebook: make run" \
		"NOTEBOOK=notebooks/week1/2_dinosaurus_island.ipynb (run a learner's copy in JupyterLab)."; exit 1;; esac
	NO_SLIDERS=1 $(RUN) nbconvert --log-level=ERROR --to notebook --execute --output-dir=build \
		--output=executed --ExecutePreprocessor.record_timing=False "$(NOTEBOOK)"
	mv build/executed.ipynb "$(NOTEBOOK)"
	$(RUN) utils.course.opening "$(NOTEBOOK)"
	$(MAKE) exercises table

exercises: $(VENV)/lab  ## make the learner's copies from the worked notebooks; answers stay
	$(RUN) utils.course.exercises

reset: $(VENV)/lab  ## put back the original of NOTEBOOK=path, and keep yours beside it
	@$(RUN) utils.course.reset "$(NOTEBOOK)"

badges: $(VENV)/dev  ## write the repository's address into badges and setup cells
	$(RUN) utils.course.badges

table: $(VENV)/dev  ## make the README's table from the notebooks' headline lines
	$(RUN) utils.course.headline

site: $(VENV)/dev  ## make the pages to read without running, in build/site, from what the notebooks store
	@$(RUN) utils.course.site

hand-ins: $(VENV)/dev  ## for instructors: look at what learners handed in, before it is graded
	$(RUN) utils.course.hand_ins

bench: $(VENV)/dev  ## time every notebook, or NOTEBOOK=path; also the kernels of utils, attention and word vectors
	$(RUN) tests.bench.notebooks $(NOTEBOOK)
ifndef NOTEBOOK
	OPENBLAS_NUM_THREADS=1 $(RUN) tests.bench.kernels
	$(RUN) tests.bench.attention
	$(RUN) tests.bench.word_vectors
	$(RUN) tests.bench.memory
endif

fuzz: $(VENV)/dev  ## try 10,000 seeded inputs at every door, in ten minutes at most; SEED=2 for others
	$(RUN) tests.fuzz --seed $(or $(SEED),1)

lock: $(VENV)/dev  ## resolve the dependencies anew and write both hashed locks
	$(RUN) uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
		--custom-compile-command "make lock" pyproject.toml --extra lab -o requirements.lock
	$(RUN) uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
		--custom-compile-command "make lock" pyproject.toml --all-extras \
		-c requirements.lock -o requirements-dev.lock

# Not all of build: a maker edits notebooks there.
clean:  ## delete the environment and all caches
	rm -rf $(VENV) build/executed.ipynb build/site .pytest_cache .ruff_cache .hypothesis

.PHONY: $(VENV)/lab $(VENV)/dev python
$(VENV)/lab: python
	@$(SETUP) requirements.lock

$(VENV)/dev: python
	@$(SETUP) requirements-dev.lock requirements.lock

python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found. Python 3.11, 3.12 or 3.13 is needed; if it has another name: make PYTHON=NAME lab"; exit 1; }
