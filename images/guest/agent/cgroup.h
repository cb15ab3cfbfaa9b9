#pragma once

/* Kills the processes of a version 2 cgroup, waits up to five seconds for their end, and removes it with those below.
 * 0 or -errno; none there is no error. */
int cgroup_remove(const char *path);
