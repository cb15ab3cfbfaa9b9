/* Requests of rtnetlink(7), as they are written and answered. */

#include "netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags, size_t body_size)
{
    memset(request, 0, sizeof *request);
    request->header.nlmsg_type = type;
    request->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    request->header.nlmsg_len = NLMSG_LENGTH(body_size);
}

struct rtattr *netlink_add(struct netlink_request *request, uint16_t type, const void *data, size_t length)
{
    struct rtattr *attribute = (void *)((uint8_t *)request + NLMSG_ALIGN(request->header.nlmsg_len));
    attribute->rta_type = type;
    attribute->rta_len = (uint16_t)RTA_LENGTH(length);
    if (length)
        memcpy(RTA_DATA(attribute), data, length);
    request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
    return attribute;
}

void netlink_add_text(struct netlink_request *request, uint16_t type, const char *text)
{
    netlink_add(request, type, text, strlen(text) + 1);
}

void netlink_end_nest(struct netlink_request *request, struct rtattr *nest)
{
    nest->rta_len = (uint16_t)((uint8_t *)request + request->header.nlmsg_len - (uint8_t *)nest);
}

int netlink_transact(int fd, struct netlink_request *request)
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

int netlink_open(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    return fd < 0 ? -errno : fd;
}
