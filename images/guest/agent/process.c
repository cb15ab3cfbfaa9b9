/* Children and their ends. A container is started by a runtime that detaches: the runtime writes the first process's id to a file and
 * ends, the process becomes our child (we are PID 1), and its exit is the stream's. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"

#define ERROR_BYTES 4096

/* Ends that were reaped before their process was known: the runtime's child may be faster than its pid file is read. */
static struct {
    pid_t pid;
    int status;
} early_exits[64];
static unsigned early_exit_next;

static struct process *processes;
static struct watch signal_watch;

struct process *process_add(struct stream *stream)
{
    struct process *process = calloc(1, sizeof *process);
    if (!process)
        return NULL;
    process->stream = stream;
    process->console_listener.fd = -1;
    process->errors_fd = -1;
    process->next = processes;
    processes = process;
    stream->process = process;
    return process;
}

void process_free(struct process *process)
{
    struct process **link = &processes;
    while (*link && *link != process)
        link = &(*link)->next;
    if (*link)
        *link = process->next;
    if (process->stream)
        process->stream->process = NULL;
    process_forget_held(process);
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

void process_answer_pid(struct process *process)
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
    process_answer_pid(process);
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
