/* Making nodes and setting what belongs to them: see node.h. */

#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ATTEMPTS 3 /* to make a node where something else keeps coming up */

#define LARGEST_XATTR 65536 /* the kernel's own limit, for a value and for the list of names */

#define NODE_PATH 320 /* /proc/self/fd/NUMBER/NAME */

struct node_attributes node_attributes_of(const struct stat *status)
{
    return (struct node_attributes){
        .uid = status->st_uid,
        .gid = status->st_gid,
        .mode = status->st_mode & 07777,
        .times = {status->st_atim, status->st_mtim},
    };
}

/* Removes what stands in the way of a node. */
static int clear(int parent, const char *name)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR)
        return -errno;
    if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
        return 0;
    return errno == ENOTEMPTY || errno == EEXIST ? -EISDIR : -errno;
}

int node_directory(int parent, const char *name)
{
    for (int attempt = 0;; attempt++) {
        if (mkdirat(parent, name, 0755) && errno != EEXIST)
            return -errno;
        int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0)
            return fd;
        if ((errno != ENOTDIR && errno != ELOOP && errno != ENOENT) || attempt == ATTEMPTS)
            return -errno;
        int result = clear(parent, name);
        if (result < 0)
            return result;
    }
}

int node_file(int parent, const char *name)
{
    for (int attempt = 0;; attempt++) {
        int fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0)
            return fd;
        int result = errno == EEXIST && attempt < ATTEMPTS ? clear(parent, name) : -errno;
        if (result < 0)
            return result;
    }
}

int node_symlink(int parent, const char *name, const char *target)
{
    for (int attempt = 0; symlinkat(target, parent, name); attempt++) {
        int result = errno == EEXIST && attempt < ATTEMPTS ? clear(parent, name) : -errno;
        if (result < 0)
            return result;
    }
    return 0;
}

int node_special(int parent, const char *name, mode_t type, dev_t device)
{
    for (int attempt = 0; mknodat(parent, name, (type & S_IFMT) | 0600, device); attempt++) {
        int result = errno == EEXIST && attempt < ATTEMPTS ? clear(parent, name) : -errno;
        if (result < 0)
            return result;
    }
    return 0;
}

int node_link(int parent, const char *name, int from, const char *from_name)
{
    for (int attempt = 0; linkat(from, from_name, parent, name, 0); attempt++) {
        if (errno != EEXIST || attempt == ATTEMPTS)
            return -errno;
        struct stat old, new;
        if (fstatat(from, from_name, &old, AT_SYMLINK_NOFOLLOW))
            return -errno;
        if (fstatat(parent, name, &new, AT_SYMLINK_NOFOLLOW) == 0 && old.st_dev == new.st_dev &&
            old.st_ino == new.st_ino)
            return 0;
        int result = clear(parent, name);
        if (result < 0)
            return result;
    }
    return 0;
}

static const char *path_of(struct node node, char path[NODE_PATH])
{
    snprintf(path, NODE_PATH, node.name ? "/proc/self/fd/%d/%s" : "/proc/self/fd/%d", node.fd,
             node.name ? node.name : "");
    return path;
}

/* chmod of a name without following it: fchmodat() of Linux 6.1 cannot, a descriptor of the very node can. */
static int set_mode_of_name(int parent, const char *name, mode_t mode)
{
    char path[NODE_PATH];
    struct stat status;
    int fd = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int result = fstat(fd, &status);
    if (result == 0 && !S_ISLNK(status.st_mode))
        result = chmod(path_of((struct node){.fd = fd}, path), mode);
    if (result)
        result = -errno;
    close(fd);
    return result;
}

