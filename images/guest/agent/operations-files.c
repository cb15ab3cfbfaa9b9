/* Operations on files and trees. */

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "confine.h"
#include "operations.h"
#include "tree.h"

static int make_parents(const char *path)
{
    char *parent = strdup(path);
    char *slash = parent ? strrchr(parent, '/') : NULL;
    int error = !parent ? -ENOMEM : !slash || slash == parent ? -ENOENT : 0;
    if (!error) {
        *slash = 0;
        error = make_directories(parent, 0755);
    }
    free(parent);
    return error;
}

int make_directories(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0 || errno == EEXIST)
        return 0;
    int error = errno == ENOENT ? make_parents(path) : -errno;
    if (error)
        return error;
    return mkdir(path, mode) == 0 || errno == EEXIST ? 0 : -errno;
}

int op_mkdir(struct call *call)
{
    const char *path = text(call);
    uint32_t mode = read_u32(call->arguments);
    return call->arguments->bad ? -EINVAL : make_directories(path, mode);
}

int op_write(struct call *call)
{
    const char *path = text(call);
    uint32_t mode = read_u32(call->arguments);
    size_t length;
    const uint8_t *bytes = read_bytes(call->arguments, &length);
    if (call->arguments->bad)
        return -EINVAL;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return -errno;
    int error = 0;
    for (size_t done = 0; done < length && !error;) {
        ssize_t written = write(fd, bytes + done, length - done);
        if (written < 0)
            error = -errno;
        else
            done += (size_t)written;
    }
    close(fd);
    return error;
}

static int read_file(const char *root, const char *path, uint32_t limit, struct buffer *content)
{
    int fd = confined_open(root, path, O_RDONLY | O_NONBLOCK, 0);
    if (fd < 0)
        return fd;
    uint8_t chunk[4096];
    ssize_t got;
    while ((got = read(fd, chunk, sizeof chunk)) > 0) {
        if (content->length + (size_t)got > limit || !buffer_append(content, chunk, (size_t)got)) {
            close(fd);
            return -EFBIG;
        }
    }
    int error = got < 0 ? -errno : 0;
    close(fd);
    return error;
}

int op_read(struct call *call)
{
    const char *root = text(call), *path = text(call);
    uint32_t limit = read_u32(call->arguments);
    struct buffer content = {0};
    int error = call->arguments->bad ? -EINVAL : read_file(root, path, limit, &content);
    if (!error)
        error = result_bytes(call, content.bytes, content.length);
    buffer_free(&content);
    return error;
}

int op_read_if_there(struct call *call)
{
    const char *root = text(call), *path = text(call);
    uint32_t limit = read_u32(call->arguments);
    struct buffer content = {0};
    uint8_t found = 1;
    if (call->arguments->bad || !buffer_append(&content, &found, 1))
        return -EINVAL;
    int error = read_file(root, path, limit, &content);
    if (error == -ENOENT || error == -ENOTDIR || error == -ENODEV) {
        content.bytes[0] = 0;
        content.length = 1;
        error = 0;
    }
    if (!error)
        error = result_bytes(call, content.bytes, content.length);
    buffer_free(&content);
    return error;
}

int op_remove_tree(struct call *call) { return on_text(call, tree_remove); }

int op_symlink(struct call *call)
{
    const char *target = text(call), *path = text(call);
    return call->arguments->bad ? -EINVAL : check(symlink(target, path));
}

int op_rename(struct call *call)
{
    const char *from = text(call), *to = text(call);
    return call->arguments->bad ? -EINVAL : check(rename(from, to));
}

int op_stat(struct call *call)
{
    const char *root = text(call), *path = text(call);
    if (call->arguments->bad)
        return -EINVAL;
    struct stat status = {0};
    uint8_t kind = 0;
    int fd = confined_open(root, path, O_PATH | O_NOFOLLOW, 0);
    if (fd >= 0) {
        int error = check(fstat(fd, &status));
        close(fd);
        if (error)
            return error;
        kind = S_ISREG(status.st_mode) ? 1 : S_ISDIR(status.st_mode) ? 2 : S_ISLNK(status.st_mode) ? 3 : 4;
    } else if (fd != -ENOENT && fd != -ENOTDIR) {
        return fd;
    }
    uint8_t answer[21] = {kind};
    uint64_t size = htole64((uint64_t)status.st_size), mtime = htole64((uint64_t)status.st_mtime);
    uint32_t mode = htole32(status.st_mode);
    memcpy(answer + 1, &size, 8);
    memcpy(answer + 9, &mode, 4);
    memcpy(answer + 13, &mtime, 8);
    return result_bytes(call, answer, sizeof answer);
}

int op_list(struct call *call)
{
    const char *path = text(call);
    if (call->arguments->bad)
        return -EINVAL;
    struct buffer names = {0};
    DIR *directory = opendir(path);
    if (!directory && errno != ENOENT)
        return -errno;
    int error = 0;
    for (struct dirent *entry; directory && !error && (entry = readdir(directory));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (names.length > WIRE_MAX_MESSAGE_BYTES / 2 || !buffer_append(&names, entry->d_name, strlen(entry->d_name) + 1))
            error = -E2BIG;
    }
    if (directory)
        closedir(directory);
    if (!error)
        error = result_bytes(call, names.bytes, names.length);
    buffer_free(&names);
    return error;
}

int op_copy_tree(struct call *call)
{
    const char *root = text(call), *path = text(call), *target = text(call);
    if (call->arguments->bad)
        return -EINVAL;
    return tree_copy(root, path, target, call->message, call->message_size);
}

int op_tree_size(struct call *call)
{
    const char *path = text(call);
    uint64_t bytes = 0;
    int error = call->arguments->bad ? -EINVAL : tree_size(path, &bytes);
    if (error)
        return error;
    bytes = htole64(bytes);
    return result_bytes(call, &bytes, sizeof bytes);
}

int op_used_space(struct call *call)
{
    const char *path = text(call);
    struct statvfs space;
    if (call->arguments->bad)
        return -EINVAL;
    if (statvfs(path, &space) < 0)
        return -errno;
    uint64_t bytes = htole64((uint64_t)(space.f_blocks - space.f_bfree) * space.f_frsize);
    return result_bytes(call, &bytes, sizeof bytes);
}

int op_sync(struct call *call)
{
    (void)call;
    sync();
    return 0;
}
