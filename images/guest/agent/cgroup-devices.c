/* Which devices a cgroup's processes may use: an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE. The kernel checks a program at
 * each load, which costs more than a container's network: one that was loaded before is attached again. */

#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KEPT 8
#define PROGRAM_BYTES_MOST 32768

static struct {
    uint8_t *bytes;
    size_t length;
    int fd;
} kept[KEPT];
static unsigned next_kept;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
    long result = syscall(SYS_bpf, command, attributes, sizeof *attributes);
    return result < 0 ? -errno : (int)result;
}

static int load(const uint8_t *bytes, size_t length)
{
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.insns = (uintptr_t)bytes;
    attributes.insn_cnt = (uint32_t)(length / sizeof(struct bpf_insn));
    attributes.license = (uintptr_t) "MIT";
    return bpf(BPF_PROG_LOAD, &attributes);
}

/* The caller holds the lock: a program that is in use is not closed under it. */
static int loaded(const uint8_t *bytes, size_t length)
{
    for (unsigned i = 0; i < KEPT; i++)
        if (kept[i].bytes && kept[i].length == length && !memcmp(kept[i].bytes, bytes, length))
            return kept[i].fd;
    uint8_t *copy = malloc(length);
    int fd = copy ? load(bytes, length) : -ENOMEM;
    if (fd < 0) {
        free(copy);
        return fd;
    }
    unsigned at = next_kept++ % KEPT;
    if (kept[at].bytes) {
        free(kept[at].bytes);
        close(kept[at].fd); /* cgroups that have it keep it */
    }
    memcpy(copy, bytes, length);
    kept[at].bytes = copy;
    kept[at].length = length;
    kept[at].fd = fd;
    return fd;
}

int cgroup_limit_devices(const char *path, const uint8_t *program, size_t length)
{
    if (length == 0 || length > PROGRAM_BYTES_MOST || length % sizeof(struct bpf_insn))
        return -EINVAL;
    int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (group < 0)
        return -errno;
    pthread_mutex_lock(&lock);
    int fd = loaded(program, length);
    if (fd >= 0) {
        union bpf_attr attributes;
        memset(&attributes, 0, sizeof attributes);
        attributes.target_fd = (uint32_t)group;
        attributes.attach_bpf_fd = (uint32_t)fd;
        attributes.attach_type = BPF_CGROUP_DEVICE;
        attributes.attach_flags = BPF_F_ALLOW_MULTI;
        fd = bpf(BPF_PROG_ATTACH, &attributes);
    }
    pthread_mutex_unlock(&lock);
    close(group);
    return fd < 0 ? fd : 0;
}
