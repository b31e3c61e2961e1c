/* callee.h - the person, or the machine, at the other end of the line.
 *
 * Pure: driven by sim/twilio every 20 ms with what is played to the ear, gives
 * what the mouth says.  Both are tones (sim/mfsk), so what the callee heard is
 * what really came through, in order, and cut where it was cut.
 */
#ifndef SIM_CALLEE_H
#define SIM_CALLEE_H

#include "sim/dtmf.h"
#include "sim/fault.h"
#include "sim/mfsk.h"

enum callee_do {
    CALLEE_WAIT,        /* until a text heard contains text (ASCII case does
                           not matter; "" takes any); after n ms (0: 30 s) in
                           vain the callee gives up and hangs up */
    CALLEE_PAUSE,       /* n ms */
    CALLEE_SAY,         /* text; the next step follows when it is said */
    CALLEE_CUT_IN,      /* when n characters of a text under way have been
                           heard, say text over it; gives up like WAIT */
    CALLEE_KEYS,        /* until the keys in text were heard one after the
                           other, in tones; gives up like WAIT */
    CALLEE_PRESS,       /* the keys in text, one every 200 ms */
    CALLEE_HANG_UP
};

struct callee_step {
    enum callee_do what;
    const char *text;
    int64_t n;
};

enum callee_pickup { CALLEE_ANSWERS, CALLEE_BUSY, CALLEE_NO_ANSWER,
    CALLEE_UNREACHABLE,     /* no such number: SIP 404 */
    CALLEE_REJECTS,         /* turns the call away: SIP 603 */
    CALLEE_AWAY };          /* the telephone is off: SIP 480 */

struct callee_script {      /* after the last step the callee listens on */
    enum callee_pickup pickup;
    int64_t ring_ms;        /* ringing before that happens; 0: 2 s */
    const struct callee_step *step;
    size_t steps;
    const char *answered_by;    /* what machine detection finds; NULL: human */
};

#define CALLEE_LINES 64
#define CALLEE_LINE 400
#define CALLEE_KEYS_MAX 64

struct callee_line {        /* one text, as it went over the line */
    int64_t at;             /* ms since the callee picked up, its beginning */
    bool mine;              /* said by the callee; else heard */
    bool tts;               /* heard from <Say>, not from the stream */
    size_t cut;             /* heard, cut after so many characters; 0 whole
                               (nothing is recorded of less than one) */
    char text[CALLEE_LINE];
};

struct callee_act {         /* what the callee does in these 20 ms */
    char digit;             /* a key pressed, or 0 */
    bool hang_up;
};

struct callee {
    struct callee_line line[CALLEE_LINES];
    size_t lines;
    size_t bad;             /* texts that came damaged: not in order */
    char keys[CALLEE_KEYS_MAX]; /* heard in tones; NUL behind the last */
    size_t pressed;
    struct dtmf dial;
    size_t noise;           /* loud frames that belonged to no text */
    const char *stuck;      /* the text waited for in vain, or NULL */
    bool hung_up;
    const struct callee_script *script_;    /* private from here */
    struct sim_note note_;
    const char *who_;
    struct mfsk ear_;
    int64_t now_, since_, began_;
    size_t step_, at_, fresh_, fresh_key_;
    struct slice say_;
    size_t say_frame_;
};

/* who names the callee in notes: "callee" or "caller". */
void callee_begin(struct callee *c, const struct callee_script *script,
    const char *who, struct sim_note note);

/* 20 ms of the line: heard goes in, said comes out (0xff: silent). */
struct callee_act callee_tick(struct callee *c,
    const uint8_t heard[static MFSK_FRAME], uint8_t said[static MFSK_FRAME]);

/* A <Say> has been spoken to the end. */
void callee_hear(struct callee *c, struct slice text);

/* Has the script come to its end without giving up? */
bool callee_done(const struct callee *c);

#endif
