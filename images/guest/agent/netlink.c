/* Network namespaces, bridges and veth pairs by rtnetlink(7): a few messages a container, no program to start. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "netns.h"

struct request {
    struct nlmsghdr header;
    union {
        struct ifinfomsg link;
        struct ifaddrmsg address;
        struct rtmsg route;
    } body;
    uint8_t attributes[1024];
};

static void begin(struct request *request, uint16_t type, uint16_t flags, size_t body_size)
{
    memset(request, 0, sizeof *request);
    request->header.nlmsg_type = type;
    request->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    request->header.nlmsg_len = NLMSG_LENGTH(body_size);
}

static struct rtattr *add(struct request *request, uint16_t type, const void *data, size_t length)
{
    struct rtattr *attribute = (void *)((uint8_t *)request + NLMSG_ALIGN(request->header.nlmsg_len));
    attribute->rta_type = type;
    attribute->rta_len = (uint16_t)RTA_LENGTH(length);
    if (length)
        memcpy(RTA_DATA(attribute), data, length);
    request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
    return attribute;
}

static void add_text(struct request *request, uint16_t type, const char *text)
{
    add(request, type, text, strlen(text) + 1);
}

/* Attributes added since `nest` become its content. */
static void end_nest(struct request *request, struct rtattr *nest)
{
    nest->rta_len = (uint16_t)((uint8_t *)request + request->header.nlmsg_len - (uint8_t *)nest);
}

static int transact(int fd, struct request *request)
{
    if (send(fd, request, request->header.nlmsg_len, 0) < 0)
        return -errno;
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        uint8_t rest[2048];
    } answer;
    if (recv(fd, &answer, sizeof answer, 0) < 0)
        return -errno;
    return answer.header.nlmsg_type == NLMSG_ERROR ? answer.error.error : -EPROTO;
}

static int open_netlink(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    return fd < 0 ? -errno : fd;
}

static int open_netlink_in(const char *namespace_path)
{
    return netns_socket(namespace_path, AF_NETLINK, SOCK_RAW);
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
        if (setns(home, CLONE_NEWNET) < 0)
            log_line("a thread is lost in a network namespace: %m");
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

static int add_address(int fd, int index, const char *text, uint32_t prefix_length)
{
    struct request request;
    struct in_addr address, broadcast;
    if (inet_pton(AF_INET, text, &address) != 1 || prefix_length > 32)
        return -EINVAL;
    uint32_t mask = prefix_length ? htonl(~0u << (32 - prefix_length)) : 0;
    broadcast.s_addr = address.s_addr | ~mask;
    begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, sizeof request.body.address);
    request.body.address.ifa_family = AF_INET;
    request.body.address.ifa_prefixlen = (uint8_t)prefix_length;
    request.body.address.ifa_index = (unsigned)index;
    add(&request, IFA_LOCAL, &address, sizeof address);
    add(&request, IFA_ADDRESS, &address, sizeof address);
    add(&request, IFA_BROADCAST, &broadcast, sizeof broadcast);
    return transact(fd, &request);
}

int bridge_add(const char *name, const char *address, uint32_t prefix_length)
{
    struct request request;
    int fd = open_netlink();
    if (fd < 0)
        return fd;
    begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof request.body.link);
    request.body.link.ifi_flags = request.body.link.ifi_change = IFF_UP;
    add_text(&request, IFLA_IFNAME, name);
    struct rtattr *info = add(&request, IFLA_LINKINFO, NULL, 0);
    add(&request, IFLA_INFO_KIND, "bridge", 6);
    end_nest(&request, info);
    int error = transact(fd, &request);
    if (!error)
        error = add_address(fd, (int)if_nametoindex(name), address, prefix_length);
    close(fd);
    return error;
}

int link_remove(const char *name)
{
    struct request request;
    int fd = open_netlink();
    if (fd < 0)
        return fd;
    begin(&request, RTM_DELLINK, 0, sizeof request.body.link);
    add_text(&request, IFLA_IFNAME, name);
    int error = transact(fd, &request);
    close(fd);
    return error == -ENODEV ? 0 : error;
}

/* As in Docker, whose networks have no IPv6: no address of the link's own, which would be looked for and announced at each start. */
static int without_link_local(int fd, const char *name)
{
    struct request request;
    uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
    begin(&request, RTM_SETLINK, 0, sizeof request.body.link);
    add_text(&request, IFLA_IFNAME, name);
    struct rtattr *families = add(&request, IFLA_AF_SPEC, NULL, 0);
    struct rtattr *inet6 = add(&request, AF_INET6, NULL, 0);
    add(&request, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof mode);
    end_nest(&request, inet6);
    end_nest(&request, families);
    return transact(fd, &request);
}

