/* Children: shells on ptys, commands on pipes, and containers. A container is started by a runtime that detaches: the runtime
 * writes the first process's id to a file and ends, the process becomes our child (we are PID 1), and its exit is the stream's. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "agent.h"

#define ERROR_BYTES 4096

struct process {
    struct stream *stream; /* NULL: the worker has closed it */
    pid_t pid;
    bool starting; /* pid is the runtime's that will detach */
    bool tty;
    char *pid_file, *console_path;
    struct watch console_listener;
    int errors_fd; /* what the runtime printed */
    struct process *next;
};

/* Ends that were reaped before their process was known: the runtime's child may be faster than its pid file is read. */
static struct {
    pid_t pid;
    int status;
} early_exits[64];
static unsigned early_exit_next;

static struct process *processes;
static struct watch signal_watch;

static void process_free(struct process *process)
{
    struct process **link = &processes;
    while (*link && *link != process)
        link = &(*link)->next;
    if (*link)
        *link = process->next;
    if (process->stream)
        process->stream->process = NULL;
    if (process->console_path)
        unlink(process->console_path);
    watch_close(&process->console_listener);
    if (process->errors_fd >= 0)
        close(process->errors_fd);
    free(process->pid_file);
    free(process->console_path);
    free(process);
}

void process_forget_stream(struct stream *stream)
{
    struct process *process = stream->process;
    process->stream = NULL;
    stream->process = NULL;
}

/* ---- the end */

static void report_exit(struct process *process, int status)
{
    struct stream *stream = process->stream;
    process_free(process);
    if (!stream)
        return;
    struct buffer message = {0};
    uint32_t signal = WIFSIGNALED(status) ? (uint32_t)WTERMSIG(status) : 0;
    buffer_append_u32(&message, signal ? 128 + signal : (uint32_t)WEXITSTATUS(status));
    buffer_append_u32(&message, signal);
    link_send(FRAME_EXIT, 0, stream->id, message.bytes, message.length);
    buffer_free(&message);
    struct sink *input = &stream->sinks[CHANNEL_IN];
    watch_close(&input->watch);
    buffer_free(&input->queue);
    input->open = false;
    input->ending = true;
    stream_close_when_done(stream);
}

static void answer_pid(struct process *process)
{
    uint32_t pid = (uint32_t)process->pid;
    if (process->stream)
        stream_result(process->stream, &pid, sizeof pid);
}

static void runtime_failed(struct process *process)
{
    char message[ERROR_BYTES];
    ssize_t length = process->errors_fd >= 0 ? pread(process->errors_fd, message, sizeof message - 1, 0) : 0;
    message[length > 0 ? length : 0] = 0;
    struct stream *stream = process->stream;
    process_free(process);
    if (stream)
        stream_fail(stream, ECHILD, message);
}

static void runtime_ended(struct process *process, int status)
{
    char text[32] = "";
    int fd = open(process->pid_file, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, text, sizeof text - 1) < 0)
            text[0] = 0;
        close(fd);
    }
    unlink(process->pid_file);
    process->pid = (pid_t)strtol(text, NULL, 10);
    if (status != 0 || process->pid <= 0) {
        runtime_failed(process);
        return;
    }
    process->starting = false;
    /* A terminal's master lies in the socket by now. */
    if (process->console_listener.fd >= 0)
        process->console_listener.ready(&process->console_listener, EPOLLIN);
    answer_pid(process);
    for (unsigned i = 0; i < 64; i++)
        if (early_exits[i].pid == process->pid) {
            early_exits[i].pid = 0;
            report_exit(process, early_exits[i].status);
            return;
        }
}

static void reaped(pid_t pid, int status)
{
    for (struct process *process = processes; process; process = process->next)
        if (process->pid == pid) {
            if (process->starting)
                runtime_ended(process, status);
            else
                report_exit(process, status);
            return;
        }
    early_exits[early_exit_next].pid = pid;
    early_exits[early_exit_next].status = status;
    early_exit_next = (early_exit_next + 1) % 64;
}

