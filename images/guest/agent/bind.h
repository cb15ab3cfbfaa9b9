/* Bind mounts of paths that a container may have made. */
#pragma once

/* 0 or -errno. `target` is the guest's own; it is made, as a directory or an empty file, in a directory that exists. */
int bind_confined(const char *root, const char *path, const char *target);