static int add_pair(const char *host_name, const char *namespace_path, const char *inner_name)
{
    struct request request;
    int space = open(namespace_path, O_RDONLY | O_CLOEXEC);
    int fd = space < 0 ? -errno : open_netlink();
    if (fd >= 0) {
        begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof request.body.link);
        add_text(&request, IFLA_IFNAME, host_name);
        struct rtattr *info = add(&request, IFLA_LINKINFO, NULL, 0);
        add(&request, IFLA_INFO_KIND, "veth", 4);
        struct rtattr *data = add(&request, IFLA_INFO_DATA, NULL, 0);
        struct ifinfomsg peer_link = {0};
        struct rtattr *peer = add(&request, VETH_INFO_PEER, &peer_link, sizeof peer_link);
        add_text(&request, IFLA_IFNAME, inner_name);
        add(&request, IFLA_NET_NS_FD, &space, sizeof space);
        end_nest(&request, peer);
        end_nest(&request, data);
        end_nest(&request, info);
        int error = transact(fd, &request);
        close(fd);
        fd = error;
    }
    if (space >= 0)
        close(space);
    return fd;
}

static int prepare_ends(const char *host_name, const char *namespace_path, const char *inner_name)
{
    int outer = open_netlink();
    if (outer < 0)
        return outer;
    int error = without_link_local(outer, host_name);
    close(outer);
    int inner = error ? error : open_netlink_in(namespace_path);
    if (inner < 0)
        return inner;
    error = without_link_local(inner, inner_name);
    close(inner);
    return error;
}

int veth_add(const char *host_name, const char *namespace_path, const char *inner_name)
{
    int error = add_pair(host_name, namespace_path, inner_name);
    if (error)
        return error;
    error = prepare_ends(host_name, namespace_path, inner_name);
    if (error)
        link_remove(host_name);
    return error;
}

/* Up or down, with one attribute of it changed unless its length is 0. */
static int set_interface(int fd, const char *name, unsigned flags, uint16_t attribute, const void *value, size_t length)
{
    struct request request;
    begin(&request, RTM_NEWLINK, 0, sizeof request.body.link);
    request.body.link.ifi_flags = flags;
    request.body.link.ifi_change = IFF_UP;
    add_text(&request, IFLA_IFNAME, name);
    if (length)
        add(&request, attribute, value, length);
    return transact(fd, &request);
}

int link_down(const char *name)
{
    int fd = open_netlink();
    if (fd < 0)
        return fd;
    int error = set_interface(fd, name, 0, 0, NULL, 0);
    close(fd);
    return error == -ENODEV ? 0 : error;
}

static int interface_index(int fd, const char *name)
{
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    return ioctl(fd, SIOCGIFINDEX, &request) < 0 ? -errno : request.ifr_ifindex;
}

static int default_route(int fd, const char *gateway)
{
    struct request request;
    struct in_addr address;
    if (inet_pton(AF_INET, gateway, &address) != 1)
        return -EINVAL;
    begin(&request, RTM_NEWROUTE, NLM_F_CREATE, sizeof request.body.route);
    request.body.route = (struct rtmsg){.rtm_family = AF_INET,
                                        .rtm_table = RT_TABLE_MAIN,
                                        .rtm_protocol = RTPROT_BOOT,
                                        .rtm_scope = RT_SCOPE_UNIVERSE,
                                        .rtm_type = RTN_UNICAST};
    add(&request, RTA_GATEWAY, &address, sizeof address);
    return transact(fd, &request);
}

static int configure_inner(int fd, const struct veth *veth)
{
    int error = set_interface(fd, veth->inner_name, IFF_UP, IFLA_ADDRESS, veth->mac, sizeof veth->mac);
    int index = error ? error : interface_index(fd, veth->inner_name);
    error = index < 0 ? index : add_address(fd, index, veth->address, veth->prefix_length);
    return !error && *veth->gateway ? default_route(fd, veth->gateway) : error;
}

int veth_configure(const struct veth *veth)
{
    int outer = open_netlink();
    if (outer < 0)
        return outer;
    uint32_t bridge = if_nametoindex(veth->bridge);
    int error = bridge ? set_interface(outer, veth->host_name, IFF_UP, IFLA_MASTER, &bridge, sizeof bridge) : -ENODEV;
    close(outer);
    int inner = error ? error : open_netlink_in(veth->namespace_path);
    if (inner < 0)
        return inner;
    error = configure_inner(inner, veth);
    close(inner);
    return error;
}
