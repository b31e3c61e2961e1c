# concierge - one static binary that makes phone calls for people.
#
#   make            the program, ./concierge
#   make demo       one simulated phone call, line by line
#   make test       all tests that need only a C compiler and OpenSSL; or check
#   make asan       the same under the address and undefined sanitizers
#   make valgrind   one simulated phone call under valgrind
#   make fuzz       every fuzz target for FUZZ_SECONDS (60); needs clang
#   make lint       everything with every warning an error; gcc and clang
#   make static     build/static/concierge, which needs no shared library
#   make cover      which lines the tests reach; needs gcov
#   make install    to $(DESTDIR)$(PREFIX), default /usr/local; uninstall undoes
#   make dist       build/concierge.tar.gz, what git has committed
#   make clean      removes ./concierge and build/
#   make help       this list
#
# CC, CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are honoured.  After changing them
# say `make clean` first: objects do not remember their flags.  V=1 shows the
# commands.

CC ?= cc
CFLAGS ?= -O2
PREFIX ?= /usr/local
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wswitch -Wformat=2
OUR_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -Isrc $(WARN)
ALL_CFLAGS = $(OUR_CFLAGS) $(CPPFLAGS) $(CFLAGS)
LIBS = $(LIB) -lssl -lcrypto -lpthread $(LDLIBS)

# The layers, lowest first: a folder includes only those above it in this list.
BASE = slice text buf err mem heap log rand sys
CODEC = base64 sha1 sha256 hmac utf8 form url dns g711 tones date http_words \
	http body ws wav json_str json json_get jsonw xml tzif
NET = loop sigs conn conn_tls conn_dial conn_listen tlsio disk attempts \
	resolve_files resolve httpd httpd_route httpd_answer wsconn wsconn_dial \
	httpc httpc_link
TWILIO = sign twiml media lint_rules lint_table lint_value lint errors rest_read rest
MODEL = session ga beta events faults voice address turns
AGENT = words party moment hour guard plan request heard outcome \
	outcome_fields outcome_text goal tools
CALL = machine played asked policy journal recorder bridge talk talk_model \
	lines session object restore calls door
SIM = mfsk digest jread wire wire_ws callee fault model_session model_talk \
	model_items model twilio_xml twilio_lint twilio_hook twilio_odd \
	twilio_rogue twilio_media twilio_call twilio_calls twilio_rest twilio \
	scenario_basic scenario_stream scenario
WEB =
APP = conf conf_table conf_env conf_put conf_show term tell zone understand \
	server hooks streams api api_events api_facts client stream_wav \
	stream_judge stream_play stream_end stream_run stream_twiml stream_tell \
	stream stage_judge stage tape simulate serve book calls_cmd read_cmd cmd \
	main

# The tests, in the same order; and one fuzz target a codec.
TESTS = base/slice base/text base/buf base/err base/mem base/heap base/log \
	base/rand base/sys codec/base64 codec/sha1 codec/sha256 codec/hmac \
	codec/utf8 codec/form codec/url codec/dns codec/g711 codec/tones \
	codec/date codec/http_words codec/http codec/body codec/ws \
	codec/ws_upgrade codec/wav codec/json codec/jsonw codec/xml \
	twilio/sign twilio/twiml twilio/media twilio/lint model/voice \
	model/turns sim/mfsk sim/wire sim/digest sim/jread sim/callee \
	codec/tzif app/conf twilio/errors twilio/rest net/loop net/sigs \
	net/disk net/tlsio net/conn net/conn_dial net/attempts net/resolve \
	net/httpd net/httpd_upgrade sim/model net/wsconn net/wsconn_dial \
	net/httpc net/torture agent/request agent/guard sim/twilio_rest \
	sim/twilio_call app/stream_parts app/stream sim/scenario \
	agent/outcome agent/goal agent/tools call/machine call/played \
	call/calls call/asked call/policy call/journal call/talk \
	call/recorder call/lines call/bridge
