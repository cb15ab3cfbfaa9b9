/* Connections to the outside. The machine has no way out of its own: its rules (NAT) lead them to a listener here, and each becomes a
 * stream of the guest's that says where it was meant to go. What becomes of it is the worker's business. */

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter_ipv4.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"

#define WAITING_MOST 64

static struct watch listener = {.fd = -1};
static struct sockaddr_in own;

/* False: it was meant for the listener itself, which nobody should know. */
static bool destination(int fd, struct sockaddr_in *meant)
{
    socklen_t size = sizeof *meant;
    if (getsockopt(fd, SOL_IP, SO_ORIGINAL_DST, meant, &size) < 0)
        return false;
    return meant->sin_addr.s_addr != own.sin_addr.s_addr;
}

static bool open_stream(int reader, int writer, const struct sockaddr_in *meant)
{
    char address[INET_ADDRSTRLEN];
    uint8_t message[1 + 4 + INET_ADDRSTRLEN + 2] = {KIND_OUTSIDE};
    struct stream *stream = stream_create_from_guest(KIND_OUTSIDE);
    if (!stream || !inet_ntop(AF_INET, &meant->sin_addr, address, sizeof address))
        return false;
    size_t length = strlen(address);
    message[1] = (uint8_t)length;
    memcpy(message + 5, address, length);
    message[5 + length] = (uint8_t)ntohs(meant->sin_port);
    message[6 + length] = (uint8_t)(ntohs(meant->sin_port) >> 8);
    stream->opened = true;
    link_send(FRAME_OPEN, 0, stream->id, message, length + 7);
    stream_attach_sink(stream, CHANNEL_IN, writer);
    stream_attach_source(stream, CHANNEL_OUT, reader);
    return true;
}

static void listener_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct sockaddr_in meant = {0};
    int one = 1;
    int reader = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    int writer = reader >= 0 ? dup(reader) : -1;
    if (writer >= 0 && destination(reader, &meant)) {
        setsockopt(reader, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (open_stream(reader, writer, &meant))
            return;
    }
    if (reader >= 0)
        close(reader);
    if (writer >= 0)
        close(writer);
}

static int listen_at(const char *address, uint16_t port)
{
    int one = 1;
    own = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, address, &own.sin_addr) != 1)
        return EINVAL;
    watch_close(&listener);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&own, sizeof own) < 0 || listen(fd, WAITING_MOST) < 0) {
        int error = errno;
        close(fd);
        return error;
    }
    listener = (struct watch){.fd = fd, .ready = listener_ready};
    watch_set(&listener, EPOLLIN);
    return 0;
}

void outside_start(struct stream *stream, struct reader *arguments)
{
    char *address = read_string(arguments);
    uint16_t port = read_u16(arguments);
    int error = arguments->bad ? EINVAL : listen_at(address, port);
    free(address);
    if (error) {
        stream_fail(stream, error, strerror(error));
        return;
    }
    stream_result(stream, NULL, 0);
    stream_destroy(stream, false);
}
