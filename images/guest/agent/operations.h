/* What the operations of a batch share. Each reads its arguments, acts, and returns 0 or -errno; operations.c calls them by their numbers. */

#pragma once

#include <sys/types.h>

#include "agent.h"

struct call {
    struct reader *arguments;
    struct buffer *results;
    char *texts[8];
    int text_count;
    char *message; /* the sentence that explains an error, where errno's own does not */
    size_t message_size;
};

/* The next argument; freed when the operation has ended. "" when it is not there: see arguments->bad. */
const char *text(struct call *call);

/* 0 or -errno of a system call's result. */
int check(int result);

/* Adds what the operation answers with. */
int result_bytes(struct call *call, const void *bytes, size_t length);

/* An operation whose only argument is a text. */
int on_text(struct call *call, int (*act)(const char *text));

/* mkdir -p; `mode` is the last one's. */
int make_directories(const char *path, mode_t mode);

/* ---- The operations themselves, in operations-files.c, -mounts.c, -network.c and -system.c */

int op_mkdir(struct call *call);
int op_write(struct call *call);
int op_read(struct call *call);
int op_read_if_there(struct call *call);
int op_remove_tree(struct call *call);
int op_symlink(struct call *call);
int op_rename(struct call *call);
int op_stat(struct call *call);
int op_list(struct call *call);
int op_copy_tree(struct call *call);
int op_tree_size(struct call *call);
int op_used_space(struct call *call);
int op_sync(struct call *call);

int op_mount(struct call *call);
int op_unmount(struct call *call);
int op_bind_confined(struct call *call);
int op_partition_add(struct call *call);
int op_partition_remove(struct call *call);

int op_netns_add(struct call *call);
int op_netns_remove(struct call *call);
int op_default_route(struct call *call);
int op_bridge_add(struct call *call);
int op_link_remove(struct call *call);
int op_bridge_port_add(struct call *call);
int op_bridge_port_close(struct call *call);
int op_veth_add(struct call *call);
int op_veth_configure(struct call *call);

int op_kill(struct call *call);
int op_set_clock(struct call *call);
int op_add_entropy(struct call *call);
int op_cgroup_remove(struct call *call);
int op_cgroup_devices(struct call *call);
