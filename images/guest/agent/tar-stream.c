/* Buffered reading of an archive: see tar-stream.h. */

#include "tar-stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tar-format.h"

#define CAPACITY 65536

int tar_stream_init(struct tar_stream *stream, int fd, struct failure failure)
{
    *stream = (struct tar_stream){.fd = fd, .block = malloc(CAPACITY), .failure = failure};
    return stream->block ? 0 : failed(&failure, ENOMEM, "Cannot read the archive");
}

void tar_stream_free(struct tar_stream *stream) { free(stream->block); }

int tar_broken(const struct tar_stream *stream, const char *what)
{
    return refused(&stream->failure, EBADMSG, "The archive is broken at byte %llu: %s", (unsigned long long)stream->total,
                   what);
}

static int truncated(const struct tar_stream *stream)
{
    return refused(&stream->failure, EBADMSG, "The archive is truncated: it ends at byte %llu",
                   (unsigned long long)stream->total);
}

/* At least one byte in the block: 1, 0 at the end of the input, or -errno. */
static int fill(struct tar_stream *stream)
{
    while (stream->at == stream->length) {
        ssize_t count = read(stream->fd, stream->block, CAPACITY);
        if (count == 0)
            return 0;
        if (count > 0) {
            stream->at = 0;
            stream->length = (size_t)count;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = stream->fd, .events = POLLIN};
            poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return failed(&stream->failure, errno, "Cannot read the archive");
        }
    }
    return 1;
}

/* Bytes of the stream without copying them: their number, 0 at the end of the input, or -errno. */
static ssize_t take(struct tar_stream *stream, uint64_t most, const char **data)
{
    int result = fill(stream);
    if (result <= 0)
        return result;
    size_t there = stream->length - stream->at;
    size_t count = most < there ? (size_t)most : there;
    *data = stream->block + stream->at;
    stream->at += count;
    stream->total += count;
    return (ssize_t)count;
}

ssize_t tar_stream_read(struct tar_stream *stream, uint64_t left, const char **data)
{
    ssize_t count = take(stream, left, data);
    return count == 0 ? truncated(stream) : count;
}

int tar_skip(struct tar_stream *stream, uint64_t length)
{
    const char *data;
    while (length > 0) {
        ssize_t count = tar_stream_read(stream, length, &data);
        if (count < 0)
            return (int)count;
        length -= (uint64_t)count;
    }
    return 0;
}

int tar_skip_padding(struct tar_stream *stream, uint64_t size) { return tar_skip(stream, tar_padding(size)); }

int tar_drain(struct tar_stream *stream)
{
    const char *data;
    ssize_t count;
    while ((count = take(stream, CAPACITY, &data)) > 0)
        ;
    return (int)count;
}

int tar_stream_read_block(struct tar_stream *stream, void *block)
{
    for (size_t done = 0; done < TAR_BLOCK;) {
        const char *data;
        ssize_t count = take(stream, TAR_BLOCK - done, &data);
        if (count <= 0)
            return count < 0 ? (int)count : done ? truncated(stream) : 0;
        memcpy((char *)block + done, data, (size_t)count);
        done += (size_t)count;
    }
    return 1;
}
