/* A TCP connection into the guest or into a container's network namespace, or one to a Unix socket (an address that begins with "/"),
 * made in a thread, whose socket is of that namespace. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent.h"
#include "netns.h"

struct connect_task {
    uint32_t stream;
    char *namespace_path, *address;
    uint16_t port;
    int fd, error;
};

static void connect_done(void *argument)
{
    struct connect_task *task = argument;
    struct stream *stream = stream_find(task->stream);
    int writer = task->error ? -1 : fcntl(task->fd, F_DUPFD_CLOEXEC, 0);
    if (stream && !task->error && writer >= 0) {
        stream_result(stream, NULL, 0);
        stream_attach_sink(stream, CHANNEL_IN, writer);
        stream_attach_source(stream, CHANNEL_OUT, task->fd);
    } else {
        if (task->fd >= 0)
            close(task->fd);
        if (writer >= 0)
            close(writer);
        int error = task->error ? task->error : EMFILE;
        if (stream)
            stream_fail(stream, error, strerror(error));
    }
    free(task->namespace_path);
    free(task->address);
    free(task);
}

static int open_socket(struct connect_task *task, int family)
{
    int fd = *task->namespace_path ? netns_socket(task->namespace_path, family, SOCK_STREAM) : socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    task->fd = fd < 0 ? -1 : fd;
    return fd >= 0 ? 0 : *task->namespace_path ? -fd : errno;
}

static int connect_to_path(struct connect_task *task)
{
    struct sockaddr_un peer = {.sun_family = AF_UNIX};
    if (strlen(task->address) >= sizeof peer.sun_path)
        return ENAMETOOLONG;
    strcpy(peer.sun_path, task->address);
    int error = open_socket(task, AF_UNIX);
    return error ? error : connect(task->fd, (struct sockaddr *)&peer, sizeof peer) < 0 ? errno : 0;
}

static int connect_to_port(struct connect_task *task)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(task->port)};
    if (inet_pton(AF_INET, task->address, &peer.sin_addr) != 1)
        return EINVAL;
    int error = open_socket(task, AF_INET);
    return error ? error : connect(task->fd, (struct sockaddr *)&peer, sizeof peer) < 0 ? errno : 0;
}

static void *connect_run(void *argument)
{
    struct connect_task *task = argument;
    task->error = *task->address == '/' ? connect_to_path(task) : connect_to_port(task);
    loop_post(connect_done, task);
    return NULL;
}

void connect_start(struct stream *stream, struct reader *arguments)
{
    struct connect_task *task = calloc(1, sizeof *task);
    if (!task) {
        stream_fail(stream, ENOMEM, "out of memory");
        return;
    }
    task->stream = stream->id;
    task->fd = -1;
    task->namespace_path = read_string(arguments);
    task->address = read_string(arguments);
    task->port = read_u16(arguments);
    task->error = arguments->bad ? EINVAL : 0;
    if (task->error || !task_start(connect_run, task)) {
        task->error = task->error ? task->error : EAGAIN;
        connect_done(task);
    }
}
