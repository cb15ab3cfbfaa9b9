/* Walks a directory tree of any depth without recursion and with few descriptors: only the innermost directories stay
 * open. An outer one keeps the names it has still to visit and is opened again through "..", which counts only when it
 * leads to the very directory that was left (device and inode), so that a container moving directories about cannot lead
 * the walk astray. A "mirror" directory (where a copy goes) may be walked along.
 * Memory is bounded by WALK_MEMORY; a tree that needs more ends with -E2BIG. */
#pragma once

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

#include "bytes.h"

#define WALK_MEMORY (32u << 20)
#define WALK_OPEN 24 /* directories kept open */

/* What walk_next() found; 0 is the end and below zero an errno. */
enum {
    WALK_ENTRY = 1, /* `name` in `fd`; if it is a directory, walk_enter() may follow */
    WALK_LEAVING,   /* all of the directory `fd` has been seen */
    WALK_LEFT,      /* `name` in `fd` is the directory just left; walk_enter() may go there again */
};

struct walk_frame {
    DIR *dir;
    int fd, mirror; /* -1 while closed */
    dev_t device, mirror_device;
    ino_t inode, mirror_inode;
    size_t path_length;
    struct bytes names; /* left to visit, each ended by zero; used instead of `dir` once closed */
    size_t names_at;
};

struct walk {
    int fd, mirror;
    dev_t device; /* of the current directory */
    const char *name;
    struct bytes path; /* of the entry or the directory left, relative to the start; "" there */
    struct walk_frame *frames;
    size_t depth, capacity, names_memory;
    bool leaving;
};

/* Both descriptors belong to the walk from then on, even after an error; mirror is -1 for none. */
int walk_start(struct walk *walk, int fd, int mirror);
int walk_enter(struct walk *walk, int fd, int mirror);
int walk_next(struct walk *walk);
void walk_end(struct walk *walk);

/* Whether the descriptor is on a file system made up by the kernel (proc, sysfs, cgroup …), whose content is no data. */
bool is_pseudo_file_system(int fd);
