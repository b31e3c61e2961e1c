/* embed.c - a tool of the build: a file becomes a C array.
 *
 *   embed NAME FILE > NAME.h
 *
 * Not part of the program.  String literals end at 4,095 characters under
 * -Wpedantic, arrays of bytes do not.
 */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    FILE *f;
    int c;
    unsigned long n = 0;

    if (argc != 3) {
        fprintf(stderr, "usage: embed NAME FILE\n");
        return 64;
    }
    f = fopen(argv[2], "rb");
    if (!f) {
        perror(argv[2]);
        return 74;
    }
    printf("/* Made from %s. */\nstatic const unsigned char %s[] = {",
        argv[2], argv[1]);
    while ((c = getc(f)) != EOF)
        printf("%s%d,", n++ % 16 ? " " : "\n    ", c);
    if (n == 0 || ferror(f)) {
        fprintf(stderr, "%s: empty or unreadable\n", argv[2]);
        return 74;
    }
    printf("\n};\n");
    fclose(f);
    return 0;
}