FUZZ = base64 hash utf8 form url dns date http body ws sign wav json jsonw \
	xml media lint voice tzif request outcome step played journal

NAMES = $(BASE:%=base/%) $(CODEC:%=codec/%) $(NET:%=net/%) \
	$(TWILIO:%=twilio/%) $(MODEL:%=model/%) $(AGENT:%=agent/%) \
	$(CALL:%=call/%) $(SIM:%=sim/%) $(WEB:%=web/%) $(APP:%=app/%)
CHECKS = layers pure symbols style
CLI = $(patsubst tests/cli/%.sh,%,$(wildcard tests/cli/*.sh))

# One folder a flavour, so that no object is shared between them.
B ?= build
GEN = $(B)/gen
LIB = $(B)/libconcierge.a
MAIN = $(B)/src/app/main.o
OBJS = $(filter-out $(MAIN),$(NAMES:%=$(B)/src/%.o))
HDRS = $(wildcard src/*/*.h tests/*.h tests/*/*.h)
TEST_BINS = $(TESTS:%=$(B)/tests/%_test)
FUZZ_BINS = $(FUZZ:%=$(B)/replay/%)
RESULTS = $(CHECKS:%=$(B)/results/check/%.tap) $(TESTS:%=$(B)/results/%.tap) \
	$(FUZZ:%=$(B)/results/fuzz/%.tap) $(CLI:%=$(B)/results/cli/%.tap)
RUN = @CC='$(CC)' B='$(B)' CONCIERGE='$(CURDIR)/$(B)/concierge' tests/run.sh
SUB = $(MAKE) --no-print-directory SAY=
Q = $(if $(V),,@)
SAY = $(info cc $<)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
endif
DIRS = $(dir $(OBJS) $(MAIN) $(TEST_BINS) $(FUZZ_BINS) $(EMBEDDED)) $(B)/fuzzer

all: concierge
test check asan valgrind fuzz fuzzed lint static cover compile: SAY =

concierge: $(B)/concierge
	$(Q)cp $(B)/concierge $@
$(B)/concierge: $(MAIN) $(LIB)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(MAIN) $(LIBS)
$(LIB): $(OBJS) Makefile
	$(Q)rm -f $@ && ar rcs $@ $(OBJS)
$(B)/made: Makefile
	@mkdir -p $(sort $(DIRS)) && touch $@

# Prose and pages become byte arrays.
EMBEDDED = $(GEN)/prompts/goal.h $(GEN)/prompts/tools.h

$(B)/embed: src/base/embed.c | $(B)/made
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $<
$(GEN)/prompts/goal.h: src/agent/prompts/goal.txt $(B)/embed
	$(Q)$(B)/embed goal_txt $< > $@
$(GEN)/prompts/tools.h: src/agent/prompts/tools.json $(B)/embed
	$(Q)$(B)/embed tools_json_text $< > $@

# Any header rebuilds all: a few seconds, and never wrong.
$(OBJS) $(MAIN): $(B)/src/%.o: src/%.c $(HDRS) $(EMBEDDED) | $(B)/made
	$(SAY)$(Q)$(CC) $(ALL_CFLAGS) -I$(GEN) -c -o $@ $<
$(TEST_BINS): $(B)/tests/%_test: tests/%_test.c $(LIB)
	$(Q)$(CC) $(ALL_CFLAGS) -I. $(LDFLAGS) -o $@ $< $(LIBS)
$(FUZZ_BINS): $(B)/replay/%: fuzz/%_fuzz.c fuzz/replay.c $(LIB)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< fuzz/replay.c $(LIBS)
compile: $(B)/concierge $(TEST_BINS) $(FUZZ_BINS)

# From a clean tree nobody waits for the optimizer: the next make does that.
QUICK = $(if $(wildcard build/concierge)$(filter-out file,$(origin CFLAGS)),, \
	B=build/quick CFLAGS=-O0)
demo:
	+@$(SUB) $(QUICK) concierge
	./concierge simulate booking --verbose --out build/demo

# Every run leaves its TAP in $(B)/results; the last line sums them up.
test check: $(B)/concierge $(RESULTS)
	@tests/run.sh --sum $(RESULTS)
$(CHECKS:%=$(B)/results/check/%.tap): $(B)/results/check/%.tap: tests/%.sh \
	$(MAIN) $(LIB) FORCE
	$(RUN) $@ sh $<
$(TESTS:%=$(B)/results/%.tap): $(B)/results/%.tap: $(B)/tests/%_test FORCE
	$(RUN) $@ $<
$(FUZZ:%=$(B)/results/fuzz/%.tap): $(B)/results/fuzz/%.tap: $(B)/replay/% FORCE
	$(RUN) $@ $< fuzz/$*
$(CLI:%=$(B)/results/cli/%.tap): $(B)/results/cli/%.tap: tests/cli/%.sh \
	$(B)/concierge FORCE
	$(RUN) $@ sh $<

# The checks read source and plain objects: not again for other flavours.
SAN = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
asan:
	+@$(SUB) B=build/asan CHECKS= CFLAGS='$(SAN) -fno-omit-frame-pointer' test
valgrind: $(B)/concierge
	@if ! command -v valgrind; then echo 'skipped: no valgrind'; else \
	valgrind -q --leak-check=full --error-exitcode=1 $< simulate booking; fi
lint:
	+@for cc in gcc clang; do \
	if ! command -v $$cc; then echo "skipped: no $$cc"; continue; fi; \
	$(SUB) B=build/lint-$$cc CC=$$cc CFLAGS='-O2 -Werror' compile || exit 1; \
	echo 'no warning'; done

# clang's libFuzzer; the corpora stay in build/fuzz/NAME.
FUZZ_SECONDS ?= 60
fuzz:
	+@if ! command -v clang; then echo 'skipped: no clang'; else \
	$(SUB) B=build/fuzzing CC=clang fuzzed \
		CFLAGS='$(SAN) -fsanitize=fuzzer-no-link'; fi
fuzzed: $(FUZZ:%=$(B)/results/%.tap)
	@tests/run.sh --sum $^
$(FUZZ:%=$(B)/results/%.tap): $(B)/results/%.tap: $(B)/fuzzer/% FORCE
	@TEST_SECONDS=$$(($(FUZZ_SECONDS) + 120)) $(RUN:@%=%) $@ \
		sh fuzz/run.sh $* $< build/fuzz $(FUZZ_SECONDS)
$(B)/fuzzer/%: fuzz/%_fuzz.c $(LIB)
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $< $(LIBS)

# Parts of libcrypto that we never reach make the linker warn of getaddrinfo
# and dlopen; that none of ours asks for them is for tests/symbols.sh to prove.
STATIC = -static $(shell $(CC) -Wl,--no-warnings -shared -o /dev/null \
	2>/dev/null && echo -Wl,--no-warnings)
static:
	+@$(SUB) B=build/static LDFLAGS='$(STATIC) $(LDFLAGS)' build/static/concierge
	@! readelf -ld build/static/concierge | grep -E 'INTERP|NEEDED'
cover:
	+@$(SUB) B=build/cover CHECKS= CFLAGS='-O0 -g --coverage' test
	@gcov -n build/cover/src/*/*.o | sh tests/cover.sh

install: concierge
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 concierge $(DESTDIR)$(PREFIX)/bin/concierge
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/concierge
dist: $(B)/made
	git archive --prefix=concierge/ -o build/concierge.tar.gz HEAD
clean:
	rm -rf build concierge
help:
	@sed -n 's/^#   make/make/p' Makefile
FORCE:
.PHONY: all demo test check asan valgrind fuzz fuzzed lint static cover \
	compile install uninstall dist clean help FORCE
