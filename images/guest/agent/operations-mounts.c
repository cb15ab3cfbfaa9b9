/* Operations on mounts and on the partitions that layers are. */

#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "bind.h"
#include "operations.h"

int op_mount(struct call *call)
{
    const char *source = text(call), *target = text(call), *type = text(call);
    uint32_t flags = read_u32(call->arguments);
    const char *data = text(call);
    if (call->arguments->bad)
        return -EINVAL;
    return check(mount(source, target, *type ? type : NULL, flags, *data ? data : NULL));
}

int op_unmount(struct call *call)
{
    const char *target = text(call);
    uint32_t flags = read_u32(call->arguments);
    if (call->arguments->bad)
        return -EINVAL;
    int error = check(umount2(target, (int)flags));
    return error == -EINVAL || error == -ENOENT ? 0 : error;
}

int op_bind_confined(struct call *call)
{
    const char *root = text(call), *path = text(call), *target = text(call);
    return call->arguments->bad ? -EINVAL : bind_confined(root, path, target);
}

static int partition(const char *disk, int verb, struct blkpg_partition *part)
{
    struct blkpg_ioctl_arg argument = {.op = verb, .datalen = sizeof *part, .data = part};
    int fd = open(disk, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int error = check(ioctl(fd, BLKPG, &argument));
    close(fd);
    return error;
}

int op_partition_add(struct call *call)
{
    const char *disk = text(call);
    struct blkpg_partition part = {.pno = (int)read_u32(call->arguments)};
    part.start = (long long)read_u64(call->arguments);
    part.length = (long long)read_u64(call->arguments);
    return call->arguments->bad ? -EINVAL : partition(disk, BLKPG_ADD_PARTITION, &part);
}

int op_partition_remove(struct call *call)
{
    const char *disk = text(call);
    struct blkpg_partition part = {.pno = (int)read_u32(call->arguments)};
    return call->arguments->bad ? -EINVAL : partition(disk, BLKPG_DEL_PARTITION, &part);
}
