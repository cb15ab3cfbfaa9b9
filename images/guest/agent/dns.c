/* The sockets of a name server, a container's at 127.0.0.11 inside its network namespace or the machine's own; who asks and what is answered is the worker's
 * business. Messages pass through a socket pair whose other end is the stream's, so that credit and the end of the stream are
 * those of any stream. The agent keeps nothing of a datagram: its sender travels with the message and comes back with the answer. */

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "dns-redirect.h"
#include "netns.h"

#define PORT 53
#define CONTAINER_SERVER "127.0.0.11" /* of the redirection */
#define LONGEST_MESSAGE 4096 /* of what comes from a container */
#define PREFIX 9             /* of a message in the stream: kind, peer, length */
#define QUEUE_MOST (128u << 10)
#define CONNECTIONS 8

struct connection {
    struct watch watch; /* fd -1: free */
    uint32_t number;    /* never used again, unlike its place */
    struct buffer in, out;
};

struct dns {
    struct watch pipe, udp, upstream, listener;
    struct buffer in, out; /* of the pipe */
    struct connection connections[CONNECTIONS];
    uint32_t next_number;
};

struct setup {
    uint32_t stream;
    char *namespace_path, *address;
    int udp, upstream, listener, error;
};

static void dns_free(struct dns *dns)
{
    watch_close(&dns->pipe);
    watch_close(&dns->udp);
    watch_close(&dns->upstream);
    watch_close(&dns->listener);
    for (int i = 0; i < CONNECTIONS; i++) {
        watch_close(&dns->connections[i].watch);
        buffer_free(&dns->connections[i].in);
        buffer_free(&dns->connections[i].out);
    }
    buffer_free(&dns->in);
    buffer_free(&dns->out);
    free(dns);
}

/* Writes as much as there is room for. False: nobody reads any more. */
static bool flush(struct watch *watch, struct buffer *out)
{
    while (buffer_size(out)) {
        ssize_t written = send(watch->fd, buffer_data(out), buffer_size(out), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written < 0 && errno == EAGAIN)
            break;
        if (written < 0 && errno != EINTR)
            return false;
        buffer_consume(out, written > 0 ? (size_t)written : 0);
    }
    watch_set(watch, buffer_size(out) ? EPOLLIN | EPOLLOUT : EPOLLIN);
    return true;
}

/* To the worker. What comes faster than it is taken gets lost, as datagrams do. False: lost. */
static bool forward(struct dns *dns, uint8_t kind, const uint8_t peer[6], const uint8_t *bytes, size_t length)
{
    uint8_t prefix[PREFIX] = {kind};
    if (buffer_size(&dns->out) + length + PREFIX > QUEUE_MOST)
        return false;
    memcpy(prefix + 1, peer, 6);
    prefix[7] = (uint8_t)length;
    prefix[8] = (uint8_t)(length >> 8);
    return buffer_append(&dns->out, prefix, PREFIX) && buffer_append(&dns->out, bytes, length) && flush(&dns->pipe, &dns->out);
}

static void datagram_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct dns *dns = watch->owner;
    uint8_t bytes[LONGEST_MESSAGE], peer[6];
    for (int turn = 0; turn < 32; turn++) {
        struct sockaddr_in from = {0};
        socklen_t size = sizeof from;
        ssize_t length = recvfrom(watch->fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from, &size);
        if (length < 0 && (errno == EAGAIN || errno == EBADF))
            return;
        if (length <= 0 || length > (ssize_t)sizeof bytes)
            continue;
        memcpy(peer, &from.sin_addr, 4);
        memcpy(peer + 4, &from.sin_port, 2);
        forward(dns, watch == &dns->udp ? DNS_UDP : DNS_UPSTREAM, peer, bytes, (size_t)length);
    }
}

static void connection_close(struct connection *connection)
{
    watch_close(&connection->watch);
    buffer_free(&connection->in);
    buffer_free(&connection->out);
}

