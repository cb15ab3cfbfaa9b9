/* Files and trees in and out. A thread does the blocking side; a pipe joins it to the stream's channel. */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent.h"
#include "confine.h"
#include "tar.h"

struct transfer {
    uint32_t stream;
    char *root, *path;
    int file, pipe;
    bool hollow;
    int error;
    char message[256];
};

static void transfer_free(struct transfer *transfer)
{
    free(transfer->root);
    free(transfer->path);
    if (transfer->file >= 0)
        close(transfer->file);
    free(transfer);
}

/* EXIT carries the errno, and the message after it. */
static void transfer_done(void *argument)
{
    struct transfer *transfer = argument;
    struct stream *stream = stream_find(transfer->stream);
    if (stream) {
        struct buffer end = {0};
        buffer_append_u32(&end, (uint32_t)-transfer->error);
        buffer_append_u32(&end, 0);
        buffer_append(&end, transfer->message, strlen(transfer->message));
        link_send(FRAME_EXIT, 0, stream->id, end.bytes, end.length);
        buffer_free(&end);
        stream->opened = true;
        stream_close_when_done(stream);
    }
    transfer_free(transfer);
}

static int copy_bytes(int from, int to)
{
    static const size_t size = 65536;
    uint8_t *chunk = malloc(size);
    if (!chunk)
        return -ENOMEM;
    int error = 0;
    for (ssize_t got; !error && (got = read(from, chunk, size)) != 0;) {
        if (got < 0)
            error = -errno;
        for (ssize_t done = 0, written; !error && done < got; done += written)
            if ((written = write(to, chunk + done, (size_t)(got - done))) < 0) {
                error = -errno;
                written = 0;
            }
    }
    free(chunk);
    return error;
}

static void *read_run(void *argument)
{
    struct transfer *transfer = argument;
    transfer->error = copy_bytes(transfer->file, transfer->pipe);
    close(transfer->pipe);
    loop_post(transfer_done, transfer);
    return NULL;
}

static void *write_run(void *argument)
{
    struct transfer *transfer = argument;
    transfer->error = copy_bytes(transfer->pipe, transfer->file);
    close(transfer->pipe);
    if (transfer->error) {
        char name[256];
        int parent = confined_parent(transfer->root, transfer->path, name, sizeof name);
        if (parent >= 0) {
            unlinkat(parent, name, 0);
            close(parent);
        }
    }
    loop_post(transfer_done, transfer);
    return NULL;
}

static void *tar_out_run(void *argument)
{
    struct transfer *transfer = argument;
    transfer->error = tar_out(transfer->root, transfer->path, transfer->hollow, transfer->pipe, transfer->message,
                              sizeof transfer->message);
    close(transfer->pipe);
    loop_post(transfer_done, transfer);
    return NULL;
}

static void *tar_in_run(void *argument)
{
    struct transfer *transfer = argument;
    transfer->error = tar_in(transfer->root, transfer->path, transfer->pipe, transfer->message, sizeof transfer->message);
    close(transfer->pipe);
    loop_post(transfer_done, transfer);
    return NULL;
}

static struct transfer *transfer_new(struct stream *stream, struct reader *arguments)
{
    struct transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer)
        return NULL;
    transfer->stream = stream->id;
    transfer->file = -1;
    transfer->root = read_string(arguments);
    transfer->path = read_string(arguments);
    if (arguments->bad) {
        transfer_free(transfer);
        return NULL;
    }
    return transfer;
}

/* Joins the channel to the thread's end of a pipe and starts the thread. */
static void transfer_start(struct stream *stream, struct transfer *transfer, bool out, void *(*run)(void *))
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        int error = errno;
        transfer_free(transfer);
        stream_fail(stream, error, strerror(error));
        return;
    }
    transfer->pipe = ends[out ? 1 : 0];
    if (!task_start(run, transfer)) {
        close(ends[0]);
        close(ends[1]);
        transfer_free(transfer);
        stream_fail(stream, EAGAIN, "no thread");
        return;
    }
    if (out)
        stream_attach_source(stream, CHANNEL_OUT, ends[0]);
    else
        stream_attach_sink(stream, CHANNEL_IN, ends[1]);
}

void file_read_start(struct stream *stream, struct reader *arguments)
{
    struct transfer *transfer = transfer_new(stream, arguments);
    if (!transfer) {
        stream_fail(stream, EINVAL, "bad arguments");
        return;
    }
    struct stat status = {0};
    transfer->file = confined_open(transfer->root, transfer->path, O_RDONLY | O_NONBLOCK, 0);
    int error = transfer->file < 0 ? -transfer->file : fstat(transfer->file, &status) < 0 ? errno : 0;
    if (!error && S_ISDIR(status.st_mode))
        error = EISDIR;
    if (error) {
        transfer_free(transfer);
        stream_fail(stream, error, strerror(error));
        return;
    }
    uint64_t size = htole64((uint64_t)status.st_size);
    stream_result(stream, &size, sizeof size);
    stream->opened = false; /* until the thread has ended: EXIT is the last word */
    transfer_start(stream, transfer, true, read_run);
}

void file_write_start(struct stream *stream, struct reader *arguments)
{
    struct transfer *transfer = transfer_new(stream, arguments);
    uint32_t mode = read_u32(arguments), flags = read_u32(arguments);
    if (!transfer || arguments->bad) {
        if (transfer)
            transfer_free(transfer);
        stream_fail(stream, EINVAL, "bad arguments");
        return;
    }
    int open_flags = O_WRONLY | O_CREAT | O_TRUNC | (flags & 1 ? O_EXCL : 0);
    transfer->file = confined_open(transfer->root, transfer->path, open_flags, mode);
    if (transfer->file < 0) {
        int error = -transfer->file;
        transfer_free(transfer);
        stream_fail(stream, error, strerror(error));
        return;
    }
    stream_result(stream, NULL, 0);
    stream->opened = false;
    transfer_start(stream, transfer, false, write_run);
}

static void tar_start(struct stream *stream, struct reader *arguments, bool out)
{
    struct transfer *transfer = transfer_new(stream, arguments);
    uint32_t flags = out ? read_u32(arguments) : 0;
    if (!transfer || arguments->bad) {
        if (transfer)
            transfer_free(transfer);
        stream_fail(stream, EINVAL, "bad arguments");
        return;
    }
    transfer->hollow = flags & 1;
    int there = confined_open(transfer->root, transfer->path, O_PATH | (out ? O_NOFOLLOW : O_DIRECTORY), 0);
    if (there < 0) {
        transfer_free(transfer);
        stream_fail(stream, -there, strerror(-there));
        return;
    }
    close(there);
    stream_result(stream, NULL, 0);
    stream->opened = false;
    transfer_start(stream, transfer, out, out ? tar_out_run : tar_in_run);
}

void tar_out_start(struct stream *stream, struct reader *arguments) { tar_start(stream, arguments, true); }
void tar_in_start(struct stream *stream, struct reader *arguments) { tar_start(stream, arguments, false); }
