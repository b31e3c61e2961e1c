/* chat_own.h - the stand-in for a chat model; for sim/chat*.c alone. */
#ifndef SIM_CHAT_OWN_H
#define SIM_CHAT_OWN_H

#include "base/buf.h"
#include "base/list.h"
#include "net/conn.h"
#include "sim/chat.h"
#include "sim/jread.h"

struct sim_chat {
    struct sim_chat_conf conf;
    struct listener *listener;
    struct list visitors;
    struct sim_chat_counts counts;
    int struck;                 /* requests that the fault has spoiled */
    unsigned ids;               /* given out */
    char why[120];
    struct jread *json;
};

/* ---- chat_say.c ---- */

void chat_write_whole(struct buf *out, struct sim_chat *c,
    const struct sim_chat_line *line);
/* fault: SIM_CHAT_CUT and SIM_CHAT_MID_ERROR change it. */
void chat_write_stream(struct buf *out, struct sim_chat *c,
    const struct sim_chat_line *line, enum sim_chat_fault fault);
/* code NULL: null. */
void chat_write_error(struct buf *out, enum sim_chat_shape shape,
    const char *type, const char *code, const char *message);

#endif
