/* Confined directories of an archive: see tar-place.h. */

#include "tar-place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine.h"

#define LONGEST_PATH (2u << 20)

/* A path of the archive as one from the root. */
static int set_path(struct tar_place *place, const char *path, size_t length)
{
    bytes_clear(&place->path);
    int result = bytes_add(&place->path, place->directory, strlen(place->directory), LONGEST_PATH);
    if (result == 0)
        result = bytes_add(&place->path, "/", 1, LONGEST_PATH);
    return result == 0 ? bytes_add(&place->path, path, length, LONGEST_PATH) : result;
}

static int open_directory(struct tar_place *place, const char *path, size_t length)
{
    int result = set_path(place, path, length);
    return result < 0 ? result : confined_open_at(place->root, place->path.data, O_PATH | O_DIRECTORY, 0);
}

/* A directory where nothing was found. A link that leads nowhere is left alone. */
static int make_directory(int parent, const char *path, size_t length)
{
    char name[NAME_MAX + 1];
    if (length > NAME_MAX)
        return -ENAMETOOLONG;
    memcpy(name, path, length);
    name[length] = 0;
    if (mkdirat(parent, name, 0755) && errno != EEXIST)
        return -errno;
    int fd = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* A slash of the path after `from` and before `to`, if there is one from the middle of the two on or else before it;
 * 0 for none. */
static size_t slash_between(const char *path, size_t from, size_t to)
{
    size_t middle = from + (to - from) / 2;
    const char *slash = memchr(path + middle, '/', to - middle);
    if (!slash || slash == path + from)
        slash = memrchr(path + from + 1, '/', middle > from ? middle - from - 1 : 0);
    return slash ? (size_t)(slash - path) : 0;
}

/* Makes the directories of a path that are missing, once the last one that is there has been found by bisection (a path
 * can have half a million components). Returns the innermost, opened. */
static int make_directories(struct tar_place *place, const char *path, size_t length)
{
    size_t there = 0, missing = length, middle;
    while ((middle = slash_between(path, there, missing)) > 0) {
        int fd = open_directory(place, path, middle);
        if (fd >= 0)
            close(fd);
        else if (fd != -ENOENT)
            return fd;
        if (fd >= 0)
            there = middle;
        else
            missing = middle;
    }
    int fd = open_directory(place, path, there);
    while (fd >= 0 && there < length) {
        size_t start = there > 0 ? there + 1 : 0;
        const char *slash = memchr(path + start, '/', length - start);
        there = slash ? (size_t)(slash - path) : length;
        int inner = make_directory(fd, path + start, there - start);
        close(fd);
        fd = inner;
    }
    return fd;
}

static void forget_parent(struct tar_place *place)
{
    if (place->parent >= 0)
        close(place->parent);
    place->parent = -1;
}

int tar_place_enter(struct tar_place *place, const char *path, size_t length)
{
    const struct bytes *known = &place->parent_path;
    if (place->parent >= 0 && known->length == length && !memcmp(known->data, path, length))
        return 0;
    forget_parent(place);
    int fd = open_directory(place, path, length);
    if (fd == -ENOENT)
        fd = make_directories(place, path, length);
    if (fd < 0)
        return fd;
    place->parent = fd;
    bytes_clear(&place->parent_path);
    int result = bytes_add(&place->parent_path, path, length, LONGEST_PATH);
    if (result < 0)
        forget_parent(place);
    return result;
}

void tar_place_forget(struct tar_place *place, const struct bytes *replaced)
{
    const struct bytes *known = &place->parent_path;
    if (place->parent >= 0 && known->length >= replaced->length &&
        !memcmp(known->data, replaced->data, replaced->length) &&
        (known->length == replaced->length || known->data[replaced->length] == '/'))
        forget_parent(place);
}

int tar_place_open_directory(struct tar_place *place, const char *path)
{
    int result = set_path(place, path, strlen(path));
    if (result < 0)
        return result;
    return confined_open_at(place->root, place->path.data, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

int tar_place_open_parent(struct tar_place *place, const struct bytes *path, char *name, size_t size)
{
    int result = set_path(place, path->data, path->length);
    return result < 0 ? result : confined_parent_at(place->root, place->path.data, name, size);
}

int tar_place_open(struct tar_place *place, const char *root, const char *path)
{
    int directory = confined_open(root, path, O_PATH | O_DIRECTORY, 0);
    *place = (struct tar_place){.root = directory, .directory = "", .parent = -1};
    if (directory < 0 || is_plain_root(root))
        return directory < 0 ? directory : 0;
    close(directory);
    place->root = confined_open("", root, O_PATH | O_DIRECTORY, 0);
    place->directory = path;
    return place->root < 0 ? place->root : 0;
}

void tar_place_close(struct tar_place *place)
{
    forget_parent(place);
    if (place->root >= 0)
        close(place->root);
    bytes_free(&place->path);
    bytes_free(&place->parent_path);
}
