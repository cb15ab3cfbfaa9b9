/* Bridges and veth pairs: a few messages a container, no program to start. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "netlink.h"
#include "netns.h"

static int add_address(int fd, int index, const char *text, uint32_t prefix_length)
{
    struct netlink_request request;
    struct in_addr address, broadcast;
    if (inet_pton(AF_INET, text, &address) != 1 || prefix_length > 32)
        return -EINVAL;
    uint32_t mask = prefix_length ? htonl(~0u << (32 - prefix_length)) : 0;
    broadcast.s_addr = address.s_addr | ~mask;
    netlink_begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, sizeof request.body.address);
    request.body.address.ifa_family = AF_INET;
    request.body.address.ifa_prefixlen = (uint8_t)prefix_length;
    request.body.address.ifa_index = (unsigned)index;
    netlink_add(&request, IFA_LOCAL, &address, sizeof address);
    netlink_add(&request, IFA_ADDRESS, &address, sizeof address);
    netlink_add(&request, IFA_BROADCAST, &broadcast, sizeof broadcast);
    return netlink_transact(fd, &request);
}

/* With a hardware address of its own, as Docker gives it: else it would have a port's, and another when that goes. Without a delay before
 * a port forwards, of which the kernel keeps a timer that would open one again that was closed. */
int bridge_add(const char *name, const char *address, uint32_t prefix_length)
{
    struct netlink_request request;
    uint8_t hardware[6] = {0x02, 0x42};
    const uint32_t forward_delay = 0;
    if (inet_pton(AF_INET, address, hardware + 2) != 1)
        return -EINVAL;
    int fd = netlink_open();
    if (fd < 0)
        return fd;
    netlink_begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof request.body.link);
    request.body.link.ifi_flags = request.body.link.ifi_change = IFF_UP;
    netlink_add_text(&request, IFLA_IFNAME, name);
    netlink_add(&request, IFLA_ADDRESS, hardware, sizeof hardware);
    struct rtattr *info = netlink_add(&request, IFLA_LINKINFO, NULL, 0);
    netlink_add(&request, IFLA_INFO_KIND, "bridge", 6);
    struct rtattr *data = netlink_add(&request, IFLA_INFO_DATA, NULL, 0);
    netlink_add(&request, IFLA_BR_FORWARD_DELAY, &forward_delay, sizeof forward_delay);
    netlink_end_nest(&request, data);
    netlink_end_nest(&request, info);
    int error = netlink_transact(fd, &request);
    if (!error)
        error = add_address(fd, (int)if_nametoindex(name), address, prefix_length);
    close(fd);
    return error;
}

int link_remove(const char *name)
{
    struct netlink_request request;
    int fd = netlink_open();
    if (fd < 0)
        return fd;
    netlink_begin(&request, RTM_DELLINK, 0, sizeof request.body.link);
    netlink_add_text(&request, IFLA_IFNAME, name);
    int error = netlink_transact(fd, &request);
    close(fd);
    return error == -ENODEV ? 0 : error;
}

/* Up (IFF_UP) or down (0), with one attribute of it changed unless its length is 0. */
static int set_link(int fd, const char *name, unsigned flags, uint16_t attribute, const void *value, size_t length)
{
    struct netlink_request request;
    netlink_begin(&request, RTM_NEWLINK, 0, sizeof request.body.link);
    request.body.link.ifi_flags = flags;
    request.body.link.ifi_change = IFF_UP;
    netlink_add_text(&request, IFLA_IFNAME, name);
    if (length)
        netlink_add(&request, attribute, value, length);
    return netlink_transact(fd, &request);
}

/* As in Docker, whose networks have no IPv6: no address of the link's own, which would be looked for and announced at each start. */
static int without_link_local(int fd, const char *name)
{
    struct netlink_request request;
    uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
    netlink_begin(&request, RTM_SETLINK, 0, sizeof request.body.link);
    netlink_add_text(&request, IFLA_IFNAME, name);
    struct rtattr *families = netlink_add(&request, IFLA_AF_SPEC, NULL, 0);
    struct rtattr *inet6 = netlink_add(&request, AF_INET6, NULL, 0);
    netlink_add(&request, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof mode);
    netlink_end_nest(&request, inet6);
    netlink_end_nest(&request, families);
    return netlink_transact(fd, &request);
}

