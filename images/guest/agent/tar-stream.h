/* The bytes of a tar archive as they come in. Every error is -errno and has been worded in `failure`. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bytes.h"

struct tar_stream {
    int fd;
    char *block;
    size_t at, length; /* of what has been read but not used */
    uint64_t total;    /* bytes used, to say where an archive is broken */
    struct failure failure;
};

int tar_stream_init(struct tar_stream *stream, int fd, struct failure failure);
void tar_stream_free(struct tar_stream *stream);

/* Points to the next bytes of content of which `left` are to come; their number, never 0, or -errno. */
ssize_t tar_stream_read(struct tar_stream *stream, uint64_t left, const char **data);
/* A header block: 1, or 0 when the input ends before it. */
int tar_stream_read_block(struct tar_stream *stream, void *block);
int tar_skip(struct tar_stream *stream, uint64_t length);
/* Passes over the zeros after content of that size. */
int tar_skip_padding(struct tar_stream *stream, uint64_t size);
/* Reads and forgets what comes after the archive. */
int tar_drain(struct tar_stream *stream);

int tar_broken(const struct tar_stream *stream, const char *what);
