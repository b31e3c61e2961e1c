# concierge - one static binary that makes phone calls for people.
#
#   make            the program, ./concierge
#   make demo       one simulated phone call, line by line
#   make test       all tests that need only a C compiler and OpenSSL; or check
#   make asan       the same under the address and undefined sanitizers
#   make tiny       all calls with buffers of 16 bytes, then every ceiling at 2
#   make torture    a call, again for each malloc and kernel call that can fail
#   make valgrind   one simulated phone call under valgrind
#   make fuzz       every fuzz target for FUZZ_SECONDS (60); needs clang
#   make lint       everything with every warning an error; gcc and clang
#   make static     build/static/concierge, which needs no shared library
#   make conform    outside judges: ajv, curl, nginx, openssl, Chromium, wrk ...
#   make bench      speed and size against what they should be; BENCH=long: all
#   make kill       KILLS (200) kill -9 amid twenty calls at once; needs curl
#   make cover      which lines the tests reach; needs gcov
#   make install    to $(DESTDIR)$(PREFIX), default /usr/local; uninstall undoes;
#                   the program, its manual page, completion for three shells
#   make dist       build/concierge.tar.gz, what git has committed
#   make clean      removes ./concierge and build/
#   make help       this list
#
# GNU make and BSD make read it alike.  Which files there are is not said here:
# src/rules.sh looks, and writes their rules.  CC, CFLAGS, CPPFLAGS, LDFLAGS and
# LDLIBS are honoured; after changing them say `make clean` first, for objects
# do not remember their flags.  V=1 shows the commands.

DBG ?= -O2
CC ?= cc
CFLAGS ?= $(DBG)
PREFIX ?= /usr/local
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wswitch -Wformat=2
OUR_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -Isrc $(WARN)
ALL_CFLAGS = $(OUR_CFLAGS) $(CPPFLAGS) $(CFLAGS)

# The layers, lowest first: a folder includes only those above it in this list.
LAYERS = base codec net twilio model agent call sim web app
CHECKS = layers pure symbols style

# One folder a flavour, so that no object is shared between them.
B ?= build
GEN = $(B)/gen
LIB = $(B)/libconcierge.a
MAIN = $(B)/src/app/main.o
MADE = $(B)/concierge
LIBS = $(LIB) -lssl -lcrypto -lpthread $(LDLIBS)
COMPILE = $(CC) $(ALL_CFLAGS) $(DEPEND) -I. -I$(GEN) -c -o $@
LINK = $(CC) $(CFLAGS) $(PACK) $(LDFLAGS) -o $@
RUN = CC='$(CC)' MAKE='$(MAKE)' B='$(B)' CONCIERGE="$$PWD/$(B)/concierge" \
	sh tests/run.sh

# V=1 shows the commands; a make inside make says nothing of itself, nor does
# one with -s (to BSD make the functions are names of nothing).
SHOWN_ = @
QUIET_ = -s
TOLD_ = echo
TOLD_s = :
Q = $(SHOWN_$(V))
SAY = $(TOLD_$(findstring s,$(firstword -$(MAKEFLAGS))))
SUB = $(MAKE) $(QUIET_$(V)) SAY=:

# Under GNU make, three jobs a processor, since whole calls mostly listen; BSD
# make has no such level and waits for -j.
LEVEL_0 != echo "-rj$$((3 * $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)))"
MAKEFLAGS += $(LEVEL_$(MAKELEVEL))

all: concierge

RULES != CC='$(CC)' B='$(B)' LAYERS='$(LAYERS)' CHECKS='$(CHECKS)' \
	sh src/rules.sh
include $(RULES)

concierge: $(MADE)
	$(Q)cp $(MADE) $@
$(MADE): $(MAIN) $(LIB)
	$(Q)$(LINK) $(MAIN) $(LIBS)
$(LIB): $(OBJS) $(B)/rules.mk Makefile
	$(Q)rm -f $@ && ar rcs $@ $(OBJS)
