/* How much the files of a tree hold: see tree.h. What Docker counts: sizes as files say them, no directories, an inode once. */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inode-map.h"
#include "tree.h"
#include "walk.h"

struct count {
    struct walk walk;
    struct inode_map seen;
    uint64_t bytes;
};

/* What has gone meanwhile counts nothing, and mounts are others' trees. */
static int count_entry(struct count *count)
{
    struct stat status;
    if (fstatat(count->walk.fd, count->walk.name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (S_ISDIR(status.st_mode)) {
        int fd = openat(count->walk.fd, count->walk.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
        if (status.st_dev == count->walk.device)
            return walk_enter(&count->walk, fd, -1);
        close(fd);
        return 0;
    }
    if (status.st_nlink > 1) {
        if (inode_map_find(&count->seen, status.st_dev, status.st_ino))
            return 0;
        inode_map_add(&count->seen, status.st_dev, status.st_ino, "");
    }
    count->bytes += (uint64_t)status.st_size;
    return 0;
}

int tree_size(const char *path, uint64_t *bytes)
{
    *bytes = 0;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : -errno;
    struct count count = {0};
    int event = walk_start(&count.walk, fd, -1);
    while (event >= 0 && (event = walk_next(&count.walk)) > 0)
        if (event == WALK_ENTRY)
            event = count_entry(&count);
    walk_end(&count.walk);
    inode_map_free(&count.seen);
    *bytes = count.bytes;
    return event;
}
