/* Headers and what stands before them: see tar-read.h. */

#include "tar-read.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "tar-format.h"
#include "tar-number.h"
#include "tar-path.h"
#include "tar-records.h"

int tar_reader_init(struct tar_reader *reader, int fd, struct failure failure)
{
    *reader = (struct tar_reader){0};
    return tar_stream_init(&reader->stream, fd, failure);
}

void tar_reader_free(struct tar_reader *reader)
{
    tar_stream_free(&reader->stream);
    bytes_free(&reader->extended);
    bytes_free(&reader->global);
    bytes_free(&reader->long_name);
    bytes_free(&reader->long_link);
}

void tar_entry_free(struct tar_entry *entry)
{
    bytes_free(&entry->path);
    bytes_free(&entry->link);
    bytes_free(&entry->xattrs);
}

static bool is_zero(const struct tar_header *header)
{
    const char *bytes = (const char *)header;
    return bytes[0] == 0 && !memcmp(bytes, bytes + 1, TAR_BLOCK - 1);
}

/* Content that belongs to the reader itself: records and long names. */
static int read_into(struct tar_reader *reader, struct bytes *bytes, uint64_t size)
{
    bytes_clear(bytes);
    if (size > TAR_LARGEST_HEADER)
        return tar_broken(&reader->stream, "an extended header is too long");
    for (uint64_t left = size; left > 0;) {
        const char *data;
        ssize_t count = tar_stream_read(&reader->stream, left, &data);
        if (count < 0)
            return (int)count;
        if (bytes_add(bytes, data, (size_t)count, TAR_LARGEST_HEADER) < 0)
            return failed(&reader->stream.failure, ENOMEM, "Cannot read the archive");
        left -= (uint64_t)count;
    }
    return tar_skip_padding(&reader->stream, size);
}

/* The next header with its checksum verified: 1, 0 at the end of the archive, or -errno. */
static int read_header(struct tar_reader *reader, struct tar_header *header, int64_t *size)
{
    int result = tar_stream_read_block(&reader->stream, header);
    if (result <= 0)
        return result;
    if (is_zero(header)) {
        result = tar_stream_read_block(&reader->stream, header);
        return result <= 0 ? result : is_zero(header) ? 0 : tar_broken(&reader->stream, "an entry follows a block of zeros");
    }
    int64_t sum;
    if (!tar_field(header->checksum, sizeof header->checksum, &sum) ||
        (sum != tar_checksum(header, 0) && sum != tar_checksum(header, 1)))
        return tar_broken(&reader->stream, "a header has a wrong checksum");
    if (!tar_field(header->size, sizeof header->size, size) || *size < 0)
        return tar_broken(&reader->stream, "a header has a bad size");
    return 1;
}

/* Takes in a header that describes the entry to come: 1 when it was one, 0 when it is an entry itself, or -errno. */
static int read_extension(struct tar_reader *reader, const struct tar_header *header, int64_t size)
{
    int result;
    switch (header->type) {
    case 'x':
    case 'X': /* of old Solaris */
        result = read_into(reader, &reader->extended, (uint64_t)size);
        break;
    case 'g': {
        struct bytes records = {0};
        result = read_into(reader, &records, (uint64_t)size);
        if (result == 0 && bytes_add(&reader->global, records.data, records.length, TAR_LARGEST_HEADER) < 0)
            result = tar_broken(&reader->stream, "the global headers are too long");
        bytes_free(&records);
        break;
    }
    case 'L':
        result = read_into(reader, &reader->long_name, (uint64_t)size);
        break;
    case 'K':
        result = read_into(reader, &reader->long_link, (uint64_t)size);
        break;
    case 'V': /* the name of a GNU volume */
        result = tar_skip(&reader->stream, (uint64_t)size);
        result = result == 0 ? tar_skip_padding(&reader->stream, (uint64_t)size) : result;
        break;
    default:
        return 0;
    }
    return result < 0 ? result : 1;
}

static bool set_numbers(struct tar_entry *entry, const struct tar_header *header, int64_t size)
{
    int64_t mode, uid, gid, mtime, major_number = 0, minor_number = 0;
    if (!tar_field(header->mode, 8, &mode) || !tar_field(header->uid, 8, &uid) || !tar_field(header->gid, 8, &gid) ||
        !tar_field(header->mtime, 12, &mtime))
        return false;
    if ((header->type == '3' || header->type == '4') &&
        (!tar_field(header->device_major, 8, &major_number) || !tar_field(header->device_minor, 8, &minor_number)))
        return false;
    entry->mode = (mode_t)mode & 07777;
    entry->uid = (uid_t)uid;
    entry->gid = (gid_t)gid;
    entry->mtime = (struct timespec){.tv_sec = (time_t)mtime};
    entry->size = (uint64_t)size;
    entry->device = makedev((unsigned)major_number, (unsigned)minor_number);
    return uid >= 0 && uid < UINT32_MAX && gid >= 0 && gid < UINT32_MAX;
}

