#pragma once

#include <stddef.h>
#include <stdint.h>

/* Kills the processes of a version 2 cgroup, waits up to five seconds for their end, and removes it with those below.
 * 0 or -errno; none there is no error. */
int cgroup_remove(const char *path);

/* Attaches an eBPF program, 8 bytes an instruction, that says which devices the cgroup may use. 0 or -errno. */
int cgroup_limit_devices(const char *path, const uint8_t *program, size_t length);