/* Whole messages of a connection, each behind its length. False: what comes is no DNS. */
static bool connection_messages(struct dns *dns, struct connection *connection)
{
    while (buffer_size(&connection->in) >= 2) {
        const uint8_t *bytes = buffer_data(&connection->in);
        size_t length = (size_t)bytes[0] << 8 | bytes[1];
        uint8_t peer[6] = {0};
        if (length == 0 || length > LONGEST_MESSAGE)
            return false;
        if (buffer_size(&connection->in) < length + 2)
            return true;
        memcpy(peer, &connection->number, 4);
        if (!forward(dns, DNS_TCP, peer, bytes + 2, length))
            return false;
        buffer_consume(&connection->in, length + 2);
    }
    return true;
}

static void connection_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct dns *dns = watch->owner;
    struct connection *connection = dns->connections;
    while (&connection->watch != watch)
        connection++;
    uint8_t bytes[LONGEST_MESSAGE];
    ssize_t length = recv(watch->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    bool open = length > 0 || (length < 0 && (errno == EAGAIN || errno == EINTR));
    if (length > 0)
        open = buffer_append(&connection->in, bytes, (size_t)length) && connection_messages(dns, connection);
    if (!open || !flush(watch, &connection->out))
        connection_close(connection);
}

/* A free place, or that of the oldest connection. */
static struct connection *connection_place(struct dns *dns)
{
    struct connection *oldest = dns->connections;
    for (int i = 0; i < CONNECTIONS; i++) {
        struct connection *each = &dns->connections[i];
        if (each->watch.fd < 0)
            return each;
        if (each->number < oldest->number)
            oldest = each;
    }
    connection_close(oldest);
    return oldest;
}

static void listener_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct dns *dns = watch->owner;
    int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct connection *connection = connection_place(dns);
    connection->number = dns->next_number++;
    connection->watch = (struct watch){.fd = fd, .ready = connection_ready, .owner = dns};
    watch_set(&connection->watch, EPOLLIN);
}

static void answer_connection(struct dns *dns, uint32_t number, const uint8_t *bytes, size_t length)
{
    uint8_t prefix[2] = {(uint8_t)(length >> 8), (uint8_t)length};
    for (int i = 0; i < CONNECTIONS; i++) {
        struct connection *connection = &dns->connections[i];
        if (connection->watch.fd < 0 || connection->number != number)
            continue;
        if (buffer_size(&connection->out) > QUEUE_MOST || !buffer_append(&connection->out, prefix, 2) ||
            !buffer_append(&connection->out, bytes, length) || !flush(&connection->watch, &connection->out))
            connection_close(connection);
        return;
    }
}

static void deliver(struct dns *dns, const uint8_t *message, size_t length)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    uint32_t number;
    memcpy(&number, message + 1, 4);
    memcpy(&to.sin_addr, message + 1, 4);
    memcpy(&to.sin_port, message + 5, 2);
    if (message[0] == DNS_TCP) {
        answer_connection(dns, number, message + PREFIX, length);
        return;
    }
    int fd = message[0] == DNS_UDP ? dns->udp.fd : dns->upstream.fd;
    sendto(fd, message + PREFIX, length, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&to, sizeof to);
}

static void pipe_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct dns *dns = watch->owner;
    uint8_t bytes[LONGEST_MESSAGE];
    ssize_t length = recv(watch->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    bool open = length > 0 || (length < 0 && (errno == EAGAIN || errno == EINTR));
    if (length > 0)
        open = buffer_append(&dns->in, bytes, (size_t)length);
    while (open && buffer_size(&dns->in) >= PREFIX) {
        const uint8_t *message = buffer_data(&dns->in);
        size_t size = (size_t)message[7] | (size_t)message[8] << 8;
        if (buffer_size(&dns->in) < PREFIX + size)
            break;
        deliver(dns, message, size);
        buffer_consume(&dns->in, PREFIX + size);
    }
    if (!open || !flush(watch, &dns->out))
        dns_free(dns);
}

