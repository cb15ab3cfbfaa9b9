/* cp -a of a directory's content: see tree.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine.h"
#include "file-data.h"
#include "inode-map.h"
#include "node.h"
#include "tree.h"
#include "walk.h"

struct copy {
    struct walk walk; /* its mirror is the target */
    struct inode_map links;
    int target;
    dev_t target_device;
    ino_t target_inode;
    struct failure failure;
};

static int cannot(const struct copy *copy, int error)
{
    return failed(&copy->failure, error, "Cannot copy \"%.200s\"", copy->walk.path.data);
}

static int set_attributes(struct node from, struct node to, const struct stat *status)
{
    struct node_attributes attributes = node_attributes_of(status);
    int result = node_set_owner_and_mode(to, &attributes);
    if (result == 0)
        result = node_copy_xattrs(from, to);
    return result == 0 ? node_set_times(to, attributes.times) : result;
}

/* Links to the copy made earlier of the same file; false when there is none to link to. */
static bool copy_as_link(const struct copy *copy, const struct stat *status)
{
    const char *path = inode_map_find(&copy->links, status->st_dev, status->st_ino);
    char name[NAME_MAX + 1];
    int from = path ? confined_parent_at(copy->target, path, name, sizeof name) : -1;
    if (from < 0)
        return false;
    int result = node_link(copy->walk.mirror, copy->walk.name, from, name);
    close(from);
    return result == 0;
}

static int copy_file(const struct copy *copy)
{
    const struct walk *walk = &copy->walk;
    struct stat status;
    int from = openat(walk->fd, walk->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (from < 0)
        return -errno;
    int result = fstat(from, &status) ? -errno : S_ISREG(status.st_mode) ? 0 : -ESTALE;
    int to = result == 0 ? node_file(walk->mirror, walk->name) : result;
    if (to >= 0) {
        result = copy_data(from, to, status.st_size);
        if (result == 0)
            result = set_attributes((struct node){.fd = from}, (struct node){.fd = to}, &status);
        close(to);
    } else {
        result = to;
    }
    close(from);
    return result;
}

static int copy_symlink(const struct walk *walk)
{
    char *target = malloc(PATH_MAX);
    if (!target)
        return -ENOMEM;
    ssize_t length = readlinkat(walk->fd, walk->name, target, PATH_MAX - 1);
    int result = length < 0 ? -errno : 0;
    if (result == 0) {
        target[length] = 0;
        result = node_symlink(walk->mirror, walk->name, target);
    }
    free(target);
    return result;
}

static int copy_leaf(struct copy *copy, const struct stat *status)
{
    const struct walk *walk = &copy->walk;
    if (status->st_nlink > 1 && copy_as_link(copy, status))
        return 0;
    int result;
    if (S_ISREG(status->st_mode)) {
        result = copy_file(copy);
    } else {
        result = S_ISLNK(status->st_mode) ? copy_symlink(walk)
                                          : node_special(walk->mirror, walk->name, status->st_mode, status->st_rdev);
        struct node from = {walk->fd, walk->name}, to = {walk->mirror, walk->name};
        if (result == 0)
            result = set_attributes(from, to, status);
    }
    if (result == 0 && status->st_nlink > 1)
        inode_map_add(&copy->links, status->st_dev, status->st_ino, walk->path.data);
    return result;
}

static int copy_directory(struct copy *copy, const struct stat *status)
{
    struct walk *walk = &copy->walk;
    if (status->st_dev == copy->target_device && status->st_ino == copy->target_inode)
        return 0; /* the target lies within the source */
    int from = openat(walk->fd, walk->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (from < 0)
        return -errno;
    int to = node_directory(walk->mirror, walk->name);
    if (to < 0) {
        close(from);
        return to;
    }
    if (status->st_dev == walk->device || !is_pseudo_file_system(from))
        return walk_enter(walk, from, to);
    int result = set_attributes((struct node){.fd = from}, (struct node){.fd = to}, status);
    close(from);
    close(to);
    return result;
}

static int copy_entry(struct copy *copy)
{
    struct stat status;
    int result = fstatat(copy->walk.fd, copy->walk.name, &status, AT_SYMLINK_NOFOLLOW) ? -errno : 0;
    if (result == 0 && S_ISDIR(status.st_mode))
        result = copy_directory(copy, &status);
    else if (result == 0 && !S_ISSOCK(status.st_mode))
        result = copy_leaf(copy, &status);
    /* What goes away during the copy is no error. */
    return result == 0 || result == -ENOENT ? 0 : cannot(copy, result);
}

static int leave_directory(struct copy *copy)
{
    struct stat status;
    struct node from = {.fd = copy->walk.fd}, to = {.fd = copy->walk.mirror};
    int result = fstat(from.fd, &status) ? -errno : set_attributes(from, to, &status);
    return result < 0 ? cannot(copy, result) : 0;
}

static int copy_content(struct copy *copy, int source)
{
    int mirror = fcntl(copy->target, F_DUPFD_CLOEXEC, 0);
    if (mirror < 0) {
        int error = errno;
        close(source);
        return failed(&copy->failure, error, "Cannot copy");
    }
    int event = walk_start(&copy->walk, source, mirror);
    if (event < 0)
        return failed(&copy->failure, event, "Cannot read the directory");
    int result = 0;
    while (result == 0 && (event = walk_next(&copy->walk)) > 0) {
        if (event == WALK_ENTRY)
            result = copy_entry(copy);
        else if (event == WALK_LEAVING)
            result = leave_directory(copy);
    }
    return result == 0 && event < 0 ? cannot(copy, event) : result;
}

static int open_target(struct copy *copy, const char *target)
{
    struct stat status;
    if (mkdir(target, 0755) && errno != EEXIST)
        return -errno;
    copy->target = open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy->target < 0 || fstat(copy->target, &status))
        return -errno;
    copy->target_device = status.st_dev;
    copy->target_inode = status.st_ino;
    return 0;
}

int tree_copy(const char *root, const char *path, const char *target, char *message, size_t message_size)
{
    struct copy copy = {.target = -1, .failure = {message, message_size}};
    int source = confined_open(root, path, O_RDONLY | O_DIRECTORY, 0);
    if (source < 0)
        return failed(&copy.failure, source, "Cannot open \"%.200s\"", path);
    int result = open_target(&copy, target);
    if (result < 0) {
        close(source);
        result = failed(&copy.failure, result, "Cannot open \"%.200s\"", target);
    } else {
        result = copy_content(&copy, source);
    }
    if (copy.target >= 0)
        close(copy.target);
    walk_end(&copy.walk);
    inode_map_free(&copy.links);
    return result;
}
