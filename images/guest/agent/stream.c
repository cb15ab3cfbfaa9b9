/* Streams: the table of those that are open, what opens them, and the frames that come for them. */

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "flow.h"

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
        source_free(&stream->sources[i]);
        sink_free(&stream->sinks[i]);
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

void streams_resume_sources(void)
{
    for (struct stream *stream = streams; stream; stream = stream->next)
        for (int i = 0; i < STREAM_CHANNELS; i++)
            source_credit(&stream->sources[i], 0);
}

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
        source_credit(&stream->sources[channel], read_u32(&reader));
    }
}
