/* Reads the entries of a tar stream: ustar, pax (x and g), GNU long names (L and K) and numbers in base 256. Everything is
 * checked: what comes in is the work of strangers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "bytes.h"
#include "tar-stream.h"

struct tar_entry {
    char type; /* '0' file, '1' hard link, '2' symbolic link, '3' '4' devices, '5' directory, '6' fifo */
    /* Components joined by single slashes: no "/" at the ends, no "." and no ".."; "" is the archive's root. */
    struct bytes path;
    struct bytes link; /* hard links: as `path`; symbolic links: as it is */
    uint64_t size;     /* of the content that follows; zero for all but files */
    mode_t mode;
    uid_t uid;
    gid_t gid;
    struct timespec mtime;
    dev_t device;
    struct bytes xattrs; /* NAME, zero byte, size_t, value: over and over */
};

struct tar_reader {
    struct tar_stream stream;
    struct bytes extended, global, long_name, long_link; /* what headers before the entry said about it */
};

int tar_reader_init(struct tar_reader *reader, int fd, struct failure failure);
void tar_reader_free(struct tar_reader *reader);
void tar_entry_free(struct tar_entry *entry);

/* 1: an entry, whose content must be read to its end before the next; 0: the end of the archive; below zero: -errno, and
 * the failure has been worded. */
int tar_read_entry(struct tar_reader *reader, struct tar_entry *entry);
