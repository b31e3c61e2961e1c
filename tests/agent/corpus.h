/* corpus.h - a file of cases, read line by line; and a score of slots. */
#ifndef TESTS_CORPUS_H
#define TESTS_CORPUS_H

#include "../tap.h"

#define CORPUS_LINE 4096

struct score {
    long slots, right;
    size_t cases, whole;        /* whole: with every slot right */
};

static inline FILE *corpus_open(const char *path)
{
    FILE *f = fopen(path, "r");

    if (!f)
        tap_ok(false, "%s is there", path);
    return f;
}

/* The next line that is neither empty nor a comment, without its end. */
static inline bool corpus_line(FILE *f, char line[static CORPUS_LINE])
{
    while (fgets(line, CORPUS_LINE, f)) {
        line[strcspn(line, "\r\n")] = 0;
        if (line[0] && line[0] != '#')
            return true;
    }
    return false;
}

static inline double score_rate(const struct score *s)
{
    return s->slots ? 100.0 * (double)s->right / (double)s->slots : 0;
}

/* The score as a note for the reader, and the point it must reach. */
static inline void score_tell(const struct score *s, const char *what,
    double least)
{
    printf("# NOTE %s: %ld of %ld slots (%.1f %%), %zu of %zu whole\n", what,
        s->right, s->slots, score_rate(s), s->whole, s->cases);
    tap_ok(score_rate(s) >= least, "%s: %.1f %% of the slots, at least %.0f",
        what, score_rate(s), least);
}

#endif
