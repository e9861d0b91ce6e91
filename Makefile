# Two commands do all the set-up: `make recipe-translate` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# Settings of a recipe, as in: make recipe-translate ARGS="--data.path my/corpus --data.src de --data.tgt en"
ARGS ?=

# Where torch comes from besides the package index. On Linux the index has builds for CUDA, some gigabytes of them;
# PyTorch's own index of CPU wheels: TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
ABOUT := installing into .venv: some 500 MB to download and 2 GB on disk (on Linux 3 GB more without TORCH_INDEX)
INSTALL := $(BIN)/pip install --constraint constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

# Processes of make test.
JOBS ?= 2
# Of make fuzz: how many cases, and which.
CASES ?= 10000
SEED ?= 1

.PHONY: help test test-matrix mutants fuzz kill demo docs course lint dist clean clean-runs
help:
	@echo "make recipe-NAME   run recipes/NAME.yaml (translate, classify, ...); settings go into ARGS"
	@echo "make demo          the embedded recipes' models on a page of this machine; trains what is missing"
	@echo "make test          the whole test suite"
	@echo "make fuzz          10,000 hostile cases and a table by kind; CASES=300 SEED=2 are others"
	@echo "make test-matrix   the suite under every setting, Python and bound of a version; hours; rows go into ARGS"
	@echo "make mutants       the share of planted faults that the tests see; an hour"
	@echo "make kill          SIGKILL at 500 moments of runs of all tasks: what is lost? half an hour"
	@echo "make docs          the site: guides, course and reference, in site/; the course is executed where its text changed"
	@echo "make course        all ten chapters, one after the other, with their times; some twenty minutes"
	@echo "make lint          ruff, mypy and the order of the floors"
	@echo "make dist          both wheels and the source archive, checked and tried in new environments"
	@echo "make clean         remove the environment and what was built; runs stay"
	@echo "make clean-runs    remove the runs, with all models in them"

recipe-%: $(BIN)/installed
	$(BIN)/nlpseq run recipes/$*.yaml $(ARGS)

test: $(BIN)/installed-dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-matrix: $(BIN)/installed-dev
	$(BIN)/pip install --quiet uv
	$(BIN)/python benchmarks/test_matrix.py $(ARGS)

mutants: $(BIN)/installed-dev
	$(BIN)/python benchmarks/mutants.py $(ARGS)

demo: $(BIN)/installed-serve
	$(BIN)/nlpseq demo $(ARGS)

fuzz: $(BIN)/installed-dev
	$(BIN)/python -m tests.fuzz --cases $(CASES) --seed $(SEED) $(ARGS)

kill: $(BIN)/installed-dev
	$(BIN)/python benchmarks/kill_campaign.py $(ARGS)

docs: $(BIN)/installed-dev
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet docs site
	$(BIN)/python docs/check.py site

course: $(BIN)/installed-dev
	$(BIN)/python docs/course/run.py $(ARGS)

lint: $(BIN)/installed-dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy nlpseq && $(BIN)/lint-imports

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(BIN)/installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "$(ABOUT)"
	$(INSTALL) --editable .
	@touch $@

$(BIN)/installed-serve: pyproject.toml constraints.txt | $(BIN)/python
	@echo "$(ABOUT)"
	$(INSTALL) --editable ".[serve]"
	@touch $@ $(BIN)/installed

$(BIN)/installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "$(ABOUT)"
	$(INSTALL) --editable ".[dev]"
	@touch $@ $(BIN)/installed $(BIN)/installed-serve

# Two wheels of the same sources: nlpseq, and nlpseq-runtime with what runs an export alone. Each is tried by itself.
dist: $(BIN)/python
	$(BIN)/pip install --quiet build twine
	rm -rf dist && $(BIN)/python -m build --outdir dist && $(BIN)/python -m build --wheel --outdir dist runtime
	$(BIN)/twine check --strict dist/*
	$(PYTHON) -m venv dist/tried && $(PYTHON) -m venv dist/runtime
	dist/tried/bin/pip install --constraint constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) \
		"$$(echo dist/nlpseq-*.whl)[export]"
	dist/runtime/bin/pip install --constraint constraints.txt dist/nlpseq_runtime-*.whl
	mkdir dist/empty && cd dist/empty && ../tried/bin/nlpseq recipes && ../tried/bin/nlpseq run classify $(ARGS) && \
		../tried/bin/nlpseq export runs/classify -o export && echo 'Not bad.' | ../runtime/bin/nlpseq classify export
	rm -rf dist/tried dist/runtime dist/empty

clean:
	rm -rf .venv site jupyter_execute build dist

clean-runs:
	rm -rf runs
