/* A directory tree as a tar stream: see tar.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "inode-map.h"
#include "tar-write.h"
#include "tar.h"
#include "walk.h"

#define LONGEST_NAME (WALK_MEMORY / 2)
#define ATTEMPTS 3 /* at an entry that becomes another kind of node while it is looked at */

struct output {
    struct tar_writer writer;
    struct walk walk;
    struct inode_map links;
    struct bytes name; /* of the entry */
    size_t base;       /* length of the first entry's name */
    struct failure failure;
};

/* A socket whose reader left something unread says ECONNRESET once, before EPIPE (unix(7)). */
static bool reader_is_gone(int error)
{
    return error == -EPIPE || error == -ECONNRESET;
}

static int cannot(const struct output *output, int error)
{
    /* Nobody reads: there is nothing wrong with the entry. */
    if (reader_is_gone(error))
        return refused(&output->failure, -EPIPE, "The reader of the archive is gone");
    return failed(&output->failure, error, "Cannot archive \"%.200s\"", output->name.data ? output->name.data : "");
}

static int name_entry(struct output *output, bool directory)
{
    output->name.length = output->base;
    int result = 0;
    if (output->walk.path.length > 0)
        result = bytes_add(&output->name, "/", 1, LONGEST_NAME);
    if (result == 0)
        result = bytes_add(&output->name, output->walk.path.data, output->walk.path.length, LONGEST_NAME);
    return result == 0 && directory ? bytes_add(&output->name, "/", 1, LONGEST_NAME) : result;
}

/* Opens what should be of that type (S_IFREG or S_IFDIR); -ESTALE when it no longer is. */
static int open_entry(int parent, const char *name, mode_t type, struct stat *status)
{
    int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = openat(parent, name, type == S_IFDIR ? flags | O_DIRECTORY : flags);
    if (fd < 0)
        return errno == ELOOP || errno == ENOTDIR || errno == ENXIO ? -ESTALE : -errno;
    int result = fstat(fd, status) ? -errno : (status->st_mode & S_IFMT) == type ? 0 : -ESTALE;
    if (result == 0)
        return fd;
    close(fd);
    return result;
}

static int add_file(struct output *output, int parent, const char *name)
{
    struct stat status;
    int fd = open_entry(parent, name, S_IFREG, &status);
    if (fd < 0)
        return fd;
    struct node node = {.fd = fd};
    int result = tar_write_header(&output->writer, output->name.data, '0', &status, NULL, node);
    if (result == 0)
        result = tar_write_content(&output->writer, fd, (uint64_t)status.st_size);
    close(fd);
    return result;
}

static int add_symlink(struct output *output, int parent, const char *name, const struct stat *status)
{
    char *target = malloc(PATH_MAX);
    if (!target)
        return -ENOMEM;
    ssize_t length = readlinkat(parent, name, target, PATH_MAX - 1);
    int result = length < 0 ? (errno == EINVAL ? -ESTALE : -errno) : 0;
    if (result == 0) {
        target[length] = 0;
        result = tar_write_header(&output->writer, output->name.data, '2', status, target, (struct node){parent, name});
    }
    free(target);
    return result;
}

static int add_leaf(struct output *output, int parent, const char *name, const struct stat *status)
{
    const char *first =
        status->st_nlink > 1 ? inode_map_find(&output->links, status->st_dev, status->st_ino) : NULL;
    struct node node = {parent, name};
    int result;
    if (first)
        return tar_write_header(&output->writer, output->name.data, '1', status, first, (struct node){.fd = -1});
    switch (status->st_mode & S_IFMT) {
    case S_IFREG:
        result = add_file(output, parent, name);
        break;
    case S_IFLNK:
        result = add_symlink(output, parent, name, status);
        break;
    case S_IFCHR:
    case S_IFBLK:
        result = tar_write_header(&output->writer, output->name.data, S_ISCHR(status->st_mode) ? '3' : '4', status, NULL,
                                  node);
        break;
    case S_IFIFO:
        result = tar_write_header(&output->writer, output->name.data, '6', status, NULL, node);
        break;
    default: /* sockets */
        return 0;
    }
    if (result == 0 && status->st_nlink > 1)
        inode_map_add(&output->links, status->st_dev, status->st_ino, output->name.data);
    return result;
}

