/* Where a file with several hard links was first met. Memory is bounded: what no longer fits is not remembered, and its
 * further links become files of their own. */
#pragma once

#include <sys/types.h>

#include "bytes.h"

struct inode_map {
    struct inode_slot *slots;
    size_t count, capacity;
    struct bytes paths;
};

/* NULL when unknown; valid until the next call. */
const char *inode_map_find(const struct inode_map *map, dev_t device, ino_t inode);
void inode_map_add(struct inode_map *map, dev_t device, ino_t inode, const char *path);
void inode_map_free(struct inode_map *map);
