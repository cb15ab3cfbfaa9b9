/* What a file holds, holes and all. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* Copies the first `size` bytes of file `from` to the empty file `to`, inside the kernel where the file systems allow it.
 * A file that turns out shorter is copied as it is. 0 or -errno. */
int copy_data(int from, int to, off_t size);

/* Writes to a file that is still zero there: pages of zeros are not written and become holes. 0 or -errno. */
int write_sparsely(int fd, const char *data, size_t length, off_t offset);