/* Takes the descriptor. The first directory starts the walk, others are entered. */
static int add_directory(struct output *output, int fd, const struct stat *status)
{
    bool first = output->walk.depth == 0;
    int result = name_entry(output, true);
    if (result == 0)
        result = tar_write_header(&output->writer, output->name.data, '5', status, NULL, (struct node){.fd = fd});
    if (result == 0 && first)
        return walk_start(&output->walk, fd, -1);
    if (result == 0 && (status->st_dev == output->walk.device || !is_pseudo_file_system(fd)))
        return walk_enter(&output->walk, fd, -1);
    close(fd);
    return result;
}

/* Adds a name in a directory. */
static int add_entry(struct output *output, int parent, const char *name)
{
    int result = -ESTALE;
    for (int attempt = 0; result == -ESTALE && attempt < ATTEMPTS; attempt++) {
        struct stat status;
        if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW))
            return -errno;
        if (S_ISDIR(status.st_mode)) {
            result = open_entry(parent, name, S_IFDIR, &status);
            if (result >= 0)
                return add_directory(output, result, &status);
        } else if ((result = name_entry(output, false)) == 0) {
            result = add_leaf(output, parent, name, &status);
        }
    }
    return result;
}

static int add_content(struct output *output)
{
    int event = 0, result = 0;
    while (result == 0 && (event = walk_next(&output->walk)) > 0) {
        if (event != WALK_ENTRY)
            continue;
        result = add_entry(output, output->walk.fd, output->walk.name);
        if (result == -ENOENT)
            result = 0;
    }
    return result == 0 && event < 0 ? event : result;
}

/* Whether the directory itself is meant rather than a name in its parent: "/" and "PATH/." */
static bool means_content(const char *path)
{
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        length--;
    return length == 0 || (path[length - 1] == '.' && (length == 1 || path[length - 2] == '/'));
}

static int add_opened(struct output *output, int fd)
{
    struct stat status;
    if (fd < 0)
        return fd;
    if (fstat(fd, &status)) {
        int error = -errno;
        close(fd);
        return error;
    }
    return add_directory(output, fd, &status);
}

static int start(struct output *output, const char *root, const char *path)
{
    char name[NAME_MAX + 1] = ".";
    bool content = means_content(path);
    bool follow = content || path[strlen(path) - 1] == '/';
    int parent = content ? -1 : confined_parent(root, path, name, sizeof name);
    int result = content || parent >= 0 ? bytes_add(&output->name, name, strlen(name), LONGEST_NAME) : parent;
    output->base = output->name.length;
    if (result == 0 && follow)
        result = add_opened(output, confined_open(root, path, O_RDONLY | O_DIRECTORY, 0));
    else if (result == 0)
        result = add_entry(output, parent, name);
    if (parent >= 0)
        close(parent);
    return result;
}

int tar_out(const char *root, const char *path, bool hollow, int fd, char *message, size_t message_size)
{
    struct output output = {.failure = {message, message_size}};
    int result = tar_writer_init(&output.writer, fd);
    output.writer.hollow = hollow;
    if (result < 0) {
        result = failed(&output.failure, result, "Cannot archive \"%.200s\"", path);
    } else if ((result = start(&output, root, path)) < 0) {
        result = reader_is_gone(result)
                     ? cannot(&output, result)
                     : failed(&output.failure, result, "Cannot archive \"%.200s\"", path);
    } else {
        result = add_content(&output);
        if (result == 0)
            result = tar_write_end(&output.writer);
        if (result < 0)
            result = cannot(&output, result);
    }
    tar_writer_free(&output.writer);
    walk_end(&output.walk);
    inode_map_free(&output.links);
    bytes_free(&output.name);
    return result;
}
