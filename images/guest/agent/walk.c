/* Iterative tree walk: see walk.h. */

#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static void close_frame(struct walk_frame *frame)
{
    if (frame->dir)
        closedir(frame->dir);
    else if (frame->fd >= 0)
        close(frame->fd);
    if (frame->mirror >= 0)
        close(frame->mirror);
    frame->dir = NULL;
    frame->fd = frame->mirror = -1;
}

static void drop_frame(struct walk *walk)
{
    struct walk_frame *frame = &walk->frames[--walk->depth];
    close_frame(frame);
    walk->names_memory -= frame->names.capacity;
    bytes_free(&frame->names);
}

static size_t memory_left(const struct walk *walk)
{
    size_t used = walk->names_memory + walk->path.capacity + walk->capacity * sizeof *walk->frames;
    return used < WALK_MEMORY ? WALK_MEMORY - used : 0;
}

/* The next name of a directory stream: 1, 0 at its end, or an errno. */
static int read_name(DIR *dir, const char **name)
{
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (!entry)
            return -errno;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        *name = entry->d_name;
        return 1;
    }
}

/* Closes an outer directory after noting the names it has left. */
static int freeze(struct walk *walk, struct walk_frame *frame)
{
    if (frame->dir) {
        size_t limit = memory_left(walk);
        const char *name;
        int result;
        while ((result = read_name(frame->dir, &name)) > 0)
            if ((result = bytes_add(&frame->names, name, strlen(name) + 1, limit)) < 0)
                break;
        walk->names_memory += frame->names.capacity;
        if (result < 0)
            return result;
    }
    close_frame(frame);
    return 0;
}

/* Opens the parent of `child` if it is still the directory with that device and inode. */
static int reopen(int child, dev_t device, ino_t inode)
{
    int fd = openat(child, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat status;
    if (fd < 0)
        return -errno;
    if (fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode)
        return fd;
    close(fd);
    return -ESTALE;
}

static int thaw(struct walk_frame *frame, const struct walk_frame *child)
{
    if (frame->fd >= 0)
        return 0;
    frame->fd = reopen(child->fd, frame->device, frame->inode);
    if (frame->fd < 0)
        return frame->fd;
    if (child->mirror < 0)
        return 0;
    frame->mirror = reopen(child->mirror, frame->mirror_device, frame->mirror_inode);
    return frame->mirror < 0 ? frame->mirror : 0;
}

static void show(struct walk *walk)
{
    const struct walk_frame *frame = &walk->frames[walk->depth - 1];
    walk->fd = frame->fd;
    walk->mirror = frame->mirror;
    walk->device = frame->device;
}

static int push(struct walk *walk, int fd, int mirror)
{
    struct walk_frame frame = {.fd = fd, .mirror = mirror, .path_length = walk->path.length};
    struct stat status;
    if (fstat(fd, &status))
        return -errno;
    frame.device = status.st_dev;
    frame.inode = status.st_ino;
    if (mirror >= 0) {
        if (fstat(mirror, &status))
            return -errno;
        frame.mirror_device = status.st_dev;
        frame.mirror_inode = status.st_ino;
    }
    if (walk->depth == walk->capacity) {
        size_t capacity = walk->capacity ? walk->capacity * 2 : 16;
        if ((capacity - walk->capacity) * sizeof frame > memory_left(walk))
            return -E2BIG;
        struct walk_frame *frames = realloc(walk->frames, capacity * sizeof frame);
        if (!frames)
            return -ENOMEM;
        walk->frames = frames;
        walk->capacity = capacity;
    }
    if (walk->depth >= WALK_OPEN) {
        struct walk_frame *outer = &walk->frames[walk->depth - WALK_OPEN];
        int result = outer->fd >= 0 ? freeze(walk, outer) : 0;
        if (result < 0)
            return result;
    }
    frame.dir = fdopendir(fd);
    if (!frame.dir)
        return -errno;
    walk->frames[walk->depth++] = frame;
    walk->leaving = false;
    show(walk);
    return 0;
}

int walk_enter(struct walk *walk, int fd, int mirror)
{
    int result = push(walk, fd, mirror);
    if (result < 0) {
        close(fd);
        if (mirror >= 0)
            close(mirror);
    }
    return result;
}

int walk_start(struct walk *walk, int fd, int mirror)
{
    *walk = (struct walk){.fd = -1, .mirror = -1};
    int result = bytes_add(&walk->path, "", 0, WALK_MEMORY);
    if (result == 0)
        return walk_enter(walk, fd, mirror);
    close(fd);
    if (mirror >= 0)
        close(mirror);
    return result;
}

static void cut_path(struct walk *walk, size_t length)
{
    walk->path.length = length;
    walk->path.data[length] = 0;
}

/* Steps out of a directory whose WALK_LEAVING has been told. */
static int pop(struct walk *walk)
{
    walk->leaving = false;
    if (walk->depth == 1) {
        drop_frame(walk);
        return 0;
    }
    struct walk_frame *frame = &walk->frames[walk->depth - 2];
    int result = thaw(frame, frame + 1);
    if (result < 0)
        return result;
    cut_path(walk, frame[1].path_length);
    walk->name = walk->path.data + frame->path_length + (frame->path_length > 0);
    drop_frame(walk);
    show(walk);
    return WALK_LEFT;
}

int walk_next(struct walk *walk)
{
    if (walk->leaving)
        return pop(walk);
    if (walk->depth == 0)
        return 0;
    struct walk_frame *frame = &walk->frames[walk->depth - 1];
    cut_path(walk, frame->path_length);
    const char *name = NULL;
    int result = 0;
    if (frame->dir) {
        result = read_name(frame->dir, &name);
        if (result < 0)
            return result;
    } else if (frame->names_at < frame->names.length) {
        name = frame->names.data + frame->names_at;
        frame->names_at += strlen(name) + 1;
        result = 1;
    }
    if (result == 0) {
        walk->leaving = true;
        return WALK_LEAVING;
    }
    if (frame->path_length > 0 && (result = bytes_add(&walk->path, "/", 1, WALK_MEMORY / 2)) < 0)
        return result;
    size_t start = walk->path.length;
    result = bytes_add(&walk->path, name, strlen(name), WALK_MEMORY / 2);
    if (result < 0)
        return result;
    walk->name = walk->path.data + start;
    return WALK_ENTRY;
}

void walk_end(struct walk *walk)
{
    while (walk->depth > 0)
        drop_frame(walk);
    free(walk->frames);
    bytes_free(&walk->path);
    *walk = (struct walk){.fd = -1, .mirror = -1};
}

bool is_pseudo_file_system(int fd)
{
    struct statfs status;
    if (fstatfs(fd, &status))
        return false;
    switch ((unsigned long)(unsigned int)status.f_type) {
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case CGROUP2_SUPER_MAGIC:
    case DEVPTS_SUPER_MAGIC:
    case DEBUGFS_MAGIC:
    case TRACEFS_MAGIC:
    case SECURITYFS_MAGIC:
    case BPF_FS_MAGIC:
    case PSTOREFS_MAGIC:
    case BINFMTFS_MAGIC:
    case 0x62656570: /* configfs */
    case 0x19800202: /* mqueue */
        return true;
    }
    return false;
}
