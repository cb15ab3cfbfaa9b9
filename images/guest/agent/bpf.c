/* bpf(2) as far as programs of cgroups need it. */

#include "bpf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
    long result = syscall(SYS_bpf, command, attributes, sizeof *attributes);
    return result < 0 ? -errno : (int)result;
}

int bpf_load(enum bpf_prog_type type, enum bpf_attach_type attach, const void *instructions, size_t length)
{
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = type;
    attributes.expected_attach_type = attach;
    attributes.insns = (uintptr_t)instructions;
    attributes.insn_cnt = (uint32_t)(length / sizeof(struct bpf_insn));
    attributes.license = (uintptr_t) "MIT";
    return bpf(BPF_PROG_LOAD, &attributes);
}

int bpf_attach(const char *cgroup, int program, enum bpf_attach_type attach)
{
    int group = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (group < 0)
        return -errno;
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)group;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.attach_type = attach;
    attributes.attach_flags = BPF_F_ALLOW_MULTI;
    int result = bpf(BPF_PROG_ATTACH, &attributes);
    close(group);
    return result < 0 ? result : 0;
}
