/* Cleaning of archive names: see tar-path.h. */

#include "tar-path.h"

#include <errno.h>
#include <string.h>

#include "tar-format.h"

int tar_clean_path(struct bytes *path, const char *name, size_t length)
{
    bytes_clear(path);
    if (length > 0 && memchr(name, 0, length))
        return -EINVAL;
    int result = bytes_add(path, "", 0, TAR_LARGEST_HEADER);
    for (size_t start = 0; result == 0 && start < length;) {
        const char *slash = memchr(name + start, '/', length - start);
        size_t end = slash ? (size_t)(slash - name) : length;
        size_t size = end - start;
        if (size == 2 && !memcmp(name + start, "..", 2))
            return -EINVAL;
        if (size > 0 && !(size == 1 && name[start] == '.')) {
            if (path->length > 0)
                result = bytes_add(path, "/", 1, TAR_LARGEST_HEADER);
            if (result == 0)
                result = bytes_add(path, name + start, size, TAR_LARGEST_HEADER);
        }
        start = end + 1;
    }
    return result;
}
