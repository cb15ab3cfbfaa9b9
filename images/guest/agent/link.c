/* Frames over the console port. Frames wait in one queue until a round of the event loop ends, and leave in writes as large as the
 * driver takes, so that many small frames cost one notification of the machine. */

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "agent.h"

#define LINK_ROOM (256 * 1024)
#define WRITE_BYTES 32768

static struct watch link_watch;
static struct buffer outgoing;
static uint8_t incoming[WIRE_HEADER_BYTES + 65536];
static size_t incoming_length;
static bool sources_waiting;

static void write_frames(void)
{
    while (buffer_size(&outgoing)) {
        size_t length = buffer_size(&outgoing) < WRITE_BYTES ? buffer_size(&outgoing) : WRITE_BYTES;
        ssize_t written = write(link_watch.fd, buffer_data(&outgoing), length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            break;
        buffer_consume(&outgoing, (size_t)written);
    }
}

/* Sources that waited for room may have something to write. */
static bool resume_sources(void)
{
    if (!sources_waiting || !link_has_room())
        return false;
    sources_waiting = false;
    streams_resume_sources();
    return true;
}

void link_flush(void)
{
    do
        write_frames();
    while (resume_sources());
    watch_set(&link_watch, buffer_size(&outgoing) ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

bool link_has_room(void)
{
    bool room = buffer_size(&outgoing) < LINK_ROOM;
    if (!room)
        sources_waiting = true;
    return room;
}

void link_send(uint8_t type, uint8_t channel, uint32_t stream, const void *payload, size_t length)
{
    uint8_t header[WIRE_HEADER_BYTES] = {(uint8_t)length, (uint8_t)(length >> 8), type, channel};
    uint32_t id = htole32(stream);
    memcpy(header + 4, &id, 4);
    if (!buffer_append(&outgoing, header, sizeof header) || !buffer_append(&outgoing, payload, length))
        log_line("out of memory: frame %d of stream %u is lost", type, stream);
    if (buffer_size(&outgoing) >= WRITE_BYTES)
        link_flush();
}

void link_send_message(uint8_t type, uint32_t stream, const void *payload, size_t length)
{
    const uint8_t *at = payload;
    for (; length > WIRE_MAX_PAYLOAD_BYTES; at += WIRE_MAX_PAYLOAD_BYTES, length -= WIRE_MAX_PAYLOAD_BYTES)
        link_send(FRAME_PART, 0, stream, at, WIRE_MAX_PAYLOAD_BYTES);
    link_send(type, 0, stream, at, length);
}

static void deliver(void)
{
    size_t offset = 0;
    while (incoming_length - offset >= WIRE_HEADER_BYTES) {
        const uint8_t *at = incoming + offset;
        size_t length = at[0] | (size_t)at[1] << 8;
        if (incoming_length - offset < WIRE_HEADER_BYTES + length)
            break;
        uint32_t stream;
        memcpy(&stream, at + 4, 4);
        stream_handle_frame(at[2], at[3], le32toh(stream), at + WIRE_HEADER_BYTES, length);
        offset += WIRE_HEADER_BYTES + length;
    }
    memmove(incoming, incoming + offset, incoming_length - offset);
    incoming_length -= offset;
}

static void link_ready(struct watch *watch, uint32_t events)
{
    if (events & EPOLLIN) {
        ssize_t got = read(watch->fd, incoming + incoming_length, sizeof incoming - incoming_length);
        if (got > 0) {
            incoming_length += (size_t)got;
            deliver();
        }
    }
}

void link_init(int fd)
{
    link_watch = (struct watch){.fd = fd, .ready = link_ready};
    watch_set(&link_watch, EPOLLIN);
}
