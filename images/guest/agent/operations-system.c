/* Operations on processes, cgroups, the clock and the random pool. */

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"
#include "operations.h"

int op_kill(struct call *call)
{
    uint32_t pid = read_u32(call->arguments), number = read_u32(call->arguments);
    if (call->arguments->bad || pid < 2 || pid > INT32_MAX)
        return -EINVAL;
    return check(kill((pid_t)pid, (int)number));
}

int op_set_clock(struct call *call)
{
    struct timespec now = {.tv_sec = (time_t)read_u64(call->arguments)};
    now.tv_nsec = (long)read_u32(call->arguments);
    return call->arguments->bad ? -EINVAL : check(clock_settime(CLOCK_REALTIME, &now));
}

int op_add_entropy(struct call *call)
{
    struct {
        int bits, length;
        uint8_t bytes[512];
    } pool;
    size_t length;
    const uint8_t *bytes = read_bytes(call->arguments, &length);
    if (call->arguments->bad || length > sizeof pool.bytes)
        return -EINVAL;
    pool.bits = (int)length * 8;
    pool.length = (int)length;
    memcpy(pool.bytes, bytes, length);
    int fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int error = check(ioctl(fd, RNDADDENTROPY, &pool));
    if (!error)
        error = check(ioctl(fd, RNDRESEEDCRNG));
    close(fd);
    return error;
}

int op_cgroup_remove(struct call *call) { return on_text(call, cgroup_remove); }

int op_cgroup_devices(struct call *call)
{
    const char *path = text(call);
    size_t length = 0;
    const uint8_t *program = read_bytes(call->arguments, &length);
    if (call->arguments->bad)
        return -EINVAL;
    int error = make_directories(path, 0755);
    return error ? error : cgroup_limit_devices(path, program, length);
}
