/* Confined path resolution: see confine.h. man 2 openat2. */

#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LONGEST_PART 4000

/* A rename anywhere in the system can make the kernel unsure about "..": it then asks to try again. */
#define ATTEMPTS 128

static int open_with(int directory, const char *path, int flags, mode_t mode, uint64_t resolve)
{
    bool creates = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
    struct open_how how = {
        .flags = (uint64_t)(uint32_t)(flags | O_CLOEXEC),
        .mode = creates ? mode & 07777 : 0,
        .resolve = resolve,
    };
    if (!(flags & O_PATH))
        how.flags |= O_LARGEFILE;
    for (int attempt = 0;; attempt++) {
        long fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
        if (fd >= 0)
            return (int)fd;
        if (errno != EINTR && (errno != EAGAIN || attempt >= ATTEMPTS))
            return -errno;
        sched_yield();
    }
}

/* Where to cut a path that is too long for the kernel: after at most `limit` bytes, at a slash. 0: nowhere. */
static size_t cut_at(const char *path, size_t limit)
{
    for (size_t i = limit; i > 0; i--)
        if (path[i] == '/')
            return i;
    return 0;
}

static int open_long(int directory, const char *path, int flags, mode_t mode, uint64_t resolve)
{
    int from = directory;
    char *part = NULL;
    int result;
    while (strlen(path) >= PATH_MAX) {
        size_t length = cut_at(path, LONGEST_PART);
        result = length == 0 ? -ENAMETOOLONG : part ? 0 : -ENOMEM;
        if (result == -ENOMEM && (part = malloc(LONGEST_PART + 1)))
            result = 0;
        if (result == 0) {
            memcpy(part, path, length);
            part[length] = 0;
            result = open_with(from, part, O_PATH | O_DIRECTORY, 0, resolve);
        }
        if (from != directory)
            close(from);
        if (result < 0) {
            free(part);
            return result;
        }
        from = result;
        resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
        path += length;
        while (*path == '/')
            path++;
    }
    result = open_with(from, *path ? path : ".", flags, mode, resolve);
    if (from != directory)
        close(from);
    free(part);
    return result;
}

bool is_plain_root(const char *root)
{
    while (*root == '/')
        root++;
    return *root == 0;
}

/* Calls open_long() with the root's descriptor. */
static int open_in(const char *root, const char *path, int flags, mode_t mode)
{
    bool plain = is_plain_root(root);
    int directory = open_with(AT_FDCWD, plain ? "/" : root, O_PATH | O_DIRECTORY, 0, 0);
    if (directory < 0)
        return directory;
    int fd = open_long(directory, path, flags, mode, plain ? 0 : RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    close(directory);
    return fd;
}

int confined_open(const char *root, const char *path, int flags, mode_t mode)
{
    return open_in(root, path, flags, mode);
}

int confined_open_at(int root, const char *path, int flags, mode_t mode)
{
    return open_long(root, path, flags, mode, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

/* Splits off the last component; the rest is a new string to free. */
static int split(const char *path, char **parent, char *name, size_t size)
{
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    size_t length = end - start;
    bool dots = (length == 1 && path[start] == '.') || (length == 2 && !memcmp(path + start, "..", 2));
    if (length == 0 || dots)
        return -EINVAL;
    if (length > NAME_MAX || length >= size)
        return -ENAMETOOLONG;
    *parent = strndup(path, start);
    if (!*parent)
        return -ENOMEM;
    memcpy(name, path + start, length);
    name[length] = 0;
    return 0;
}

int confined_parent(const char *root, const char *path, char *name, size_t size)
{
    char *parent = NULL;
    int result = split(path, &parent, name, size);
    if (result == 0)
        result = open_in(root, parent, O_PATH | O_DIRECTORY, 0);
    free(parent);
    return result;
}

int confined_parent_at(int root, const char *path, char *name, size_t size)
{
    char *parent = NULL;
    int result = split(path, &parent, name, size);
    if (result == 0)
        result = confined_open_at(root, parent, O_PATH | O_DIRECTORY, 0);
    free(parent);
    return result;
}

int open_directory_of_same_mount(int parent, const char *name)
{
    return open_with(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
                     RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS);
}
