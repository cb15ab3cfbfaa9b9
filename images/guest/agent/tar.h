/* Tar streams out of and into a container's directory: POSIX.1-2001 pax, and GNU's extensions on input.
 * Both block on `fd`, which stays open and belongs to the caller, return 0 or -errno, and then say why in `message`. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Writes `path` of `root` (links before the last component are followed inside the root). The last component names the
 * first entry; it is not followed, unless slashes come after it. When `path` is "/" or ends in "/.", entries are "./" and
 * what the directory holds. Keeps hard links, devices, fifos, times to the nanosecond, extended attributes (as
 * SCHILY.xattr.*); leaves out sockets, the content of mounted proc, sysfs and the like, and what vanishes meanwhile. A file
 * that changes while it is read keeps the size of its header: cut, or filled with zeros. With `hollow`, files come without
 * their content, as one hole each. -EPIPE when nobody reads. */
int tar_out(const char *root, const char *path, bool hollow, int fd, char *message, size_t message_size);

/* Extracts into the existing directory `path` of `root`, reading until the end of the input. Entries go through the links
 * that are there, as programs in the container would, and never out of the root; with the guest's own root ("" or "/")
 * never out of the directory. A "." entry is passed over: the directory keeps its own attributes. Non-directories are
 * replaced, directories merge, an entry that would replace a directory with content is an error, missing parents are made
 * (root, 0755). Sparse formats are refused. After an error what has been extracted stays and the rest is not read. */
int tar_in(const char *root, const char *path, int fd, char *message, size_t message_size);
