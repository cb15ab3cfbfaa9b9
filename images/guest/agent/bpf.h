#pragma once

#include <linux/bpf.h>
#include <stddef.h>

/* The program's descriptor, or -errno. `length`: in bytes, 8 an instruction. */
int bpf_load(enum bpf_prog_type type, enum bpf_attach_type attach, const void *instructions, size_t length);

/* For the processes of the cgroup and of those below, beside what is attached there already. 0 or -errno. */
int bpf_attach(const char *cgroup, int program, enum bpf_attach_type attach);
