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

test: $(VENV)/dev.done node_modules/.dev   ## run every check and every test
	$(APT) mosquitto:mosquitto mosquitto_pub:mosquitto-clients chromium:chromium systemd-analyze:systemd
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --cov --cov-report=term $(TESTS)

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

controller/web/static/vendor/.done: package-lock.json bin/assets $(VENV)/run.done
	@$(BIN)/python bin/assets

node_modules/.dev: package-lock.json bin/assets $(VENV)/run.done
	@$(BIN)/python bin/assets --dev
	@touch $@

clean:           ## remove what was installed and what the demo left
	rm -rf $(VENV) var node_modules controller/web/static/vendor dist

.PHONY: help demo test assets lock clean
