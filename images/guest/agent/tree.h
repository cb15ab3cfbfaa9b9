/* Whole trees of the guest: removal, copy and size. Safe against a container that changes the tree meanwhile, for any depth, on
 * a small stack; all return 0 or -errno. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Removes a file or a directory with all its content. Follows no symbolic link, enters no mount point (-EBUSY: the rest is
 * removed, the mount and what leads to it stay). Goes on after an error and returns the first. A missing path is removed
 * already: 0. `path` is the guest's own; its last component must be a name. */
int tree_remove(const char *path);

/* Copies the content of directory `path` of a container's `root` into `target`, a directory of the guest that is made when
 * missing (its parent must exist). Keeps types, owners, modes, times, extended attributes, holes and, within the tree, hard
 * links; `target` itself gets the attributes of the directory. Sockets, and the content of mounted proc, sysfs and the
 * like, are left out. What is in `target` stays unless a node of the same name replaces it; directories merge. After an
 * error `message` says what could not be copied, and what has been copied stays. */
int tree_copy(const char *root, const char *path, const char *target, char *message, size_t message_size);

/* The sizes of all files below `path`, without directories, each once however many links it has. Enters no mount point. A
 * missing path holds nothing. */
int tree_size(const char *path, uint64_t *bytes);
