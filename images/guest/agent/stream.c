/* Streams and their channels. A source reads a descriptor while the worker has given credit; a sink queues what the worker
 * sent, at most as much as the credit it was given, and grants new credit as the queue leaves. */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "tty-output.h"

static struct stream *streams;
static uint32_t next_guest_id = 1;

struct stream *stream_find(uint32_t id)
{
    for (struct stream *stream = streams; stream; stream = stream->next)
        if (stream->id == id)
            return stream;
    return NULL;
}

struct stream *stream_create(uint32_t id, uint8_t kind)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    stream->id = id;
    stream->kind = kind;
    for (int i = 0; i < STREAM_CHANNELS; i++)
        stream->sources[i].watch.fd = stream->sinks[i].watch.fd = -1;
    stream->next = streams;
    streams = stream;
    return stream;
}

struct stream *stream_create_from_guest(uint8_t kind)
{
    struct stream *stream = stream_create(next_guest_id, kind);
    if (stream)
        next_guest_id += 2;
    return stream;
}

void stream_destroy(struct stream *stream, bool tell)
{
    struct stream **link = &streams;
    while (*link && *link != stream)
        link = &(*link)->next;
    if (*link)
        *link = stream->next;
    for (int i = 0; i < STREAM_CHANNELS; i++) {
        tty_output_free(stream->sources[i].tty);
        watch_close(&stream->sources[i].watch);
        watch_close(&stream->sinks[i].watch);
        buffer_free(&stream->sinks[i].queue);
    }
    buffer_free(&stream->parts);
    if (stream->process)
        process_forget_stream(stream);
    if (stream->caller)
        caller_forget_stream(stream);
    if (tell)
        link_send(FRAME_CLOSE, 0, stream->id, NULL, 0);
    free(stream);
}

void stream_close_when_done(struct stream *stream)
{
    if (!stream->opened || stream->process || stream->caller)
        return;
    for (int i = 0; i < STREAM_CHANNELS; i++)
        if (stream->sources[i].open || stream->sinks[i].open)
            return;
    stream_destroy(stream, true);
}

/* ---- guest to worker */

static void source_end(struct stream *stream, int channel)
{
    struct source *source = &stream->sources[channel];
    source->open = false;
    tty_output_free(source->tty);
    source->tty = NULL;
    watch_close(&source->watch);
    link_send(FRAME_EOF, (uint8_t)channel, stream->id, NULL, 0);
    stream_close_when_done(stream);
}

static void source_wait(struct source *source)
{
    if (source->open)
        watch_set(&source->watch, source->credit && link_has_room() ? EPOLLIN : 0);
}

