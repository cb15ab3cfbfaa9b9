/* Requests of rtnetlink(7): a message with nested attributes, sent and answered. Results below zero are errnos. */
#pragma once

#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

struct netlink_request {
    struct nlmsghdr header;
    union {
        struct ifinfomsg link;
        struct ifaddrmsg address;
        struct rtmsg route;
    } body;
    uint8_t attributes[1024];
};

int netlink_open(void);
void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags, size_t body_size);
struct rtattr *netlink_add(struct netlink_request *request, uint16_t type, const void *data, size_t length);
void netlink_add_text(struct netlink_request *request, uint16_t type, const char *text);
/* Attributes added since `nest` become its content. */
void netlink_end_nest(struct netlink_request *request, struct rtattr *nest);
/* Waits for the answer. */
int netlink_transact(int fd, struct netlink_request *request);