static struct dns *dns_create(const struct setup *setup, int pipe)
{
    struct dns *dns = calloc(1, sizeof *dns);
    if (!dns)
        return NULL;
    dns->pipe = (struct watch){.fd = pipe, .ready = pipe_ready, .owner = dns};
    dns->udp = (struct watch){.fd = setup->udp, .ready = datagram_ready, .owner = dns};
    dns->upstream = (struct watch){.fd = setup->upstream, .ready = datagram_ready, .owner = dns};
    dns->listener = (struct watch){.fd = setup->listener, .ready = listener_ready, .owner = dns};
    for (int i = 0; i < CONNECTIONS; i++)
        dns->connections[i].watch.fd = -1;
    watch_set(&dns->pipe, EPOLLIN);
    watch_set(&dns->udp, EPOLLIN);
    watch_set(&dns->upstream, EPOLLIN);
    watch_set(&dns->listener, EPOLLIN);
    return dns;
}

static void setup_done(void *argument)
{
    struct setup *setup = argument;
    struct stream *stream = stream_find(setup->stream);
    int pair[2] = {-1, -1}, writer = -1;
    if (stream && !setup->error && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        setup->error = errno;
    if (pair[0] >= 0 && (writer = fcntl(pair[0], F_DUPFD_CLOEXEC, 0)) < 0)
        setup->error = errno;
    if (writer >= 0 && dns_create(setup, pair[1])) {
        stream_result(stream, NULL, 0);
        stream_attach_sink(stream, CHANNEL_IN, writer);
        stream_attach_source(stream, CHANNEL_OUT, pair[0]);
    } else {
        int left[] = {setup->udp, setup->upstream, setup->listener, pair[0], pair[1], writer};
        for (size_t i = 0; i < sizeof left / sizeof *left; i++)
            if (left[i] >= 0)
                close(left[i]);
        if (stream)
            stream_fail(stream, setup->error ? setup->error : ENOMEM, strerror(setup->error ? setup->error : ENOMEM));
    }
    free(setup->namespace_path);
    free(setup->address);
    free(setup);
}

static int bind_nameserver(const struct setup *setup, int fd)
{
    int port = strcmp(setup->address, CONTAINER_SERVER) ? PORT : dns_server_port();
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, setup->address, &address.sin_addr) != 1)
        return EINVAL;
    return bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
}

static int open_sockets(struct setup *setup)
{
    setup->udp = netns_socket(setup->namespace_path, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK);
    if (setup->udp < 0)
        return -setup->udp;
    setup->upstream = netns_socket(setup->namespace_path, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK);
    if (setup->upstream < 0)
        return -setup->upstream;
    setup->listener = netns_socket(setup->namespace_path, AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    if (setup->listener < 0)
        return -setup->listener;
    int one = 1;
    setsockopt(setup->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one); /* a server before may have connections that still close */
    int error = bind_nameserver(setup, setup->udp);
    if (!error)
        error = bind_nameserver(setup, setup->listener);
    return error ? error : listen(setup->listener, CONNECTIONS) < 0 ? errno : 0;
}

static void *setup_run(void *argument)
{
    struct setup *setup = argument;
    setup->error = open_sockets(setup);
    loop_post(setup_done, setup);
    return NULL;
}

void dns_start(struct stream *stream, struct reader *arguments)
{
    struct setup *setup = calloc(1, sizeof *setup);
    if (!setup) {
        stream_fail(stream, ENOMEM, "out of memory");
        return;
    }
    *setup = (struct setup){.stream = stream->id, .udp = -1, .upstream = -1, .listener = -1};
    setup->namespace_path = read_string(arguments);
    setup->address = read_string(arguments);
    setup->error = arguments->bad ? EINVAL : 0;
    if (setup->error || !task_start(setup_run, setup)) {
        setup->error = setup->error ? setup->error : EAGAIN;
        setup_done(setup);
    }
}
