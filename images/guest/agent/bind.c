/* A bind mount of what a path of a container's or a volume's is, whatever links lie on the way: the path is opened confined, and the
 * opened file mounted, so that nobody can exchange it in between. */

#include "bind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine.h"

static int make_target(const char *target, bool directory)
{
    if (directory)
        return mkdir(target, 0755) < 0 && errno != EEXIST ? -errno : 0;
    int fd = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    close(fd);
    return 0;
}

int bind_confined(const char *root, const char *path, const char *target)
{
    int fd = confined_open(root, path, O_PATH, 0);
    if (fd < 0)
        return fd;
    struct stat status;
    int error = fstat(fd, &status) < 0 ? -errno : make_target(target, S_ISDIR(status.st_mode));
    if (!error) {
        char source[64];
        snprintf(source, sizeof source, "/proc/self/fd/%d", fd);
        error = mount(source, target, NULL, MS_BIND | MS_REC, NULL) < 0 ? -errno : 0;
    }
    close(fd);
    return error;
}
