/* first.c - how long a program takes from its start to its first answer.
 *
 *   first PORT COMMAND...   starts COMMAND, asks http://127.0.0.1:PORT/health
 *                           until it is answered, ends it; prints the ms
 *   first PORT              waits until somebody listens there
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 10000.0    /* ms */

extern char **environ;

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int dial(const struct sockaddr_in *at)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof *at) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Is it answered, with 200? */
static int ask(const struct sockaddr_in *at)
{
    static const char request[] = "GET /health HTTP/1.1\r\nHost: localhost\r\n"
        "Connection: close\r\n\r\n";
    char answer[64] = "";
    int fd = dial(at);
    ssize_t n = -1;

    if (fd < 0)
        return 0;
    if (write(fd, request, sizeof request - 1) > 0)
        n = read(fd, answer, sizeof answer - 1);
    close(fd);
    return n > 0 && strncmp(answer, "HTTP/1.1 200 ", 13) == 0;
}

/* ms from the start of the command to its answer; below 0: none came. */
static double first_answer(const struct sockaddr_in *at, char **command)
{
    double from = now_ms(), took;
    posix_spawn_file_actions_t quiet;
    int status, ok, rc;
    pid_t pid;

    /* stdout is ours */
    rc = posix_spawn_file_actions_init(&quiet);
    if (rc == 0)
        rc = posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null",
            O_WRONLY, 0);
    if (rc == 0)
        rc = posix_spawnp(&pid, command[0], &quiet, NULL, command, environ);
    if (rc) {
        fprintf(stderr, "first: %s: %s\n", command[0], strerror(rc));
        return -1;
    }
    do {
        ok = ask(at);
        took = now_ms() - from;
    } while (!ok && took < PATIENCE && waitpid(pid, &status, WNOHANG) == 0);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    return ok ? took : -1;
}

static int await(const struct sockaddr_in *at)
{
    double from = now_ms();
    int fd;

    do
        fd = dial(at);
    while (fd < 0 && now_ms() - from < PATIENCE);
    close(fd);
    return fd < 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    unsigned long port = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    double took;

    if (!port || port > 65535) {
        fprintf(stderr, "usage: first PORT [COMMAND...]\n");
        return 2;
    }
    at.sin_port = htons((uint16_t)port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (argc == 2)
        return await(&at);
    took = first_answer(&at, argv + 2);
    if (took >= 0)
        printf("%.1f\n", took);
    return took < 0;
}