$(B)/embed: src/base/embed.c
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ src/base/embed.c
compile: $(MADE) $(TEST_BINS) $(FUZZ_BINS)

# From a clean tree nobody waits for the optimizer: the next make does that.
demo:
	+@set --; [ -f build/concierge ] || [ '$(CFLAGS)' != '$(DBG)' ] || \
	set -- B=build/quick CFLAGS=-O0; $(SUB) "$$@" concierge
	./concierge simulate booking --verbose --out build/demo

# Every run leaves its TAP in $(B)/results; the last line sums them up.
test check:
	+@$(SUB) tested
tested: $(MADE) $(RESULTS)
	@sh tests/run.sh --sum $(RESULTS)

# The checks read source and plain objects: not again for other flavours.
SAN = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
asan:
	+@$(SUB) B=build/asan CHECKS= CFLAGS='$(SAN) -fno-omit-frame-pointer' tested
# TINY_SCENES are played; what counts allocations or reads is not for tiny.
TINY_SCENES =
TINY_TAPS = build/tiny/results/app/torture.tap build/tiny/results/base/buf.tap \
	build/tiny/results/base/heap.tap build/tiny/results/call/journal.tap \
	build/tiny/results/call/forget.tap build/tiny/results/call/webhook.tap \
	build/tiny/results/call/spool.tap build/tiny/results/codec/http.tap \
	build/tiny/results/codec/ws.tap \
	build/tiny/results/net/httpd_upgrade.tap \
	build/tiny/results/net/resolve.tap build/tiny/results/net/tlsio.tap \
	build/tiny/results/net/wsconn_dial.tap build/tiny/results/tiny.tap
TINIEST_TAPS = build/tiniest/results/net/ceilings.tap
tiny:
	+@$(SUB) B=build/tiny CPPFLAGS='-DTINY=1 $(CPPFLAGS)' CFLAGS=-O1 tinied
	+@$(SUB) B=build/tiniest CPPFLAGS='-DTINY=2 $(CPPFLAGS)' CFLAGS=-O1 \
		$(TINIEST_TAPS)
	@sh tests/run.sh --sum $(TINY_TAPS) $(TINIEST_TAPS)
tinied: $(TINY_TAPS)
build/tiny/results/tiny.tap: $(MADE) FORCE
	@$(RUN) $@ sh tests/tiny.sh $(TINY_SCENES)

# TORTURE_STEP=10 takes every tenth point.
TORTURE_STEP = 1
torture: $(B)/tests/app/torture_test
	@TORTURE_STEP=$(TORTURE_STEP) TEST_SECONDS=3000 \
		$(RUN) $(B)/results/torture.tap $(B)/tests/app/torture_test
	@cat $(B)/results/torture.tap
	@sh tests/run.sh --sum $(B)/results/torture.tap
valgrind: $(MADE)
	@if ! command -v valgrind; then echo 'skipped: no valgrind'; else \
	valgrind -q --leak-check=full --error-exitcode=1 $(MADE) \
		simulate booking; fi
lint:
	+@for cc in gcc clang; do \
	if ! command -v $$cc; then echo "skipped: no $$cc"; continue; fi; \
	$(SUB) B=build/lint-$$cc CC=$$cc CFLAGS='-O2 -Werror' compile || exit 1; \
	echo 'no warning'; done

# clang's libFuzzer; the corpora stay in build/fuzz/NAME.
FUZZ_SECONDS ?= 60
fuzz:
	+@if ! command -v clang; then echo 'skipped: no clang'; else \
	TEST_SECONDS=$$(($(FUZZ_SECONDS) + 120)) $(SUB) B=build/fuzzing CC=clang \
		CFLAGS='$(SAN) -fsanitize=fuzzer-no-link' fuzzed; fi
fuzzed: $(FUZZ_TAPS)
	@sh tests/run.sh --sum $(FUZZ_TAPS)