/* Fills a frame. -1: the descriptor is at its end (a pty's master says EIO when the last slave is closed). */
static ssize_t source_fill(struct source *source, uint8_t *chunk, size_t most)
{
    size_t length = 0;
    ssize_t got = 0;
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
    static uint8_t chunk[WIRE_MAX_PAYLOAD_BYTES], converted[WIRE_MAX_PAYLOAD_BYTES];
    struct stream *stream = watch->owner;
    int channel = 0;
    while (&stream->sources[channel].watch != watch)
        channel++;
    struct source *source = &stream->sources[channel];
    size_t most = source->credit < sizeof chunk ? source->credit : sizeof chunk;
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

void streams_resume_sources(void)
{
    for (struct stream *stream = streams; stream; stream = stream->next)
        for (int i = 0; i < STREAM_CHANNELS; i++)
            source_wait(&stream->sources[i]);
}

/* ---- worker to guest */

static void sink_end(struct stream *stream, struct sink *sink)
{
    sink->open = false;
    shutdown(sink->watch.fd, SHUT_WR); /* a socket has a reader of its own: closing a copy would not tell the peer */
    watch_close(&sink->watch);
    buffer_free(&sink->queue);
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

static void sink_data(struct stream *stream, int channel, const uint8_t *bytes, size_t length)
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

static void sink_eof(struct stream *stream, int channel)
{
    struct sink *sink = &stream->sinks[channel];
    sink->ending = true;
    if (sink->open && !buffer_size(&sink->queue))
        sink_end(stream, sink);
}

/* ---- messages */

void stream_result(struct stream *stream, const void *answer, size_t length)
{
    struct buffer message = {0};
    if (!buffer_append_u32(&message, 0) || !buffer_append(&message, answer, length)) {
        buffer_free(&message);
        stream_fail(stream, ENOMEM, "out of memory");
        return;
    }
    stream->opened = true;
    link_send_message(FRAME_RESULT, stream->id, message.bytes, message.length);
    buffer_free(&message);
}

void stream_fail(struct stream *stream, int error, const char *message)
{
    struct buffer answer = {0};
    buffer_append_u32(&answer, (uint32_t)error);
    buffer_append(&answer, message, strlen(message));
    link_send_message(FRAME_RESULT, stream->id, answer.bytes, answer.length);
    buffer_free(&answer);
    stream_destroy(stream, false);
}

static void open_stream(struct stream *stream, struct reader *arguments)
{
    stream->kind = read_u8(arguments);
    switch (stream->kind) {
    case KIND_OPERATIONS: operations_start(stream, arguments); break;
    case KIND_SPAWN: process_spawn(stream, arguments); break;
    case KIND_CONNECT: connect_start(stream, arguments); break;
    case KIND_READ_FILE: file_read_start(stream, arguments); break;
    case KIND_WRITE_FILE: file_write_start(stream, arguments); break;
    case KIND_TAR_OUT: tar_out_start(stream, arguments); break;
    case KIND_TAR_IN: tar_in_start(stream, arguments); break;
    case KIND_DNS: dns_start(stream, arguments); break;
    case KIND_LISTEN_OUTSIDE: outside_start(stream, arguments); break;
    default: stream_fail(stream, ENOSYS, "unknown kind of stream");
    }
}

static void control(struct stream *stream, const uint8_t *payload, size_t length)
{
    struct reader reader = {payload, length, 0, false};
    uint8_t verb = read_u8(&reader);
    if (stream->caller) {
        caller_forward(stream, FRAME_CONTROL, 0, payload, length);
    } else if (verb == CONTROL_RESIZE) {
        uint16_t columns = read_u16(&reader), rows = read_u16(&reader);
        process_resize(stream, columns, rows);
    } else if (verb == CONTROL_SIGNAL) {
        process_signal(stream, read_u32(&reader));
    }
}

static void hello(void)
{
    uint32_t version = htole32(WIRE_PROTOCOL_VERSION);
    while (streams) /* a new worker knows nothing of the streams of the last one */
        stream_destroy(streams, false);
    link_send(FRAME_HELLO, 0, 0, &version, sizeof version);
}

static void message_frame(uint8_t type, uint32_t id, const uint8_t *payload, size_t length)
{
    struct stream *stream = stream_find(id);
    if (!stream)
        stream = stream_create(id, 0);
    if (!stream || stream->opened)
        return;
    if (stream->parts.length + length > WIRE_MAX_MESSAGE_BYTES || !buffer_append(&stream->parts, payload, length)) {
        stream_fail(stream, E2BIG, "message too long");
        return;
    }
    if (type == FRAME_PART)
        return;
    /* The stream may be gone when the call returns, so the arguments are taken out of it. */
    struct buffer parts = stream->parts;
    stream->parts = (struct buffer){0};
    struct reader arguments = {parts.bytes, parts.length, 0, false};
    open_stream(stream, &arguments);
    buffer_free(&parts);
}

void stream_handle_frame(uint8_t type, uint8_t channel, uint32_t id, const uint8_t *payload, size_t length)
{
    if (type == FRAME_HELLO) {
        hello();
        return;
    }
    if ((type == FRAME_PART || type == FRAME_OPEN) && id % 2 == 0) {
        message_frame(type, id, payload, length);
        return;
    }
    struct stream *stream = stream_find(id);
    if (!stream || channel >= STREAM_CHANNELS)
        return;
    if (type == FRAME_CLOSE) {
        stream_destroy(stream, false);
    } else if (type == FRAME_CONTROL) {
        control(stream, payload, length);
    } else if (stream->caller) {
        caller_forward(stream, type, channel, payload, length);
    } else if (type == FRAME_DATA) {
        sink_data(stream, channel, payload, length);
    } else if (type == FRAME_EOF) {
        sink_eof(stream, channel);
    } else if (type == FRAME_CREDIT) {
        struct reader reader = {payload, length, 0, false};
        stream->sources[channel].credit += read_u32(&reader);
        source_wait(&stream->sources[channel]);
    }
}