/* Text from a header field, which ends at a zero byte or with the field. */
static struct tar_text field_text(const char *field, size_t size)
{
    return (struct tar_text){field, strnlen(field, size)};
}

static int set_names(struct tar_reader *reader, struct tar_entry *entry, const struct tar_header *header,
                     struct tar_overrides *overrides)
{
    struct bytes joined = {0};
    struct tar_text path = field_text(header->name, sizeof header->name);
    struct tar_text link = field_text(header->link_name, sizeof header->link_name);
    int result = 0;
    if (!memcmp(header->magic, "ustar", 6) && header->prefix[0]) {
        result = bytes_add(&joined, header->prefix, strnlen(header->prefix, sizeof header->prefix), SIZE_MAX / 4);
        if (result == 0)
            result = bytes_add(&joined, "/", 1, SIZE_MAX / 4);
        if (result == 0)
            result = bytes_add(&joined, path.data, path.length, SIZE_MAX / 4);
        path = (struct tar_text){joined.data, joined.length};
    }
    if (reader->long_name.length)
        path = field_text(reader->long_name.data, reader->long_name.length);
    if (reader->long_link.length)
        link = field_text(reader->long_link.data, reader->long_link.length);
    if (overrides->path.length)
        path = overrides->path;
    if (overrides->link.length)
        link = overrides->link;
    /* Before ustar, a directory was a file whose name ends in a slash. */
    if (entry->type == '0' && path.length > 0 && path.data[path.length - 1] == '/')
        entry->type = '5';
    if (result == 0)
        result = tar_clean_path(&entry->path, path.data, path.length);
    if (result == 0 && entry->type == '1')
        result = tar_clean_path(&entry->link, link.data, link.length);
    else if (result == 0 && memchr(link.data, 0, link.length))
        result = -EINVAL;
    else if (result == 0 && (result = bytes_add(&entry->link, "", 0, 0)) == 0)
        result = bytes_add(&entry->link, link.data, link.length, TAR_LARGEST_HEADER);
    if (result == -EINVAL)
        result = refused(&reader->stream.failure, EINVAL,
                         "The archive is refused: \"..\" or a zero byte in the names of \"%.*s\"",
                         path.length < 200 ? (int)path.length : 200, path.length ? path.data : "");
    else if (result < 0)
        failed(&reader->stream.failure, result, "Cannot read the archive");
    bytes_free(&joined);
    return result;
}

static int set_entry(struct tar_reader *reader, struct tar_entry *entry, const struct tar_header *header, int64_t size)
{
    struct tar_overrides overrides;
    char type = header->type == 0 || header->type == '7' ? '0' : header->type == 'D' ? '5' : header->type;
    entry->type = type;
    if (!strchr("0123456", type))
        return refused(&reader->stream.failure, EOPNOTSUPP, "The archive has an entry of a kind that is not supported: '%c'%s",
                       type, type == 'S' ? " (GNU sparse file)" : "");
    if (!set_numbers(entry, header, size))
        return tar_broken(&reader->stream, "a header has a bad number");
    bytes_clear(&entry->xattrs);
    bytes_clear(&entry->link);
    int result = tar_apply_records(&reader->global, &reader->extended, entry, &overrides);
    if (result == -EOPNOTSUPP)
        return refused(&reader->stream.failure, EOPNOTSUPP, "The archive has a sparse file, which is not supported");
    if (result == -EBADMSG)
        return tar_broken(&reader->stream, "an extended header is malformed");
    if (result < 0)
        return failed(&reader->stream.failure, result, "Cannot read the archive");
    result = set_names(reader, entry, header, &overrides);
    if (result < 0)
        return result;
    /* A 'D' entry has a list of names as its content; everything else but files has none whatever its size says. */
    if (header->type == 'D' && (result = tar_skip(&reader->stream, entry->size)) == 0)
        result = tar_skip_padding(&reader->stream, entry->size);
    if (entry->type != '0')
        entry->size = 0;
    bytes_clear(&reader->extended);
    bytes_clear(&reader->long_name);
    bytes_clear(&reader->long_link);
    return result < 0 ? result : 1;
}

int tar_read_entry(struct tar_reader *reader, struct tar_entry *entry)
{
    struct tar_header header;
    int64_t size = 0;
    int result;
    while ((result = read_header(reader, &header, &size)) > 0) {
        result = read_extension(reader, &header, size);
        if (result < 0)
            return result;
        if (result == 0)
            return set_entry(reader, entry, &header, size);
    }
    if (result == 0 && (reader->extended.length || reader->long_name.length || reader->long_link.length))
        return tar_broken(&reader->stream, "an extended header without an entry");
    return result;
}
