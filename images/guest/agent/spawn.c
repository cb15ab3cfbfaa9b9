/* Starts children: shells on terminals, commands on pipes, and runtimes that detach from containers. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "process.h"

struct spawn {
    uint32_t flags;
    struct winsize size;
    char *cwd, **argv, **env, *pid_file, *console_path;
};

struct stdio {
    int child[3];
    int ours[3]; /* input to write, output and errors to read; -1: none */
};

static void free_spawn(struct spawn *spawn)
{
    free(spawn->cwd);
    free_strings(spawn->argv);
    free_strings(spawn->env);
    free(spawn->pid_file);
    free(spawn->console_path);
}

static int open_terminal(struct stdio *stdio, const struct winsize *size)
{
    struct terminal terminal;
    int error = terminal_open(&terminal, size);
    if (error)
        return error;
    stdio->ours[1] = terminal.master;
    for (int i = 0; i < 3; i++)
        stdio->child[i] = terminal.slave;
    return 0;
}

static int open_pipes(struct stdio *stdio, bool input)
{
    int ends[2];
    if (!input) {
        stdio->child[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    } else {
        if (pipe2(ends, O_CLOEXEC) < 0)
            return -errno;
        stdio->child[0] = ends[0];
        stdio->ours[0] = ends[1];
    }
    for (int i = 1; i < 3; i++) {
        if (pipe2(ends, O_CLOEXEC) < 0)
            return -errno;
        stdio->child[i] = ends[1];
        stdio->ours[i] = ends[0];
    }
    return 0;
}

static void close_stdio(int fds[3])
{
    for (int i = 0; i < 3; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        for (int j = i + 1; j < 3; j++)
            if (fds[j] == fds[i])
                fds[j] = -1;
    }
}

/* Perhaps in the agent's own memory, until the program runs: see start_child(). */
static _Noreturn void child(const struct spawn *spawn, const struct stdio *stdio, int program_fd, int errors_fd)
{
    setsid();
    for (int i = 0; i < 3; i++)
        dup2(stdio->child[i], i);
    if (errors_fd >= 0)
        dup2(errors_fd, 3);
    if ((spawn->flags & (SPAWN_TTY | SPAWN_DETACHES)) == SPAWN_TTY)
        ioctl(0, TIOCSCTTY, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (chdir(spawn->cwd) < 0 && chdir("/") < 0)
        _exit(126);
    if (program_fd >= 0)
        fexecve(program_fd, spawn->argv, spawn->env);
    execvp(spawn->argv[0], spawn->argv);
    int error = errno;
    dprintf(2, "%s: %s\n", spawn->argv[0], strerror(error));
    _exit(error == ENOENT ? 127 : 126);
}

/* A sealed program is in memory, so that the agent may wait with vfork() for it to be executed and need not copy its page tables. Any
 * other might have to be fetched first. */
static pid_t start_child(const struct spawn *spawn, const struct stdio *stdio, int errors_fd)
{
    int program_fd = sealed_program(spawn->argv[0]);
    char **own = environ;
    environ = spawn->env; /* its PATH */
    pid_t pid = program_fd >= 0 ? vfork() : fork();
    if (pid == 0)
        child(spawn, stdio, program_fd, errors_fd);
    environ = own;
    return pid;
}

static int start_process(struct stream *stream, struct spawn *spawn, struct process *process)
{
    struct stdio stdio = {{-1, -1, -1}, {-1, -1, -1}};
    bool detaches = spawn->flags & SPAWN_DETACHES, tty = spawn->flags & SPAWN_TTY;
    int error = 0;
    if (tty && detaches) {
        error = terminal_await(process);
        for (int i = 0; i < 3 && !error; i++)
            stdio.child[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
    } else if (tty) {
        error = open_terminal(&stdio, &spawn->size);
    } else {
        error = open_pipes(&stdio, spawn->flags & SPAWN_STDIN);
    }
    pid_t pid = error ? -1 : start_child(spawn, &stdio, process->errors_fd);
    if (!error && pid < 0)
        error = -errno;
    close_stdio(stdio.child);
    if (error) {
        close_stdio(stdio.ours);
        return error;
    }
    process->pid = pid;
    if (spawn->flags & SPAWN_HOLD) {
        process_hold(process, stdio.ours[1]);
    } else if (tty && !detaches) {
        terminal_attach(stream, stdio.ours[1]);
    } else if (!tty) {
        if (stdio.ours[0] >= 0)
            stream_attach_sink(stream, CHANNEL_IN, stdio.ours[0]);
        stream_attach_source(stream, CHANNEL_OUT, stdio.ours[1]);
        stream_attach_source(stream, CHANNEL_ERR, stdio.ours[2]);
    }
    return 0;
}

/* Takes the names of files from `spawn`. */
static struct process *new_process(struct stream *stream, struct spawn *spawn)
{
    struct process *process = process_add(stream);
    if (!process)
        return NULL;
    process->starting = spawn->flags & SPAWN_DETACHES;
    process->pid_file = spawn->pid_file;
    process->console_path = spawn->console_path;
    spawn->pid_file = spawn->console_path = NULL;
    if (process->starting)
        process->errors_fd = memfd_create("runtime-errors", MFD_CLOEXEC);
    return process;
}

void process_spawn(struct stream *stream, struct reader *arguments)
{
    struct spawn spawn = {.flags = read_u32(arguments)};
    spawn.size.ws_col = read_u16(arguments);
    spawn.size.ws_row = read_u16(arguments);
    spawn.cwd = read_string(arguments);
    spawn.argv = read_strings(arguments);
    spawn.env = read_strings(arguments);
    spawn.pid_file = read_string(arguments);
    spawn.console_path = read_string(arguments);
    bool holds = spawn.flags & SPAWN_HOLD;
    if (arguments->bad || !spawn.argv[0] || (holds && !(spawn.flags & SPAWN_TTY))) {
        free_spawn(&spawn);
        stream_fail(stream, EINVAL, "bad arguments of a spawn");
        return;
    }
    if (spawn.flags & SPAWN_TAKE_HELD && process_take_held(stream, &spawn.size)) {
        free_spawn(&spawn);
        return;
    }
    struct process *process = new_process(stream, &spawn);
    int error = process ? start_process(stream, &spawn, process) : -ENOMEM;
    free_spawn(&spawn);
    if (error) {
        if (process)
            process_free(process);
        stream_fail(stream, -error, strerror(-error));
    } else if (!process->starting) {
        process_answer_pid(process);
        if (holds) {
            process_forget_stream(stream);
            stream_close_when_done(stream);
        }
    }
}
