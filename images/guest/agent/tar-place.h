/* Where the entries of an archive go: finds and makes the directories that hold them, confined to a root. */
#pragma once

#include "bytes.h"

struct tar_place {
    int root;                 /* nothing gets out of it */
    const char *directory;    /* below the root: where the archive goes */
    struct bytes path;        /* of what is being opened, from the root */
    struct bytes parent_path; /* of the directory `parent`, which stays open for the entries that follow */
    int parent;               /* -1: none */
};

/* Opens the existing directory `path` of a container's `root`. With the guest's own root ("" or "/") that directory is
 * what nothing gets out of. All functions return 0 (or a descriptor) or -errno. */
int tar_place_open(struct tar_place *place, const char *root, const char *path);
void tar_place_close(struct tar_place *place);

/* Opens the directory that an entry goes to, as place->parent, made when missing (root, 0755). */
int tar_place_enter(struct tar_place *place, const char *path, size_t length);
/* An entry that replaces something above the directory held open makes its path mean another one. */
void tar_place_forget(struct tar_place *place, const struct bytes *replaced);

/* Opens a directory of the archive, not following its last component. */
int tar_place_open_directory(struct tar_place *place, const char *path);
/* The parent (O_PATH) and last component of a path of the archive. */
int tar_place_open_parent(struct tar_place *place, const struct bytes *path, char *name, size_t size);
