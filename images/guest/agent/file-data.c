/* File content by extents: SEEK_DATA and SEEK_HOLE find them, copy_file_range or plain reads move them. */

#include "file-data.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 65536
#define HOLE 4096 /* so many zeros, aligned, are not written */

struct extent {
    off_t start, end;
};

/* The next extent with data at or after `offset`; start == size when only a hole is left. */
static int find_extent(int fd, off_t offset, off_t size, struct extent *extent)
{
    *extent = (struct extent){offset, size};
    off_t start = lseek(fd, offset, SEEK_DATA);
    if (start < 0 && errno == ENXIO) {
        extent->start = size;
        return 0;
    }
    if (start < 0)
        return errno == EINVAL || errno == EOPNOTSUPP ? 0 : -errno;
    off_t end = lseek(fd, start, SEEK_HOLE);
    if (start >= size)
        extent->start = size;
    else
        extent->start = start;
    if (end > start && end < size)
        extent->end = end;
    return 0;
}

static int write_at(int fd, const char *data, size_t length, off_t offset)
{
    for (size_t done = 0; done < length;) {
        ssize_t count = pwrite(fd, data + done, length - done, offset + (off_t)done);
        if (count < 0 && errno != EINTR)
            return -errno;
        if (count > 0)
            done += (size_t)count;
    }
    return 0;
}

/* Bytes copied, 0 at the end of the file, or -errno. `in_kernel` becomes false when the kernel cannot do it here. */
static ssize_t copy_some(int from, int to, off_t offset, size_t length, bool *in_kernel, char **block)
{
    if (*in_kernel) {
        off_t in = offset, out = offset;
        ssize_t count = copy_file_range(from, &in, to, &out, length, 0);
        if (count > 0 || (count < 0 && (errno == ENOSPC || errno == EIO || errno == EDQUOT || errno == EFBIG)))
            return count > 0 ? count : -errno;
        *in_kernel = false;
    }
    if (!*block && !(*block = malloc(BLOCK)))
        return -ENOMEM;
    ssize_t count;
    do
        count = pread(from, *block, length < BLOCK ? length : BLOCK, offset);
    while (count < 0 && errno == EINTR);
    if (count <= 0)
        return count < 0 ? -errno : 0;
    int result = write_at(to, *block, (size_t)count, offset);
    return result < 0 ? result : count;
}

int copy_data(int from, int to, off_t size)
{
    bool in_kernel = true;
    char *block = NULL;
    int result = 0;
    off_t offset = 0, written = 0;
    while (result == 0 && offset < size) {
        struct extent extent;
        result = find_extent(from, offset, size, &extent);
        offset = extent.start;
        while (result == 0 && offset < extent.end && extent.start < size) {
            off_t left = extent.end - offset;
            ssize_t count = copy_some(from, to, offset, left < 1 << 30 ? (size_t)left : 1 << 30, &in_kernel, &block);
            if (count > 0)
                written = offset += count;
            else if (count < 0)
                result = (int)count;
            else
                size = offset; /* it has become shorter */
            if (count == 0)
                break;
        }
    }
    free(block);
    if (result == 0 && written != size && ftruncate(to, size)) /* a hole at its end */
        result = -errno;
    return result;
}

static bool is_zero(const char *bytes, size_t length)
{
    return bytes[0] == 0 && !memcmp(bytes, bytes + 1, length - 1);
}

int write_sparsely(int fd, const char *data, size_t length, off_t offset)
{
    size_t start = 0; /* of what is to be written */
    for (size_t at = 0; at < length;) {
        size_t piece = HOLE - (size_t)((offset + (off_t)at) % HOLE);
        if (piece > length - at)
            piece = length - at;
        if (is_zero(data + at, piece)) {
            int result = write_at(fd, data + start, at - start, offset + (off_t)start);
            if (result < 0)
                return result;
            start = at + piece;
        }
        at += piece;
    }
    return write_at(fd, data + start, length - start, offset + (off_t)start);
}
