/* Opens paths inside a container's root directory. Names and links there are the container's, so the kernel resolves them
 * with that directory as "/" (openat2, RESOLVE_IN_ROOT): absolute links and ".." stay inside, magic links are refused.
 * A root of "" or "/" means the guest's own files: paths are then resolved plainly.
 * Every file descriptor is close-on-exec; every error is a negative errno. Paths may be longer than PATH_MAX; what lies
 * beyond its first 4000 bytes may then not contain symbolic links. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A descriptor; `flags` and `mode` as for open(2). "" is the root itself. */
int confined_open(const char *root, const char *path, int flags, mode_t mode);

/* An O_PATH descriptor of the directory that holds the last component of `path`, whose name goes to `name` (at most 255
 * bytes). The component itself need not exist, and is not followed. -EINVAL when it would be empty, "." or "..". */
int confined_parent(const char *root, const char *path, char *name, size_t size);

/* The same below an open directory that is the root. */
int confined_open_at(int root, const char *path, int flags, mode_t mode);
int confined_parent_at(int root, const char *path, char *name, size_t size);

/* Opens the directory `name` of `parent`: no link, and no mount point (-EXDEV). */
int open_directory_of_same_mount(int parent, const char *name);

bool is_plain_root(const char *root);
