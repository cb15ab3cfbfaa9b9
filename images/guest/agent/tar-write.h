/* Writes the parts of a tar stream to a descriptor. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "bytes.h"
#include "node.h"

struct tar_writer {
    int fd;
    bool hollow; /* files are one hole of their size, in GNU's sparse format 0.1 */
    char *block; /* waiting to be written */
    size_t length;
    struct bytes records; /* of the extended header being made */
};

int tar_writer_init(struct tar_writer *writer, int fd);
void tar_writer_free(struct tar_writer *writer);

/* The header of one entry, after an extended one where ustar cannot say it all. `link` is the target of a symbolic link
 * (type '2') or hard link ('1'); extended attributes are read from `node` unless its fd is -1. */
int tar_write_header(struct tar_writer *writer, const char *name, char type, const struct stat *status, const char *link,
                     struct node node);
/* `size` bytes of the file, then zeros up to the block; nothing when the writer is hollow. */
int tar_write_content(struct tar_writer *writer, int file, uint64_t size);
/* The two zero blocks of the end, and all that is waiting. */
int tar_write_end(struct tar_writer *writer);
