/* Extraction of a tar stream: see tar.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "file-data.h"
#include "node.h"
#include "tar-place.h"
#include "tar-read.h"
#include "tar.h"

#define DELAYED_MEMORY (16u << 20)

struct input {
    struct tar_reader reader;
    struct tar_entry entry;
    struct tar_place place;
    struct bytes delayed; /* times of directories: struct delayed and a path, over and over */
    struct failure failure;
};

/* Content would change a directory's time, so times are set at the end, if it still is that directory. */
struct delayed {
    dev_t device;
    ino_t inode;
    struct timespec time;
};

static int set_xattrs(struct node node, const struct bytes *xattrs)
{
    int result = 0;
    for (size_t at = 0; result == 0 && at < xattrs->length;) {
        const char *name = xattrs->data + at;
        size_t size;
        at += strlen(name) + 1;
        memcpy(&size, xattrs->data + at, sizeof size);
        at += sizeof size;
        result = node_set_xattr(node, name, xattrs->data + at, size);
        at += size;
    }
    /* A name that no kernel knows is not worth the archive. */
    return result == -ERANGE || result == -EINVAL ? 0 : result;
}

static int set_attributes(const struct input *input, struct node node)
{
    const struct tar_entry *entry = &input->entry;
    struct node_attributes attributes = {
        .uid = entry->uid, .gid = entry->gid, .mode = entry->mode, .times = {{.tv_nsec = UTIME_OMIT}, entry->mtime}};
    int result = node_set_owner_and_mode(node, &attributes);
    if (result == 0)
        result = set_xattrs(node, &entry->xattrs);
    return result == 0 ? node_set_times(node, attributes.times) : result;
}

static int cannot(const struct input *input, int error)
{
    const char *path = input->entry.path.data;
    if (error == -EISDIR)
        return refused(&input->failure, error, "Cannot extract \"%.200s\": it would replace a directory with content", path);
    return failed(&input->failure, error, "Cannot extract \"%.200s\"", path);
}

static int extract_file(struct input *input, const char *name)
{
    off_t offset = 0, size = (off_t)input->entry.size;
    int fd = node_file(input->place.parent, name);
    if (fd < 0)
        return cannot(input, fd);
    int result = 0;
    while (result == 0 && offset < size) {
        const char *data = NULL;
        ssize_t count = tar_stream_read(&input->reader.stream, (uint64_t)(size - offset), &data);
        if (count < 0) {
            close(fd);
            return (int)count;
        }
        result = write_sparsely(fd, data, (size_t)count, offset);
        offset += count;
    }
    if (result == 0 && ftruncate(fd, size))
        result = -errno;
    if (result == 0)
        result = set_attributes(input, (struct node){.fd = fd});
    close(fd);
    return result < 0 ? cannot(input, result) : tar_skip_padding(&input->reader.stream, input->entry.size);
}

/* Sets the noted times and forgets them. What has become of a directory meanwhile is no error. */
static void set_delayed_times(struct input *input)
{
    for (size_t at = 0; at < input->delayed.length;) {
        struct delayed delayed;
        struct stat status;
        memcpy(&delayed, input->delayed.data + at, sizeof delayed);
        const char *path = input->delayed.data + at + sizeof delayed;
        at += sizeof delayed + strlen(path) + 1;
        int fd = tar_place_open_directory(&input->place, path);
        if (fd < 0)
            continue;
        struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, delayed.time};
        if (fstat(fd, &status) == 0 && status.st_dev == delayed.device && status.st_ino == delayed.inode)
            futimens(fd, times);
        close(fd);
    }
    bytes_clear(&input->delayed);
}

static int delay_time(struct input *input, int fd)
{
    struct stat status;
    if (fstat(fd, &status))
        return -errno;
    struct delayed delayed = {status.st_dev, status.st_ino, input->entry.mtime};
    /* More directories than fit: the earlier ones get their times now, and may be touched again. */
    if (input->delayed.length + sizeof delayed + input->entry.path.length + 1 > DELAYED_MEMORY)
        set_delayed_times(input);
    int result = bytes_add(&input->delayed, &delayed, sizeof delayed, DELAYED_MEMORY);
    size_t length = input->entry.path.length + 1;
    if (result == 0 && (result = bytes_add(&input->delayed, input->entry.path.data, length, DELAYED_MEMORY)) < 0)
        input->delayed.length -= sizeof delayed;
    return result;
}

static int extract_directory(struct input *input, const char *name)
{
    int fd = node_directory(input->place.parent, name);
    if (fd < 0)
        return fd;
    int result = set_attributes(input, (struct node){.fd = fd});
    if (result == 0)
        result = delay_time(input, fd);
    close(fd);
    return result;
}

static int extract_link(struct input *input, const char *name)
{
    char from_name[NAME_MAX + 1];
    int from = tar_place_open_parent(&input->place, &input->entry.link, from_name, sizeof from_name);
    int result = from < 0 ? from : node_link(input->place.parent, name, from, from_name);
    if (from >= 0)
        close(from);
    if (result < 0 && result != -EISDIR)
        return failed(&input->failure, result, "Cannot extract \"%.200s\" as a link to \"%.200s\"",
                      input->entry.path.data, input->entry.link.data);
    return result < 0 ? cannot(input, result) : 0;
}

static int extract_special(struct input *input, const char *name)
{
    const struct tar_entry *entry = &input->entry;
    int result;
    if (entry->type == '2')
        result = node_symlink(input->place.parent, name, entry->link.data);
    else if (entry->type == '6')
        result = node_special(input->place.parent, name, S_IFIFO, 0);
    else
        result = node_special(input->place.parent, name, entry->type == '3' ? S_IFCHR : S_IFBLK, entry->device);
    return result == 0 ? set_attributes(input, (struct node){input->place.parent, name}) : result;
}

static int extract_entry(struct input *input)
{
    const struct bytes *path = &input->entry.path;
    if (path->length == 0 && input->entry.type == '5')
        return 0;
    if (path->length == 0 || (input->entry.type == '1' && input->entry.link.length == 0))
        return refused(&input->failure, EINVAL, "The archive is refused: an entry or a link without a name");
    tar_place_forget(&input->place, path);
    const char *slash = memrchr(path->data, '/', path->length);
    const char *name = slash ? slash + 1 : path->data;
    int result = tar_place_enter(&input->place, path->data, slash ? (size_t)(slash - path->data) : 0);
    if (result < 0)
        return cannot(input, result);
    if (input->entry.type == '0')
        return extract_file(input, name);
    if (input->entry.type == '1')
        return extract_link(input, name);
    result = input->entry.type == '5' ? extract_directory(input, name) : extract_special(input, name);
    return result < 0 ? cannot(input, result) : 0;
}

int tar_in(const char *root, const char *path, int fd, char *message, size_t message_size)
{
    struct input input = {.failure = {message, message_size}};
    int result = tar_place_open(&input.place, root, path);
    if (result < 0)
        return failed(&input.failure, result, "Cannot open \"%.200s\"", path);
    result = tar_reader_init(&input.reader, fd, input.failure);
    while (result == 0 && (result = tar_read_entry(&input.reader, &input.entry)) > 0)
        result = extract_entry(&input);
    if (result == 0) {
        set_delayed_times(&input);
        result = tar_drain(&input.reader.stream);
    }
    tar_place_close(&input.place);
    tar_reader_free(&input.reader);
    tar_entry_free(&input.entry);
    bytes_free(&input.delayed);
    return result;
}
