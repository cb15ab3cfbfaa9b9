/* Terminals of processes: those that the agent opens, and those that a runtime makes inside a container and sends through a socket. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "process.h"

int terminal_open(struct terminal *terminal, const struct winsize *size)
{
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), unlocked = 0;
    if (master < 0)
        return -errno;
    int slave = -1;
    if (ioctl(master, TIOCSPTLCK, &unlocked) == 0 && ioctl(master, TIOCSWINSZ, size) == 0)
        slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0) {
        int error = -errno;
        close(master);
        return error;
    }
    *terminal = (struct terminal){master, slave};
    return 0;
}

void terminal_attach(struct stream *stream, int master)
{
    int writer = fcntl(master, F_DUPFD_CLOEXEC, 0);
    stream_attach_sink(stream, CHANNEL_IN, writer);
    stream_attach_terminal(stream, CHANNEL_OUT, master);
}

/* The runtime connects, sends the master of the terminal that it made inside the container, and closes. */
static void console_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct process *process = watch->owner;
    int connection = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0)
        return;
    char byte[256], control[CMSG_SPACE(sizeof(int))];
    struct iovec part = {byte, sizeof byte};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = NULL;
    if (recvmsg(connection, &message, MSG_CMSG_CLOEXEC) >= 0)
        header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_type == SCM_RIGHTS && process->stream) {
        int master;
        memcpy(&master, CMSG_DATA(header), sizeof master);
        terminal_attach(process->stream, master);
    }
    close(connection);
    unlink(process->console_path);
    watch_close(watch);
}

int terminal_await(struct process *process)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(process->console_path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    strcpy(address.sun_path, process->console_path);
    unlink(process->console_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    process->console_listener = (struct watch){.fd = fd, .ready = console_ready, .owner = process};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
        return -errno;
    watch_set(&process->console_listener, EPOLLIN);
    return 0;
}
