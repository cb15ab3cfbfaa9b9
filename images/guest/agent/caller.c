/* Programs of the guest that reach the worker. The docker shim speaks frames of its own on a Unix socket and is passed through
 * with the stream's id put in; a client of /run/docker.sock is a stream of bytes. */

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent.h"

#define CALLER_SOCKET "/run/slipway/caller.sock"
#define DOCKER_SOCKET "/run/docker.sock"
/* A message of arguments in parts, or the frames in flight of a caller that obeys its credit. */
#define INCOMING_MOST (WIRE_HEADER_BYTES + WIRE_MAX_PAYLOAD_BYTES)

struct caller {
    struct stream *stream;
    struct watch watch;
    struct buffer incoming, outgoing;
    bool opened, ending;
};

static struct watch caller_listener, docker_listener;

static void caller_free(struct caller *caller)
{
    watch_close(&caller->watch);
    buffer_free(&caller->incoming);
    buffer_free(&caller->outgoing);
    free(caller);
}

void caller_forget_stream(struct stream *stream)
{
    struct caller *caller = stream->caller;
    stream->caller = NULL;
    caller->stream = NULL;
    caller->ending = true;
    if (!buffer_size(&caller->outgoing))
        caller_free(caller);
}

static void caller_gone(struct caller *caller)
{
    struct stream *stream = caller->stream;
    if (stream) {
        stream->caller = NULL;
        stream_destroy(stream, caller->opened);
    }
    caller_free(caller);
}

static void caller_flush(struct caller *caller)
{
    while (buffer_size(&caller->outgoing)) {
        ssize_t written =
            send(caller->watch.fd, buffer_data(&caller->outgoing), buffer_size(&caller->outgoing), MSG_NOSIGNAL);
        if (written < 0 && errno == EAGAIN) {
            watch_set(&caller->watch, EPOLLIN | EPOLLOUT);
            return;
        }
        if (written < 0) {
            caller_gone(caller);
            return;
        }
        buffer_consume(&caller->outgoing, (size_t)written);
    }
    if (caller->ending)
        caller_free(caller);
    else
        watch_set(&caller->watch, EPOLLIN);
}

void caller_forward(struct stream *stream, uint8_t type, uint8_t channel, const uint8_t *payload, size_t length)
{
    struct caller *caller = stream->caller;
    uint8_t header[WIRE_HEADER_BYTES] = {(uint8_t)length, (uint8_t)(length >> 8), type, channel};
    if (!buffer_append(&caller->outgoing, header, sizeof header) || !buffer_append(&caller->outgoing, payload, length))
        caller_gone(caller);
    else
        caller_flush(caller);
}

/* What a caller may say; anything else ends its connection. */
static bool caller_frame(struct caller *caller, uint8_t type, uint8_t channel, const uint8_t *payload, size_t length)
{
    bool opens = type == FRAME_PART || type == FRAME_OPEN;
    if (opens == caller->opened || channel >= STREAM_CHANNELS)
        return false;
    if (opens) {
        struct stream *stream = caller->stream;
        if (!buffer_append(&stream->parts, payload, length) || stream->parts.length > WIRE_MAX_MESSAGE_BYTES)
            return false;
        if (type == FRAME_OPEN) {
            caller->opened = stream->opened = true;
            link_send_message(FRAME_OPEN, stream->id, stream->parts.bytes, stream->parts.length);
            buffer_free(&stream->parts);
        }
        return true;
    }
    if (type != FRAME_DATA && type != FRAME_EOF && type != FRAME_CREDIT && type != FRAME_CONTROL)
        return false;
    link_send(type, channel, caller->stream->id, payload, length);
    return true;
}

static void caller_ready(struct watch *watch, uint32_t events)
{
    struct caller *caller = watch->owner;
    if (events & EPOLLOUT) {
        caller_flush(caller);
        return;
    }
    uint8_t chunk[16384];
    ssize_t got = recv(watch->fd, chunk, sizeof chunk, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0 && caller->ending)
        return; /* what it still types after its end goes nowhere */
    if (got <= 0 || !buffer_append(&caller->incoming, chunk, (size_t)got)) {
        caller_gone(caller);
        return;
    }
    while (buffer_size(&caller->incoming) >= WIRE_HEADER_BYTES) {
        const uint8_t *at = buffer_data(&caller->incoming);
        size_t length = at[0] | (size_t)at[1] << 8;
        if (length > WIRE_MAX_PAYLOAD_BYTES) {
            caller_gone(caller);
            return;
        }
        if (buffer_size(&caller->incoming) < WIRE_HEADER_BYTES + length)
            break;
        if (!caller_frame(caller, at[2], at[3], at + WIRE_HEADER_BYTES, length)) {
            caller_gone(caller);
            return;
        }
        buffer_consume(&caller->incoming, WIRE_HEADER_BYTES + length);
    }
}

static void caller_connected(struct watch *watch, uint32_t events)
{
    (void)events;
    int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct caller *caller = fd >= 0 ? calloc(1, sizeof *caller) : NULL;
    struct stream *stream = caller ? stream_create_from_guest(KIND_CALLER) : NULL;
    if (!stream) {
        if (fd >= 0)
            close(fd);
        free(caller);
        return;
    }
    caller->stream = stream;
    caller->watch = (struct watch){.fd = fd, .ready = caller_ready, .owner = caller};
    stream->caller = caller;
    watch_set(&caller->watch, EPOLLIN);
}

static void docker_connected(struct watch *watch, uint32_t events)
{
    (void)events;
    int reader = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    int writer = reader >= 0 ? dup(reader) : -1;
    struct stream *stream = writer >= 0 ? stream_create_from_guest(KIND_DOCKER_SOCKET) : NULL;
    if (!stream) {
        if (reader >= 0)
            close(reader);
        if (writer >= 0)
            close(writer);
        return;
    }
    uint8_t kind = KIND_DOCKER_SOCKET;
    stream->opened = true;
    link_send(FRAME_OPEN, 0, stream->id, &kind, sizeof kind);
    stream_attach_sink(stream, CHANNEL_IN, writer);
    stream_attach_source(stream, CHANNEL_OUT, reader);
}

static void listen_at(const char *path, struct watch *watch, void (*connected)(struct watch *, uint32_t))
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 32) < 0) {
        log_line("%s: %m", path);
        return;
    }
    chmod(path, 0660);
    *watch = (struct watch){.fd = fd, .ready = connected};
    watch_set(watch, EPOLLIN);
}

void caller_init(void)
{
    mkdir("/run/slipway", 0700);
    listen_at(CALLER_SOCKET, &caller_listener, caller_connected);
    listen_at(DOCKER_SOCKET, &docker_listener, docker_connected);
}
