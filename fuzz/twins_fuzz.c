/* twins_fuzz.c - two linters that share no code, ours and the stand-in's, come
 * to the same numbers about any document.
 *
 * A document that one of them cannot read as XML the other cannot read either;
 * how often a number comes may differ.  Text that is in pieces is judged by the
 * piece here and whole there, so its numbers are left out.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "sim/twilio_own.h"
#include "twilio/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 64
#define FINDINGS 400

struct heard {                  /* numbers, each once */
    int number[MOST];
    size_t n;
};

static struct tw_xml tree;

/* Has a URL that is text an element in it? */
static bool cut_by_child(const struct tw_node *n)
{
    for (; n; n = n->next)
        if (((slice_is(n->name, "Redirect") || slice_is(n->name, "Play"))
            && n->child) || cut_by_child(n->child))
            return true;
    return false;
}

/* The numbers of a text: Dial's and Number's; Redirect's and Play's when it is
 * cut by comments and such. */
static bool left_out(struct slice doc, int number)
{
    return number == 13223 || ((number == 11100 || number == 11205
        || number == 11240 || number == 11243 || number == 0)
        && (slice_find(doc, SLICE("<!")) != SLICE_NPOS
        || slice_find(slice_from(doc, 5), SLICE("<?")) != SLICE_NPOS));
}

static bool has(const struct heard *h, int number)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->number[i] == number)
            return true;
    return false;
}

static void hear(void *arg, int number, bool fatal, const char *what,
    struct slice about)
{
    struct heard *h = arg;

    (void)fatal;
    (void)what;
    (void)about;
    if (!has(h, number) && h->n < MOST)
        h->number[h->n++] = number;
}

static bool unread(const struct heard *h)
{
    return has(h, 12100) || has(h, 11750) || has(h, 11770);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct lint_finding found[FINDINGS];
    struct slice doc = {data, size}, none = {NULL, 0};
    struct heard ours = {.n = 0}, theirs = {.n = 0};
    size_t n = lint_twiml(doc, found, FINDINGS);
    const struct tw_node *root;

    if (n > FINDINGS)
        return 0;
    for (size_t i = 0; i < n; i++)
        hear(&ours, found[i].number, false, NULL, none);
    root = tw_rules(&tree, doc, hear, &theirs);
    /* The stand-in reads smaller trees. */
    if (tree.why && slice_starts(slice_str(tree.why), "too many"))
        return 0;
    /* Which letters of the world make a name only ours knows. */
    for (size_t i = 0; i < size; i++)
        if (data[i] >= 0x80 && unread(&ours) && !unread(&theirs))
            return 0;
    if (unread(&ours) != unread(&theirs))
        abort();
    if (unread(&ours) || cut_by_child(root))
        return 0;
    for (size_t i = 0; i < ours.n; i++)
        if (!has(&theirs, ours.number[i]) && !left_out(doc, ours.number[i]))
            abort();
    for (size_t i = 0; i < theirs.n; i++)
        if (!has(&ours, theirs.number[i])
            && !left_out(doc, theirs.number[i]))
            abort();
    return 0;
}
