/* upgrades.c - one line of the log for each upgrade attempt, whatever became of
 * it: all of what the banner of the old program had (DESIGN 1).
 */
#include "app/server.h"
#include "base/log.h"

/* The query, masked as the whole head is. */
static struct slice query_of(const struct attempt *at)
{
    struct slice line = slice_str(at->head), target;

    line = slice_head(line, slice_chr(line, '\n'));
    slice_cut(&line, ' ');
    target = slice_cut(&line, ' ');
    return slice_from(target, slice_chr(target, '?') == SLICE_NPOS
        ? target.len : slice_chr(target, '?') + 1);
}

static struct slice path_of(const struct attempt *at)
{
    struct slice line = slice_str(at->head), target;

    line = slice_head(line, slice_chr(line, '\n'));
    slice_cut(&line, ' ');
    target = slice_cut(&line, ' ');
    return slice_head(target, slice_chr(target, '?'));
}

void server_log_upgrade(void *arg, const struct attempt *at)
{
    (void)arg;
    log_event(at->status == 101 ? LOG_INFO : LOG_WARN, "upgrade",
        LI("id", at->id), LS("call", at->call), LB("path", path_of(at)),
        LS("peer", at->peer),
        LB("forwarded_for", attempts_header(at, "x-forwarded-for")),
        LB("user_agent", attempts_header(at, "user-agent")),
        LB("query", query_of(at)),
        LB("protocol", attempts_header(at, "sec-websocket-protocol")),
        LB("extensions", attempts_header(at, "sec-websocket-extensions")),
        LS("signature", at->why), LI("result", at->status),
        LI("ms", at->ms));
    log_event(LOG_DEBUG, "upgrade_head", LI("id", at->id),
        LS("head", at->head));
}
