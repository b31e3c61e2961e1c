/* limits.h - every ceiling in one list, each with its reason.
 *
 * `make tiny` meets the edges at once: with TINY=1 first blocks, pieces and
 * queues are as small as they can be while a call still works; with TINY=2 the
 * ceilings are, too, and tests/net/ceilings_test.c stands at each.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#ifdef TINY
#define TINY_OR(tiny, usual) (tiny)
#else
#define TINY_OR(tiny, usual) (usual)
#endif
#if defined TINY && TINY > 1
#define TINIEST_OR(tiniest, usual) (tiniest)
#else
#define TINIEST_OR(tiniest, usual) (usual)
#endif

/* HTTP. Twilio's webhook heads are under 2 KiB; a URL of 8,000 octets is what
 * RFC 9112 3 recommends to accept at least. */
#define LIMIT_HTTP_LINE     TINIEST_OR(64, 8192)  /* request line, bytes */
#define LIMIT_HTTP_HEAD     TINIEST_OR(128, 16384)       /* whole head, bytes */
#define LIMIT_HTTP_HEADERS  TINIEST_OR(2, 64)
#define LIMIT_HTTP_BODY     (1u << 20)  /* default of --max-body */
#define LIMIT_HTTP_ANSWER   (4u << 20)  /* body of an answer we fetch */

/* A bundle of root certificates: 225 kB on Debian. */
#define LIMIT_ROOTS         (4u << 20)

/* WebSocket. A media message is under 450 bytes; a model's audio delta can be
 * some hundred kB. */
#define LIMIT_WS_MESSAGE    (1u << 20)  /* default of --max-message */
#define LIMIT_WS_STREAM     (64u << 10) /* one message of a media stream, let
                                           in or not: Twilio's are under 1 kB */
#define LIMIT_WS_MODEL      (16u << 20) /* one event of the model */
#define LIMIT_WS_QUEUE      (4u << 20)  /* bytes waiting to leave one socket */

/* Connections. */
#define LIMIT_CONN_READ     65536       /* of the buffer all reads share */
#define LIMIT_CONN_BITE     TINY_OR(16, LIMIT_CONN_READ)    /* bytes taken from
                                           a socket at a time */
#define LIMIT_CONN_HELD     (1u << 16)  /* unread rest kept for a conn without
                                           a message ceiling of its own */
#define LIMIT_CONNS         TINIEST_OR(2, 20000)

/* Calls. */
#define LIMIT_CALLS         1000        /* hard top of MAX_CALLS */
#define LIMIT_TRANSCRIPT    2000        /* lines kept of one call */
#define LIMIT_LINE          2000        /* bytes of one transcript line */
#define LIMIT_MARKS         64          /* marks outstanding on one stream */
#define LIMIT_PARAMETER     499         /* name and value of one <Parameter>,
                                           characters: twilio 2.3 */
#define LIMIT_TWIML         65536       /* bytes; twilio 2.1, error 11750 */

/* JSON. */
#define LIMIT_JSON_DEPTH    TINIEST_OR(2, 64)

/* Disk. */
#define LIMIT_DISK_JOBS     TINIEST_OR(2, 4096)    /* queued jobs */
#define LIMIT_DISK_BYTES    TINIEST_OR(1u << 17, 16u << 20)  /* queued bytes */
/* What must not be lost (the journal) goes beyond: full, no new call is let
 * in, and a running one writes a record in some seconds.  That is 64 for each
 * of LIMIT_CALLS: minutes of a disk that stands still. */
#define LIMIT_DISK_MUST_JOBS    65536
#define LIMIT_DISK_MUST_BYTES   (32u << 20)
#define LIMIT_RECORD        65536       /* one journal line */

/* Attempts kept for GET /v1/attempts. */
#define LIMIT_ATTEMPTS      TINIEST_OR(2, 256)
#define LIMIT_ATTEMPT_HEAD  2048        /* bytes kept of one request head */

#endif
