/* Hash table from device and inode to a path, with open addressing. */

#include "inode-map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_COUNT (256u << 10)
#define LARGEST_PATHS (16u << 20)

struct inode_slot {
    uint64_t device, inode;
    size_t path; /* offset in `paths` plus one; 0 is an empty slot */
};

static size_t slot_of(const struct inode_map *map, uint64_t device, uint64_t inode)
{
    uint64_t hash = (inode ^ device << 40 ^ device >> 24) * 0x9e3779b97f4a7c15u;
    size_t index = (size_t)(hash >> 32) & (map->capacity - 1);
    while (map->slots[index].path && (map->slots[index].device != device || map->slots[index].inode != inode))
        index = (index + 1) & (map->capacity - 1);
    return index;
}

const char *inode_map_find(const struct inode_map *map, dev_t device, ino_t inode)
{
    if (!map->capacity)
        return NULL;
    size_t path = map->slots[slot_of(map, device, inode)].path;
    return path ? map->paths.data + path - 1 : NULL;
}

/* Keeps at least half of the slots empty. */
static int make_room(struct inode_map *map)
{
    if (map->count * 2 < map->capacity)
        return 0;
    struct inode_map grown = {.capacity = map->capacity ? map->capacity * 2 : 64};
    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (!grown.slots)
        return -1;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].path)
            grown.slots[slot_of(&grown, map->slots[i].device, map->slots[i].inode)] = map->slots[i];
    free(map->slots);
    map->slots = grown.slots;
    map->capacity = grown.capacity;
    return 0;
}

void inode_map_add(struct inode_map *map, dev_t device, ino_t inode, const char *path)
{
    size_t offset = map->paths.length;
    if (map->count >= LARGEST_COUNT || make_room(map))
        return;
    struct inode_slot *slot = &map->slots[slot_of(map, device, inode)];
    if (slot->path || bytes_add(&map->paths, path, strlen(path) + 1, LARGEST_PATHS))
        return;
    *slot = (struct inode_slot){.device = device, .inode = inode, .path = offset + 1};
    map->count++;
}

void inode_map_free(struct inode_map *map)
{
    free(map->slots);
    bytes_free(&map->paths);
    *map = (struct inode_map){0};
}
