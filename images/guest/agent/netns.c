/* Network namespaces, each kept by a bind mount. A socket stays in the namespace in which it was made, so a thread only has to go there
 * to make it: what is bound, sent or asked of it afterwards happens there. */

#include "netns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "agent.h"

static void return_home(int home)
{
    if (setns(home, CLONE_NEWNET) == 0)
        return;
    log_line("a thread is lost in a network namespace: %m");
    task_spoil_thread();
}

static int set_up(const char *name)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    int error = ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
    close(fd);
    return error;
}

int netns_add(const char *path)
{
    int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
    if (file >= 0)
        close(file);
    int error = home < 0 || file < 0 ? -errno : unshare(CLONE_NEWNET) < 0 ? -errno : 0;
    if (!error) {
        error = set_up("lo");
        if (!error && mount("/proc/thread-self/ns/net", path, NULL, MS_BIND, NULL) < 0)
            error = -errno;
        return_home(home);
    }
    if (error && file >= 0)
        unlink(path);
    if (home >= 0)
        close(home);
    return error;
}

int netns_remove(const char *path)
{
    if (umount2(path, MNT_DETACH) < 0 && errno != EINVAL && errno != ENOENT)
        return -errno;
    return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

int netns_socket(const char *path, int family, int type)
{
    int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    int space = open(path, O_RDONLY | O_CLOEXEC);
    int fd = home < 0 || space < 0 || setns(space, CLONE_NEWNET) < 0 ? -errno : 0;
    if (fd == 0) {
        fd = socket(family, type | SOCK_CLOEXEC, 0);
        if (fd < 0)
            fd = -errno;
        return_home(home);
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