static void signal_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct signalfd_siginfo info;
    while (read(watch->fd, &info, sizeof info) > 0)
        ;
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        reaped(pid, status);
}

void process_init(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal_watch = (struct watch){.fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), .ready = signal_ready};
    watch_set(&signal_watch, EPOLLIN);
}

/* ---- the start */

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

static void attach_terminal(struct stream *stream, int master)
{
    int writer = fcntl(master, F_DUPFD_CLOEXEC, 0);
    stream_attach_sink(stream, CHANNEL_IN, writer);
    stream_attach_terminal(stream, CHANNEL_OUT, master);
}

/* The runtime connects, sends the master of the terminal that it made inside the container, and closes. */
static void console_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct process *process = watch->owner;
    int connection = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0)
        return;
    char byte[256], control[CMSG_SPACE(sizeof(int))];
    struct iovec part = {byte, sizeof byte};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = NULL;
    if (recvmsg(connection, &message, MSG_CMSG_CLOEXEC) >= 0)
        header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_type == SCM_RIGHTS && process->stream) {
        int master;
        memcpy(&master, CMSG_DATA(header), sizeof master);
        attach_terminal(process->stream, master);
    }
    close(connection);
    unlink(process->console_path);
    watch_close(watch);
}

static int console_listen(struct process *process)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(process->console_path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    strcpy(address.sun_path, process->console_path);
    unlink(process->console_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    process->console_listener = (struct watch){.fd = fd, .ready = console_ready, .owner = process};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
        return -errno;
    watch_set(&process->console_listener, EPOLLIN);
    return 0;
}

static int open_terminal(struct stdio *stdio, const struct winsize *size)
{
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), unlocked = 0;
    if (master < 0)
        return -errno;
    if (ioctl(master, TIOCSPTLCK, &unlocked) < 0 || ioctl(master, TIOCSWINSZ, size) < 0) {
        close(master);
        return -errno;
    }
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0) {
        close(master);
        return -errno;
    }
    stdio->ours[1] = master;
    for (int i = 0; i < 3; i++)
        stdio->child[i] = slave;
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
        error = console_listen(process);
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
    if (tty && !detaches) {
        attach_terminal(stream, stdio.ours[1]);
    } else if (!tty) {
        if (stdio.ours[0] >= 0)
            stream_attach_sink(stream, CHANNEL_IN, stdio.ours[0]);
        stream_attach_source(stream, CHANNEL_OUT, stdio.ours[1]);
        stream_attach_source(stream, CHANNEL_ERR, stdio.ours[2]);
    }
    return 0;
}

static struct process *new_process(struct stream *stream, struct spawn *spawn)
{
    struct process *process = calloc(1, sizeof *process);
    if (!process)
        return NULL;
    process->stream = stream;
    process->starting = spawn->flags & SPAWN_DETACHES;
    process->tty = spawn->flags & SPAWN_TTY;
    process->console_listener.fd = -1;
    process->errors_fd = -1;
    process->pid_file = spawn->pid_file;
    process->console_path = spawn->console_path;
    spawn->pid_file = spawn->console_path = NULL;
    if (process->starting)
        process->errors_fd = memfd_create("runtime-errors", MFD_CLOEXEC);
    process->next = processes;
    processes = process;
    stream->process = process;
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
    if (arguments->bad || !spawn.argv[0]) {
        free_spawn(&spawn);
        stream_fail(stream, EINVAL, "bad arguments of a spawn");
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
        answer_pid(process);
    }
}

void process_resize(struct stream *stream, uint16_t columns, uint16_t rows)
{
    struct winsize size = {.ws_col = columns, .ws_row = rows};
    int fd = stream->sources[CHANNEL_OUT].watch.fd;
    if (fd >= 0)
        ioctl(fd, TIOCSWINSZ, &size);
}

void process_signal(struct stream *stream, uint32_t number)
{
    if (stream->process && !stream->process->starting && number > 0 && number < 65)
        kill(stream->process->pid, (int)number);
}
