/* embed.c - a tool of the build: a file becomes a C array.
 *
 *   embed NAME FILE > NAME.h
 *
 * A .js or .css loses the blanks its lines begin with and the comments that
 * begin a line (no string of theirs goes over a line); line numbers stay.
 * Not part of the program.  String literals end at 4,095 characters under
 * -Wpedantic, arrays of bytes do not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ends(const char *name, const char *with)
{
    size_t n = strlen(name), k = strlen(with);

    return n >= k && strcmp(name + n - k, with) == 0;
}

static void put(int c)
{
    static unsigned long n;

    printf("%s%d,", n++ % 16 ? " " : "\n    ", c);
}

/* After a slash: takes the rest of a comment, all but its line ends. */
static int comment(FILE *f)
{
    int c = getc(f), last = 0;

    if (c != '*') {
        ungetc(c, f);
        return 0;
    }
    while ((c = getc(f)) != EOF && !(last == '*' && c == '/')) {
        if (c == '\n')
            put(c);
        last = c;
    }
    return 1;
}

int main(int argc, char **argv)
{
    FILE *f;
    int c, begins = 1, empty = 1, trim;

    if (argc != 3) {
        fprintf(stderr, "usage: embed NAME FILE\n");
        return 64;
    }
    trim = ends(argv[2], ".js") || ends(argv[2], ".css");
    f = fopen(argv[2], "rb");
    if (!f) {
        perror(argv[2]);
        return 74;
    }
    printf("/* Made from %s. */\nstatic const unsigned char %s[] = {",
        argv[2], argv[1]);
    while ((c = getc(f)) != EOF) {
        empty = 0;
        if (trim && begins && (c == ' ' || (c == '/' && comment(f))))
            continue;
        begins = c == '\n';
        put(c);
    }
    if (empty || ferror(f)) {
        fprintf(stderr, "%s: empty or unreadable\n", argv[2]);
        return 74;
    }
    printf("\n};\n");
    fclose(f);
    return 0;
}
