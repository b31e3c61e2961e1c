# concierge - one static binary that makes phone calls for people.
#
#   make            the program, ./concierge
#   make demo       one simulated phone call, line by line
#   make test       every test that needs nothing but a C compiler and OpenSSL
#   make help       the other targets
#
# CC, CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are honoured.  After changing them
# say `make clean` first: objects do not remember their flags.

CC ?= cc
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wswitch -Wformat=2
OUR_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -Isrc $(WARN)
ALL_CFLAGS = $(OUR_CFLAGS) $(CPPFLAGS) $(CFLAGS)
LIBS = -lssl -lcrypto -lpthread

# The layers, lowest first: a folder includes only those above it in this list.
BASE = slice text buf err mem heap log rand sys
CODEC = base64 sha1 sha256 hmac utf8 form url dns g711 tones date http_words \
	http body ws wav json_str json json_get jsonw xml tzif
NET = loop sigs conn conn_tls conn_dial conn_listen tlsio disk attempts \
	resolve_files resolve httpd httpd_route httpd_answer wsconn wsconn_dial \
	httpc httpc_link
TWILIO = sign twiml media lint errors rest_read rest
MODEL = session ga beta events faults voice address turns
AGENT = goal tools
CALL =
SIM = mfsk digest jread wire wire_ws callee fault model_session model_talk \
	model_items model
WEB =
APP = conf conf_table conf_env conf_put conf_show

# The tests, in the same order; and one fuzz target a codec.
TESTS = base/slice base/text base/buf base/heap base/rand base/sys \
	codec/base64 codec/sha1 codec/sha256 codec/hmac codec/utf8 codec/form \
	codec/url codec/dns codec/g711 codec/tones codec/date codec/http_words \
	codec/http codec/body codec/ws codec/ws_upgrade codec/wav codec/json \
	codec/jsonw codec/xml twilio/sign twilio/twiml twilio/media twilio/lint \
	model/voice model/turns sim/mfsk sim/wire sim/digest sim/jread sim/callee \
	codec/tzif app/conf twilio/errors twilio/rest net/loop net/sigs net/disk \
	net/tlsio net/conn net/attempts net/resolve net/httpd sim/model net/wsconn net/httpc
FUZZ = base64 hash utf8 form url dns date http body ws sign wav json jsonw \
	xml media lint voice tzif

NAMES = $(BASE:%=base/%) $(CODEC:%=codec/%) $(NET:%=net/%) \
	$(TWILIO:%=twilio/%) $(MODEL:%=model/%) $(AGENT:%=agent/%) \
	$(CALL:%=call/%) $(SIM:%=sim/%) $(WEB:%=web/%) $(APP:%=app/%)
OBJS = $(NAMES:%=src/%.o)

# One folder a flavour, so that no object is shared between them.
B ?= build
GEN = $(B)/gen
SRC_OBJS = $(NAMES:%=$(B)/src/%.o)
LIB = $(B)/libconcierge.a
HDRS = $(wildcard src/*/*.h tests/*.h)
TEST_BINS = $(TESTS:%=$(B)/tests/%_test)
FUZZ_BINS = $(FUZZ:%=$(B)/replay/%)
MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)

all: concierge

concierge: $(B)/concierge
	cp $(B)/concierge $@

$(B)/concierge: $(B)/src/app/main.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(B)/src/app/main.o $(LIB) $(LIBS) \
		$(LDLIBS)

$(LIB): $(filter-out $(B)/src/app/main.o,$(SRC_OBJS))
	rm -f $@
	ar rcs $@ $^

# Prose and pages become byte arrays.
EMBEDDED = $(GEN)/prompts/goal.h $(GEN)/prompts/tools.h

$(B)/embed: src/base/embed.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $<

$(GEN)/prompts/goal.h: src/agent/prompts/goal.txt $(B)/embed
	@mkdir -p $(@D)
	$(B)/embed goal_txt $< > $@
$(GEN)/prompts/tools.h: src/agent/prompts/tools.json $(B)/embed
	@mkdir -p $(@D)
	$(B)/embed tools_json_text $< > $@

# Any header rebuilds all: a few seconds, and never wrong.
$(B)/src/%.o: src/%.c $(HDRS) $(EMBEDDED)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -I$(GEN) -c -o $@ $<

$(B)/tests/%_test: tests/%_test.c $(LIB) $(HDRS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -I. $(LDFLAGS) -o $@ $< $(LIB) $(LIBS) $(LDLIBS)

$(B)/replay/%: fuzz/%_fuzz.c fuzz/replay.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< fuzz/replay.c $(LIB) $(LIBS) \
		$(LDLIBS)

clean:
	rm -rf build concierge

.PHONY: all clean
