# Every target sets up what it needs on a fresh Debian 12 with the Swift 6.3 toolchain and git.
# demo · test · fuzz · kills · bench · frames · model · contours · model-eval · lint

CINECOR = .build/release/cinecor
PACKAGES = libncurses-dev libdcmtk-dev libopenblas-dev libchafa-dev libglib2.0-dev libsqlite3-dev libdnnl2 libopenjp2-7-dev libcharls-dev libhdf5-dev libpng-dev zlib1g-dev \
  libarchive-dev libcpptoml-dev pkg-config

.PHONY: demo build test fuzz kills lint model contours model-eval demo-studies bench frames setup clean

demo: build
	$(CINECOR) demo

build: setup
	swift build -c release

test: setup
	swift build --build-tests
	swift test --skip-build --parallel
	Tests/Fuzz/run 10

# As long as one likes: make fuzz FUZZ_SECONDS=3600 FUZZ_TARGETS="dicom hdf5"
FUZZ_SECONDS = 60
fuzz: setup
	Tests/Fuzz/run $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# A training that is killed KILLS times, wherever it stands, against one that is not.
KILLS = 50
kills: setup
	swift build --build-tests
	CINECOR_KILLS=$(KILLS) swift test --skip-build --filter TrainTests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

# Trains the default model and the contour network from their seeds: within an hour and a half on two cores, with progress
# and estimate. Towers that were stopped on their way go on from there.
model: build
	$(CINECOR) train --out Assets/model --run .build/model-training --resume
	$(MAKE) contours

# The contour network alone, on synthetic hearts. Its intervals are measured on synthetic hearts, and on people where
# HEARTS names a folder of the Sunnybrook collection's pictures (images/, endo/, epi/).
contours: build
	steps=$$(mktemp -d) && trap 'rm -rf "$$steps"' EXIT && $(CINECOR) train --contours --out "$$steps/first" --steps 2000 \
	  && $(CINECOR) train --contours --from "$$steps/first" --seed 20262 --steps 3000 --out Assets/contours
	$(CINECOR) model calibrate --contours Assets/contours --count 100 $(if $(HEARTS),--hearts "$(HEARTS)")

# Measures the bundled model on 300 phantom studies whose seeds training never used.
model-eval: build
	$(CINECOR) model eval --count 300
	$(CINECOR) model eval --contours Assets/contours --count 300

# Makes the bundled demonstration studies anew.
demo-studies: build
	rm -rf Assets/demo/phantom-* && $(CINECOR) phantom --out Assets/demo --demo

# Holds the networks against PyTorch and ONNX Runtime, and the ways of drawing against other players, side by side in one
# run; these go into a folder of their own.
bench: build .bench/ready .bench/players
	.bench/bin/python Benchmarks/compare.py $(CINECOR)
	.bench/bin/python Benchmarks/drawing.py $(CINECOR)

# Gaps between the viewer's frames while it plays and while its reading processes are killed; and how long a key takes.
frames: build
	@studies=$$(mktemp -d) && trap 'rm -rf "$$studies"' EXIT && $(CINECOR) phantom --out "$$studies" --count 100 \
	  && python3 Benchmarks/keys.py $(CINECOR) "$$studies" && python3 Benchmarks/frames.py $(CINECOR) "$$studies"

# Other programs that play pictures in a terminal.
.bench/players: .bench/ready
	command -v chafa >/dev/null && command -v timg >/dev/null || { run=; [ "$$(id -u)" = 0 ] || run=sudo; \
	  $$run apt-get install -y -q --no-install-recommends chafa timg; }
	touch .bench/players

.bench/ready:
	command -v python3 >/dev/null && python3 -m venv --help >/dev/null 2>&1 || { run=; [ "$$(id -u)" = 0 ] || run=sudo; \
	  $$run apt-get install -y -q --no-install-recommends python3 python3-venv; }
	python3 -m venv .bench
	.bench/bin/pip install -q torch==2.13.0+cpu numpy pytorchvideo iopath fvcore parameterized pillow onnx onnxruntime onnxscript transformers pydicom
	.bench/bin/pip uninstall -q -y torchvision
	touch .bench/ready

# Installs the C libraries once. A stale .build remembers that they were missing, so it goes with the installation.
setup:
	@missing=; for p in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  echo "installing:$$missing"; \
	  run=; [ "$$(id -u)" = 0 ] || run=sudo; \
	  $$run apt-get update -q && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -q --no-install-recommends \
	    -o Dpkg::Use-Pty=0 $$missing </dev/null \
	    && rm -rf .build; fi

clean:
	rm -rf .build
