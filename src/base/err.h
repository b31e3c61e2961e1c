/* err.h - an error that crosses a layer, on the caller's stack.
 *
 * Filled where the errno is fresh, printed where the policy lives.  The code
 * is what a caller can decide on; the message names the byte, the field or
 * the setting.  Functions that take a struct err * accept NULL.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#ifdef __GNUC__
#define PRINTFLIKE(f, a) __attribute__((format(printf, f, a)))
#else
#define PRINTFLIKE(f, a)
#endif

enum err_code {
    ERR_NONE,
    ERR_NET,        /* connect, reset, unreachable */
    ERR_TLS,        /* handshake, certificate, record */
    ERR_DNS,        /* the name gives no address */
    ERR_PROTO,      /* the peer broke its protocol */
    ERR_AUTH,       /* credentials or signature refused */
    ERR_LIMIT,      /* a named ceiling was reached */
    ERR_TIMEOUT,    /* a deadline passed */
    ERR_MEM,        /* no memory */
    ERR_IO,         /* file or descriptor */
    ERR_CONF,       /* a setting is wrong or missing */
    ERR_POLICY,     /* not allowed by the owner's policy */
    ERR_USAGE,      /* an option is unknown or lacks its value */
    ERR_DATA,       /* bad input from the person or a file */
    ERR_REMOTE,     /* the service said no; sys holds its number */
    ERR_BUSY,       /* try later */
    ERR_BUG         /* ours */
};

struct err {
    enum err_code code;
    int sys;            /* errno, HTTP status or Twilio number */
    char msg[200];
};

/* Sets *e; returns -1 so that "return fail(...)" reads well. */
int fail(struct err *e, enum err_code code, const char *fmt, ...)
    PRINTFLIKE(3, 4);

/* The same, appending ": " and the text of errno. */
int fail_sys(struct err *e, enum err_code code, const char *fmt, ...)
    PRINTFLIKE(3, 4);

/* The exit status that the code becomes (DESIGN 3; sysexits numbers). */
int err_exit(enum err_code code);

#endif
