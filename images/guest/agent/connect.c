/* A TCP connection into the guest or into a container's network namespace, or one to a Unix socket (an address that begins with "/"),
 * made in a thread that enters the namespace. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent.h"

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

static int connect_to_path(struct connect_task *task)
{
    struct sockaddr_un peer = {.sun_family = AF_UNIX};
    if (strlen(task->address) >= sizeof peer.sun_path)
        return ENAMETOOLONG;
    strcpy(peer.sun_path, task->address);
    task->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return task->fd < 0 || connect(task->fd, (struct sockaddr *)&peer, sizeof peer) < 0 ? errno : 0;
}

static int connect_in_namespace(struct connect_task *task)
{
    if (*task->namespace_path) {
        int space = open(task->namespace_path, O_RDONLY | O_CLOEXEC);
        if (space < 0)
            return errno;
        int failed = setns(space, CLONE_NEWNET);
        int error = errno;
        close(space);
        if (failed)
            return error;
    }
    if (*task->address == '/')
        return connect_to_path(task);
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(task->port)};
    if (inet_pton(AF_INET, task->address, &peer.sin_addr) != 1)
        return EINVAL;
    task->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (task->fd < 0 || connect(task->fd, (struct sockaddr *)&peer, sizeof peer) < 0)
        return errno;
    return 0;
}

static void *connect_run(void *argument)
{
    struct connect_task *task = argument;
    task->error = connect_in_namespace(task);
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
