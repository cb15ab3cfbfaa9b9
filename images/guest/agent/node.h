/* Makes the nodes of a tree in a directory that a container may be changing at the same time, and gives them owner, mode,
 * times and extended attributes. Nothing here follows a symbolic link. What stands in the way is replaced, except a
 * directory that is not empty (-EISDIR). All return 0 (or a descriptor) or -errno.
 * Attributes of nodes that cannot be opened are reached through /proc/self/fd: /proc must be mounted. */
#pragma once

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

struct node_attributes {
    uid_t uid;
    gid_t gid;
    mode_t mode;              /* permission bits, with setuid, setgid and sticky */
    struct timespec times[2]; /* access, modification, as for utimensat */
};

struct node_attributes node_attributes_of(const struct stat *status);

/* A new or existing directory, opened. */
int node_directory(int parent, const char *name);
/* A new, empty file, opened for writing; mode 0600 until its attributes are set. */
int node_file(int parent, const char *name);
int node_symlink(int parent, const char *name, const char *target);
/* A device or fifo. */
int node_special(int parent, const char *name, mode_t type, dev_t device);
/* A hard link to `from_name` in `from`; 0 as well when it is that file already. */
int node_link(int parent, const char *name, int from, const char *from_name);

/* A node is an open descriptor, with name NULL, or a name in a directory. */
struct node {
    int fd;
    const char *name;
};

/* Owner, then mode: a change of owner drops setuid. Times are node_set_times(), after the extended attributes. */
int node_set_owner_and_mode(struct node node, const struct node_attributes *attributes);
int node_set_times(struct node node, const struct timespec times[2]);

/* Calls `visit` with each extended attribute; a nonzero result ends it and is returned. Those of overlayfs itself
 * (trusted.overlay.*, but for opaque) are passed over; file systems without attributes have none. */
int node_each_xattr(struct node node, int (*visit)(void *context, const char *name, const void *value, size_t size),
                    void *context);
/* 0 as well where the file system or the kind of node cannot have that attribute. */
int node_set_xattr(struct node node, const char *name, const void *value, size_t size);
int node_copy_xattrs(struct node from, struct node to);