# Parts of libcrypto that we never reach make the linker warn of getaddrinfo
# and dlopen; that none of ours asks for them is for tests/symbols.sh to prove.
static:
	+@set -- -Wl,--no-warnings; \
	$(CC) "$$@" -shared -o /dev/null 2>/dev/null || set --; \
	$(SUB) B=build/static LDFLAGS="-static $$* $(LDFLAGS)" build/static/concierge
	@! readelf -ld build/static/concierge | grep -E 'INTERP|NEEDED'
# CONFORM='nginx load' names some of the judges.  What they need is installed
# where that can be done: see tests/conform/conform.sh.
conform: $(B)/concierge
	@CONCIERGE="$$PWD/$(B)/concierge" B='$(B)' \
		tests/conform/conform.sh $(CONFORM)
# BENCH_PARTS='count echo' names some: see tests/bench/bench.sh --help.
bench: $(MADE) $(B)/bench/inner $(B)/bench/first
	@CONCIERGE="$$PWD/$(MADE)" B='$(B)' CC='$(CC)' MAKE='$(MAKE)' \
		sh tests/bench/bench.sh $(BENCH_PARTS)
$(B)/bench/inner: tests/bench/inner.c $(LIB)
	$(Q)mkdir -p $(B)/bench && $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ \
		tests/bench/inner.c $(LIBS)
$(B)/bench/first: tests/bench/first.c
	$(Q)mkdir -p $(B)/bench && $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ \
		tests/bench/first.c
kill: $(B)/concierge
	@CONCIERGE="$$PWD/$(B)/concierge" sh tests/kill.sh $${KILLS:-200} $${SEED:-1}
cover:
	+@$(SUB) B=build/cover CHECKS= CFLAGS='-O0 -g --coverage' tested
	@gcov -n build/cover/src/*/*.o | sh tests/cover.sh

# The manual page, its tables filled in, and what shells complete with.
$(B)/concierge.1: src/app/concierge.1 $(MADE)
	$(Q)$(MADE) help --mdoc > $(B)/commands.mdoc
	$(Q)$(MADE) help settings --mdoc > $(B)/settings.mdoc
	$(Q)sed -e '/@commands@/r $(B)/commands.mdoc' \
		-e '/@settings@/r $(B)/settings.mdoc' -e '/@/d' \
		src/app/concierge.1 > $@
$(B)/completion/bash $(B)/completion/zsh $(B)/completion/fish: $(MADE)
	$(Q)mkdir -p $(B)/completion && $(MADE) completion $(@F) > $@

# Where each file goes, below PREFIX; uninstall takes away just these.
BIN = $(DESTDIR)$(PREFIX)/bin/concierge
MAN = $(DESTDIR)$(PREFIX)/share/man/man1/concierge.1
BASH = $(DESTDIR)$(PREFIX)/share/bash-completion/completions/concierge
ZSH = $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_concierge
FISH = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/concierge.fish
install: $(MADE) $(B)/concierge.1 $(B)/completion/bash \
	$(B)/completion/zsh $(B)/completion/fish
	for f in '$(BIN)' '$(MAN)' '$(BASH)' '$(ZSH)' '$(FISH)'; do \
		install -d "$${f%/*}" || exit 1; done
	install -m 755 $(MADE) '$(BIN)'
	install -m 644 $(B)/concierge.1 '$(MAN)'
	install -m 644 $(B)/completion/bash '$(BASH)'
	install -m 644 $(B)/completion/zsh '$(ZSH)'
	install -m 644 $(B)/completion/fish '$(FISH)'
uninstall:
	rm -f '$(BIN)' '$(MAN)' '$(BASH)' '$(ZSH)' '$(FISH)'
dist:
	git archive --prefix=concierge/ -o $(B)/concierge.tar.gz HEAD
clean:
	rm -rf build concierge
help:
	@sed -n 's/^#   make/make/p' Makefile
FORCE:
.PHONY: tiny tinied torture all demo bench test check tested asan valgrind fuzz fuzzed lint static \
	cover compile install uninstall dist clean help FORCE
