/* Sockets of another network namespace: a socket stays in the namespace in which it was made, so a thread only has to go there to make
 * it. What is bound, sent or asked of it afterwards happens there. */

#include "netns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/route.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent.h"

int netns_socket(const char *path, int family, int type)
{
    int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    int space = open(path, O_RDONLY | O_CLOEXEC);
    int fd = home < 0 || space < 0 || setns(space, CLONE_NEWNET) < 0 ? -errno : 0;
    if (fd == 0) {
        fd = socket(family, type | SOCK_CLOEXEC, 0);
        if (fd < 0)
            fd = -errno;
        if (setns(home, CLONE_NEWNET) < 0)
            log_line("a thread is lost in a network namespace: %m");
    }
    if (home >= 0)
        close(home);
    if (space >= 0)
        close(space);
    return fd;
}

static void set_address(struct sockaddr *target, uint32_t address)
{
    struct sockaddr_in *in = (struct sockaddr_in *)target;
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = address;
}

int netns_default_route(const char *path, const char *gateway)
{
    struct in_addr address = {0};
    if (*gateway && inet_pton(AF_INET, gateway, &address) != 1)
        return -EINVAL;
    int fd = netns_socket(path, AF_INET, SOCK_DGRAM);
    if (fd < 0)
        return fd;
    struct rtentry route = {.rt_flags = RTF_UP};
    set_address(&route.rt_dst, 0);
    set_address(&route.rt_genmask, 0);
    while (ioctl(fd, SIOCDELRT, &route) == 0) /* there may be several, with other metrics */
        ;
    int error = errno == ESRCH ? 0 : -errno;
    if (!error && *gateway) {
        route.rt_flags |= RTF_GATEWAY;
        set_address(&route.rt_gateway, address.s_addr);
        error = ioctl(fd, SIOCADDRT, &route) < 0 ? -errno : 0;
    }
    close(fd);
    return error;
}
