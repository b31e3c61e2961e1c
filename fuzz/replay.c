/* replay.c - runs a fuzz target over files and folders: seeds on any compiler.
 *
 * The same target is built with libFuzzer by `make fuzz`.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int runs;

static void run(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = malloc(1 << 20);
    size_t n;

    if (!f || !data)
        abort();
    n = fread(data, 1, 1 << 20, f);
    fclose(f);
    /* An exact copy, so that a sanitizer sees the true end. */
    data = realloc(data, n ? n : 1);
    LLVMFuzzerTestOneInput(data, n);
    free(data);
    runs++;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        DIR *d = opendir(argv[i]);
        struct dirent *e;

        if (!d) {
            run(argv[i]);
            continue;
        }
        while ((e = readdir(d)) != NULL) {
            char path[1024];

            if (e->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name);
            run(path);
        }
        closedir(d);
    }
    printf("%s %d - %s replays %d seeds\n", runs ? "ok" : "not ok", 1,
        argv[0], runs);
    puts("1..1");
    return runs ? 0 : 1;
}
