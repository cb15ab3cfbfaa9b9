/* The channels of streams. A source reads a descriptor while the worker has given credit; a sink queues what the worker
 * sent, at most as much as the credit it was given, and grants new credit as the queue leaves. */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "flow.h"
#include "tty-output.h"

/* ---- guest to worker */

void source_free(struct source *source)
{
    tty_output_free(source->tty);
    source->tty = NULL;
    watch_close(&source->watch);
}

static void source_end(struct stream *stream, int channel)
{
    struct source *source = &stream->sources[channel];
    source->open = false;
    source_free(source);
    link_send(FRAME_EOF, (uint8_t)channel, stream->id, NULL, 0);
    stream_close_when_done(stream);
}

static void source_wait(struct source *source)
{
    if (source->open)
        watch_set(&source->watch, source->credit && link_has_room() ? EPOLLIN : 0);
}

void source_credit(struct source *source, uint32_t bytes)
{
    source->credit += bytes;
    source_wait(source);
}

/* Fills a frame. -1: the descriptor is at its end (a pty's master says EIO when the last slave is closed). */
static ssize_t source_fill(struct source *source, uint8_t *chunk, size_t most)
{
    size_t length = 0;
    ssize_t got = 0;
    if (source->tty)
        link_flush(); /* what waits for the end of this round need not wait for the writer of this terminal */
    while (length < most && (got = read(source->watch.fd, chunk + length, most - length)) > 0) {
        length += (size_t)got;
        /* A pty gives a page a read at most, and is filled again by a kernel thread: letting that run makes one frame of several. */
        if (source->tty)
            sched_yield();
    }
    bool ended = length < most && (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR));
    return length == 0 && ended ? -1 : (ssize_t)length;
}

static void source_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    static uint8_t room[1 + WIRE_MAX_PAYLOAD_BYTES], converted[WIRE_MAX_PAYLOAD_BYTES];
    uint8_t *chunk = room + 1; /* tty_output_convert wants a byte before it */
    struct stream *stream = watch->owner;
    int channel = 0;
    while (&stream->sources[channel].watch != watch)
        channel++;
    struct source *source = &stream->sources[channel];
    size_t most = source->credit < WIRE_MAX_PAYLOAD_BYTES ? source->credit : WIRE_MAX_PAYLOAD_BYTES;
    if (source->tty) /* newlines may double it */
        most = most > 1 ? most / 2 : 1;
    ssize_t length = source_fill(source, chunk, most);
    if (length < 0) {
        source_end(stream, channel);
        return;
    }
    const uint8_t *bytes = chunk;
    if (source->tty) {
        length = (ssize_t)tty_output_convert(source->tty, chunk, (size_t)length, converted);
        bytes = converted;
    }
    if (length > 0) {
        source->credit = source->credit > (uint32_t)length ? source->credit - (uint32_t)length : 0;
        link_send(FRAME_DATA, (uint8_t)channel, stream->id, bytes, (size_t)length);
    }
    source_wait(source);
}

static void set_nonblocking(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void stream_attach_source(struct stream *stream, int channel, int fd)
{
    struct source *source = &stream->sources[channel];
    set_nonblocking(fd);
    source->watch = (struct watch){.fd = fd, .ready = source_ready, .owner = stream};
    source->credit = WIRE_WORKER_CREDIT_BYTES;
    source->open = true;
    source_wait(source);
}

void stream_attach_terminal(struct stream *stream, int channel, int master)
{
    stream->sources[channel].tty = tty_output_new(master);
    stream_attach_source(stream, channel, master);
}

/* ---- worker to guest */

void sink_free(struct sink *sink)
{
    watch_close(&sink->watch);
    buffer_free(&sink->queue);
}

static void sink_end(struct stream *stream, struct sink *sink)
{
    sink->open = false;
    shutdown(sink->watch.fd, SHUT_WR); /* a socket has a reader of its own: closing a copy would not tell the peer */
    sink_free(sink);
    stream_close_when_done(stream);
}

/* Credit is granted in steps: a frame for every byte would cost more than the byte. */
static void sink_grant(struct stream *stream, int channel, size_t length)
{
    struct sink *sink = &stream->sinks[channel];
    sink->ungranted += (uint32_t)length;
    if (sink->ungranted < WIRE_GUEST_CREDIT_BYTES / 4)
        return;
    uint32_t granted = htole32(sink->ungranted);
    sink->ungranted = 0;
    link_send(FRAME_CREDIT, (uint8_t)channel, stream->id, &granted, sizeof granted);
}

static void sink_flush(struct stream *stream, int channel)
{
    struct sink *sink = &stream->sinks[channel];
    while (buffer_size(&sink->queue)) {
        ssize_t written = write(sink->watch.fd, buffer_data(&sink->queue), buffer_size(&sink->queue));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EAGAIN) {
            watch_set(&sink->watch, EPOLLOUT);
            return;
        }
        if (written < 0) { /* nobody reads: what still comes is dropped, and its credit returned */
            written = (ssize_t)buffer_size(&sink->queue);
            sink->ending = true;
        }
        buffer_consume(&sink->queue, (size_t)written);
        sink_grant(stream, channel, (size_t)written);
    }
    watch_set(&sink->watch, 0);
    if (sink->ending)
        sink_end(stream, sink);
}

static void sink_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct stream *stream = watch->owner;
    int channel = 0;
    while (&stream->sinks[channel].watch != watch)
        channel++;
    sink_flush(stream, channel);
}

void stream_attach_sink(struct stream *stream, int channel, int fd)
{
    struct sink *sink = &stream->sinks[channel];
    set_nonblocking(fd);
    sink->watch = (struct watch){.fd = fd, .ready = sink_ready, .owner = stream};
    sink->open = true;
    if (buffer_size(&sink->queue) || sink->ending)
        sink_flush(stream, channel);
}

void sink_data(struct stream *stream, int channel, const uint8_t *bytes, size_t length)
{
    struct sink *sink = &stream->sinks[channel];
    if (sink->ending || (stream->opened && !sink->open))
        return;
    if (!buffer_append(&sink->queue, bytes, length)) {
        stream_destroy(stream, true);
        return;
    }
    if (sink->open && !sink->watch.in_epoll)
        sink_flush(stream, channel);
}

void sink_eof(struct stream *stream, int channel)
{
    struct sink *sink = &stream->sinks[channel];
    sink->ending = true;
    if (sink->open && !buffer_size(&sink->queue))
        sink_end(stream, sink);
}
