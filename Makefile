# Loa Làng: the two commands that a newcomer needs are `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
APT = @sh bin/need-debian
.DEFAULT_GOAL := help

help:            ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 18

demo: $(VENV)/run.done assets   ## run the whole system with a sample commune and four simulated units
	@$(BIN)/loalang demo $(DEMO)

test: $(VENV)/dev.done $(VENV)/piper.done node_modules/.dev   ## run every check and every test
	$(APT) mosquitto:mosquitto mosquitto_pub:mosquitto-clients chromium:chromium systemd-analyze:systemd faketime:faketime
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --no-loadscope-reorder --cov --cov-report=term $(TESTS)

soak: $(VENV)/dev.done    ## run the long tests of faults on real processes (about 5 minutes)
	$(APT) mosquitto:mosquitto faketime:faketime
	$(BIN)/python -m pytest -m soak tests/faults

seeds: $(VENV)/dev.done   ## simulate a week of a commune for each of SEEDS=2000 seeds
	$(BIN)/python -m tests.simulation --seed 1 --seeds $(or $(SEEDS),2000) --days 7 --units 30 --processes 2

mutants: $(VENV)/probe.done ## change the order check, arbitration and the relay's guard; say what no test noticed
	nice $(VENV)/probe/bin/python bin/mutants $(MUTANTS)

fuzz: $(VENV)/probe.done ## feed every parser what nobody sends, for SECONDS=600
	PYTHONPATH=$(CURDIR) nice $(VENV)/probe/bin/python -m tests.fuzz.fuzz --seconds $(or $(SECONDS),600) $(FUZZ)

assets: controller/web/static/vendor/.done  ## fetch the locked browser assets

lock:            ## refresh the dependency locks
	@sh bin/lock

$(VENV)/made:
	@sh bin/need-python $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.done: $(VENV)/made requirements/run.lock pyproject.toml
	@echo "Installing what the demo needs (about a minute)..."
	@$(BIN)/python -m pip install --progress-bar on --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install --no-deps --no-build-isolation -q -e .
	@touch $@

$(VENV)/dev.done: $(VENV)/run.done requirements/dev.lock
	$(APT) cc:gcc /usr/include/stdio.h:libc6-dev /usr/include/alsa/asoundlib.h:libasound2-dev \
		"$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h:python3-dev"
	@$(BIN)/python -m pip install --progress-bar on --require-hashes -r requirements/dev.lock
	@touch $@

# An environment over the other one: mutmut wants a newer click than gTTS.
$(VENV)/probe.done: $(VENV)/dev.done requirements/probe.lock
	$(BIN)/python -m venv --clear $(VENV)/probe
	@$(VENV)/probe/bin/python -m pip install --progress-bar on --no-deps --require-hashes -r requirements/probe.lock
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> "$$($(VENV)/probe/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/main.pth"
	@touch $@

# Piper is under GPL-3 and a program of its own, so it has an environment of its own; with a voice to try it.
$(VENV)/piper.done: $(VENV)/made requirements/piper.lock requirements/piper-test.lock
	$(BIN)/python -m venv --clear $(VENV)/piper
	@$(VENV)/piper/bin/python -m pip install --progress-bar on --require-hashes \
		-r requirements/piper.lock -r requirements/piper-test.lock
	@touch $@

controller/web/static/vendor/.done: package-lock.json bin/assets $(VENV)/run.done
	@$(BIN)/python bin/assets

node_modules/.dev: package-lock.json bin/assets $(VENV)/run.done
	@$(BIN)/python bin/assets --dev
	@touch $@

clean:           ## remove what was installed and what the demo left
	rm -rf $(VENV) mutants var node_modules controller/web/static/vendor dist

.PHONY: help demo test soak seeds mutants fuzz assets lock clean
