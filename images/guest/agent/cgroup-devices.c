/* Which devices a cgroup's processes may use: an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE. The kernel checks a program at
 * each load, which costs more than a container's network: one that was loaded before is attached again. */

#include "cgroup.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf.h"

#define KEPT 8
#define PROGRAM_BYTES_MOST 32768

static struct {
    uint8_t *bytes;
    size_t length;
    int fd;
} kept[KEPT];
static unsigned next_kept;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The caller holds the lock: a program that is in use is not closed under it. */
static int loaded(const uint8_t *bytes, size_t length)
{
    for (unsigned i = 0; i < KEPT; i++)
        if (kept[i].bytes && kept[i].length == length && !memcmp(kept[i].bytes, bytes, length))
            return kept[i].fd;
    uint8_t *copy = malloc(length);
    int fd = copy ? bpf_load(BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE, bytes, length) : -ENOMEM;
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
    pthread_mutex_lock(&lock);
    int fd = loaded(program, length);
    int result = fd < 0 ? fd : bpf_attach(path, fd, BPF_CGROUP_DEVICE);
    pthread_mutex_unlock(&lock);
    return result;
}