static int add_pair(const char *host_name, const char *namespace_path, const char *inner_name)
{
    struct netlink_request request;
    int space = open(namespace_path, O_RDONLY | O_CLOEXEC);
    int fd = space < 0 ? -errno : netlink_open();
    if (fd >= 0) {
        netlink_begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof request.body.link);
        netlink_add_text(&request, IFLA_IFNAME, host_name);
        struct rtattr *info = netlink_add(&request, IFLA_LINKINFO, NULL, 0);
        netlink_add(&request, IFLA_INFO_KIND, "veth", 4);
        struct rtattr *data = netlink_add(&request, IFLA_INFO_DATA, NULL, 0);
        struct ifinfomsg peer_link = {0};
        struct rtattr *peer = netlink_add(&request, VETH_INFO_PEER, &peer_link, sizeof peer_link);
        netlink_add_text(&request, IFLA_IFNAME, inner_name);
        netlink_add(&request, IFLA_NET_NS_FD, &space, sizeof space);
        netlink_end_nest(&request, peer);
        netlink_end_nest(&request, data);
        netlink_end_nest(&request, info);
        int error = netlink_transact(fd, &request);
        close(fd);
        fd = error;
    }
    if (space >= 0)
        close(space);
    return fd;
}

static int prepare_ends(const char *host_name, const char *namespace_path, const char *inner_name)
{
    int outer = netlink_open();
    if (outer < 0)
        return outer;
    int error = without_link_local(outer, host_name);
    close(outer);
    int inner = error ? error : netns_socket(namespace_path, AF_NETLINK, SOCK_RAW);
    if (inner < 0)
        return inner;
    error = without_link_local(inner, inner_name);
    if (!error)
        error = set_link(inner, inner_name, IFF_UP, 0, NULL, 0);
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

int bridge_port_add(const char *name, const char *bridge)
{
    int fd = netlink_open();
    if (fd < 0)
        return fd;
    uint32_t index = if_nametoindex(bridge);
    int error = index ? set_link(fd, name, IFF_UP, IFLA_MASTER, &index, sizeof index) : -ENODEV;
    close(fd);
    return error;
}

static int listen_only(int fd, const char *name)
{
    struct netlink_request request;
    /* Not BR_STATE_DISABLED or _BLOCKING: the bridge itself ends those. */
    const uint8_t state = BR_STATE_LISTENING;
    netlink_begin(&request, RTM_NEWLINK, 0, sizeof request.body.link);
    netlink_add_text(&request, IFLA_IFNAME, name);
    struct rtattr *info = netlink_add(&request, IFLA_LINKINFO, NULL, 0);
    netlink_add(&request, IFLA_INFO_SLAVE_KIND, "bridge", 6);
    struct rtattr *port = netlink_add(&request, IFLA_INFO_SLAVE_DATA, NULL, 0);
    netlink_add(&request, IFLA_BRPORT_STATE, &state, sizeof state);
    netlink_add(&request, IFLA_BRPORT_FLUSH, NULL, 0);
    netlink_end_nest(&request, port);
    netlink_end_nest(&request, info);
    return netlink_transact(fd, &request);
}

int bridge_port_close(const char *name)
{
    int fd = netlink_open();
    if (fd < 0)
        return fd;
    int error = listen_only(fd, name);
    if (error && error != -ENODEV) /* without a bridge or its other end up there is nothing to close */
        error = set_link(fd, name, 0, 0, NULL, 0);
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
    struct netlink_request request;
    struct in_addr address;
    if (inet_pton(AF_INET, gateway, &address) != 1)
        return -EINVAL;
    netlink_begin(&request, RTM_NEWROUTE, NLM_F_CREATE, sizeof request.body.route);
    request.body.route = (struct rtmsg){.rtm_family = AF_INET,
                                        .rtm_table = RT_TABLE_MAIN,
                                        .rtm_protocol = RTPROT_BOOT,
                                        .rtm_scope = RT_SCOPE_UNIVERSE,
                                        .rtm_type = RTN_UNICAST};
    netlink_add(&request, RTA_GATEWAY, &address, sizeof address);
    return netlink_transact(fd, &request);
}

static int configure_inner(int fd, const struct veth *veth)
{
    int error = set_link(fd, veth->inner_name, IFF_UP, IFLA_ADDRESS, veth->mac, sizeof veth->mac);
    int index = error ? error : interface_index(fd, veth->inner_name);
    error = index < 0 ? index : add_address(fd, index, veth->address, veth->prefix_length);
    return !error && *veth->gateway ? default_route(fd, veth->gateway) : error;
}

int veth_configure(const struct veth *veth)
{
    int error = bridge_port_add(veth->host_name, veth->bridge);
    int inner = error ? error : netns_socket(veth->namespace_path, AF_NETLINK, SOCK_RAW);
    if (inner < 0)
        return inner;
    error = configure_inner(inner, veth);
    close(inner);
    return error;
}