/* Each change is a transaction of the file system's journal; most new nodes are root's already, and many have their mode. */
int node_set_owner_and_mode(struct node node, const struct node_attributes *attributes)
{
    struct stat now;
    if (node.name ? fstatat(node.fd, node.name, &now, AT_SYMLINK_NOFOLLOW) : fstat(node.fd, &now))
        return -errno;
    bool given = now.st_uid != attributes->uid || now.st_gid != attributes->gid;
    if (given && (node.name ? fchownat(node.fd, node.name, attributes->uid, attributes->gid, AT_SYMLINK_NOFOLLOW)
                            : fchown(node.fd, attributes->uid, attributes->gid)))
        return -errno;
    /* A change of owner may take set-id bits away. */
    if (S_ISLNK(now.st_mode) || (!given && (now.st_mode & 07777) == attributes->mode))
        return 0;
    if (node.name)
        return set_mode_of_name(node.fd, node.name, attributes->mode);
    return fchmod(node.fd, attributes->mode) ? -errno : 0;
}

int node_set_times(struct node node, const struct timespec times[2])
{
    int result = node.name ? utimensat(node.fd, node.name, times, AT_SYMLINK_NOFOLLOW) : futimens(node.fd, times);
    return result ? -errno : 0;
}

/* What overlayfs keeps for itself must not be set from outside. */
static bool is_overlay(const char *name)
{
    return !strncmp(name, "trusted.overlay.", 16);
}

/* Of a container's writable layer only this one means something outside of it: the directory hides the image's. */
static bool passed_over(const char *name)
{
    return is_overlay(name) && strcmp(name, "trusted.overlay.opaque");
}

static ssize_t list_xattrs(struct node node, const char *path, char *list, size_t size)
{
    return node.name ? llistxattr(path, list, size) : flistxattr(node.fd, list, size);
}

static ssize_t read_xattr(struct node node, const char *path, const char *name, void *value, size_t size)
{
    return node.name ? lgetxattr(path, name, value, size) : fgetxattr(node.fd, name, value, size);
}

static int visit_xattrs(struct node node, const char *path, const char *list, size_t length,
                        int (*visit)(void *, const char *, const void *, size_t), void *context)
{
    char *value = malloc(LARGEST_XATTR);
    int result = value ? 0 : -ENOMEM;
    for (const char *name = list; result == 0 && name < list + length; name += strlen(name) + 1) {
        if (passed_over(name))
            continue;
        ssize_t size = read_xattr(node, path, name, value, LARGEST_XATTR);
        if (size >= 0)
            result = visit(context, name, value, (size_t)size);
        else if (errno != ENODATA && errno != EOPNOTSUPP && errno != EPERM && errno != EACCES)
            result = -errno;
    }
    free(value);
    return result;
}

int node_each_xattr(struct node node, int (*visit)(void *context, const char *name, const void *value, size_t size),
                    void *context)
{
    char path[NODE_PATH], few[512], *list = few, *many = NULL;
    if (node.name)
        path_of(node, path);
    ssize_t length = list_xattrs(node, path, list, sizeof few - 1);
    if (length < 0 && errno == ERANGE) {
        list = many = malloc(LARGEST_XATTR + 1);
        if (!list)
            return -ENOMEM;
        length = list_xattrs(node, path, list, LARGEST_XATTR);
    }
    int result = 0;
    if (length > 0) {
        list[length] = 0;
        result = visit_xattrs(node, path, list, (size_t)length, visit, context);
    } else if (length < 0 && errno != EOPNOTSUPP) {
        result = -errno;
    }
    free(many);
    return result;
}

int node_set_xattr(struct node node, const char *name, const void *value, size_t size)
{
    char path[NODE_PATH];
    if (is_overlay(name))
        return 0;
    int result = node.name ? lsetxattr(path_of(node, path), name, value, size, 0)
                           : fsetxattr(node.fd, name, value, size, 0);
    return result == 0 || errno == EOPNOTSUPP || errno == EPERM ? 0 : -errno;
}

static int copy_xattr(void *context, const char *name, const void *value, size_t size)
{
    return node_set_xattr(*(struct node *)context, name, value, size);
}

int node_copy_xattrs(struct node from, struct node to)
{
    return node_each_xattr(from, copy_xattr, &to);
}
