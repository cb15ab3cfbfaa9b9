/* The end of a cgroup: its processes first, then its directories from the deepest up. */

#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MOST 16

static int remove_below(const char *path, int depth)
{
    if (rmdir(path) == 0 || errno == ENOENT)
        return 0;
    int error = -errno;
    DIR *directory = depth < DEPTH_MOST ? opendir(path) : NULL;
    if (!directory)
        return error;
    char child[512];
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        if (snprintf(child, sizeof child, "%s/%s", path, entry->d_name) < (int)sizeof child)
            remove_below(child, depth + 1);
    }
    closedir(directory);
    return rmdir(path) == 0 ? 0 : -errno;
}

int cgroup_remove(const char *path)
{
    int error = remove_below(path, 0);
    if (error != -EBUSY && error != -ENOTEMPTY)
        return error;
    char file[512];
    snprintf(file, sizeof file, "%s/cgroup.kill", path);
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (write(fd, "1", 1) < 0)
            error = -errno;
        close(fd);
    }
    for (int tries = 0; tries < 500; tries++) {
        error = remove_below(path, 0);
        if (error != -EBUSY && error != -ENOTEMPTY)
            return error;
        usleep(10000);
    }
    return error;
}
