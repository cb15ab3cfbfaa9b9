/* Tar headers as ustar, with pax records for what does not fit (POSIX.1-2001, pax, "pax Interchange Format"). */

#include "tar-write.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tar-format.h"

#define CAPACITY 65536

int tar_writer_init(struct tar_writer *writer, int fd)
{
    *writer = (struct tar_writer){.fd = fd, .block = malloc(CAPACITY)};
    return writer->block ? 0 : -ENOMEM;
}

void tar_writer_free(struct tar_writer *writer)
{
    free(writer->block);
    bytes_free(&writer->records);
}

static int flush(struct tar_writer *writer)
{
    for (size_t done = 0; done < writer->length;) {
        ssize_t count = write(writer->fd, writer->block + done, writer->length - done);
        if (count > 0) {
            done += (size_t)count;
        } else if (count < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = writer->fd, .events = POLLOUT};
            poll(&wait, 1, -1);
        } else if (count < 0 && errno != EINTR) {
            return -errno;
        }
    }
    writer->length = 0;
    return 0;
}

/* `data` NULL: zeros. */
static int put(struct tar_writer *writer, const void *data, uint64_t length)
{
    for (uint64_t done = 0; done < length;) {
        int result = writer->length == CAPACITY ? flush(writer) : 0;
        if (result < 0)
            return result;
        size_t room = CAPACITY - writer->length;
        size_t part = length - done < room ? (size_t)(length - done) : room;
        if (data)
            memcpy(writer->block + writer->length, (const char *)data + done, part);
        else
            memset(writer->block + writer->length, 0, part);
        writer->length += part;
        done += part;
    }
    return 0;
}

int tar_write_end(struct tar_writer *writer)
{
    int result = put(writer, NULL, 2 * TAR_BLOCK);
    return result < 0 ? result : flush(writer);
}

int tar_write_content(struct tar_writer *writer, int file, uint64_t size)
{
    uint64_t left = size;
    if (writer->hollow)
        return 0;
    while (left > 0) {
        int result = writer->length == CAPACITY ? flush(writer) : 0;
        if (result < 0)
            return result;
        size_t room = CAPACITY - writer->length;
        ssize_t count = read(file, writer->block + writer->length, left < room ? (size_t)left : room);
        if (count < 0 && errno != EINTR)
            return -errno;
        if (count == 0)
            break;
        if (count > 0) {
            writer->length += (size_t)count;
            left -= (uint64_t)count;
        }
    }
    return put(writer, NULL, left + tar_padding(size));
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts itself. */
static int add_record(struct tar_writer *writer, const char *prefix, const char *key, const void *value, size_t size)
{
    size_t rest = strlen(prefix) + strlen(key) + size + 3;
    size_t length = rest + 1;
    char digits[24];
    for (;;) {
        size_t with_digits = rest + (size_t)snprintf(digits, sizeof digits, "%zu", length);
        if (with_digits == length)
            break;
        length = with_digits;
    }
    const struct {
        const void *data;
        size_t length;
    } parts[] = {{digits, strlen(digits)}, {" ", 1},      {prefix, strlen(prefix)}, {key, strlen(key)},
                 {"=", 1},                 {value, size}, {"\n", 1}};
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof parts / sizeof *parts; i++)
        result = bytes_add(&writer->records, parts[i].data, parts[i].length, TAR_LARGEST_HEADER);
    return result;
}

static int add_text(struct tar_writer *writer, const char *key, const char *value)
{
    return add_record(writer, "", key, value, strlen(value));
}

static int add_xattr(void *writer, const char *name, const void *value, size_t size)
{
    /* The key of a record ends at "=". */
    return strchr(name, '=') ? 0 : add_record(writer, "SCHILY.xattr.", name, value, size);
}

/* An octal field; one too large becomes zero and a record. */
static int put_number(struct tar_writer *writer, char *field, size_t size, const char *key, uint64_t value)
{
    char digits[24], decimal[24];
    int length = snprintf(digits, sizeof digits, "%0*llo", (int)size - 1, (unsigned long long)value);
    if ((size_t)length < size) {
        memcpy(field, digits, size);
        return 0;
    }
    memset(field, '0', size - 1);
    snprintf(decimal, sizeof decimal, "%llu", (unsigned long long)value);
    return key ? add_text(writer, key, decimal) : 0;
}

static int put_time(struct tar_writer *writer, struct tar_header *header, struct timespec time)
{
    char decimal[48];
    long long seconds = time.tv_sec;
    long nanoseconds = time.tv_nsec;
    if (seconds >= 0 && seconds < 1LL << 33)
        put_number(writer, header->mtime, sizeof header->mtime, NULL, (uint64_t)seconds);
    else
        memset(header->mtime, '0', sizeof header->mtime - 1);
    if (seconds >= 0 && seconds < 1LL << 33 && nanoseconds == 0)
        return 0;
    bool negative = seconds < 0;
    if (negative && nanoseconds > 0) {
        seconds++;
        nanoseconds = 1000000000 - nanoseconds;
    }
    unsigned long long whole = negative ? 0 - (unsigned long long)seconds : (unsigned long long)seconds;
    if (nanoseconds)
        snprintf(decimal, sizeof decimal, "%s%llu.%09ld", negative ? "-" : "", whole, nanoseconds);
    else
        snprintf(decimal, sizeof decimal, "%s%llu", negative ? "-" : "", whole);
    return add_text(writer, "mtime", decimal);
}

/* Where nothing is stored, the map of a sparse file says only where it ends. */
static int put_size(struct tar_writer *writer, struct tar_header *header, uint64_t size)
{
    if (!writer->hollow || size == 0)
        return put_number(writer, header->size, sizeof header->size, "size", size);
    char decimal[24], map[32];
    snprintf(decimal, sizeof decimal, "%llu", (unsigned long long)size);
    snprintf(map, sizeof map, "%s,0", decimal);
    put_number(writer, header->size, sizeof header->size, NULL, 0);
    int result = add_text(writer, "GNU.sparse.size", decimal);
    if (result == 0)
        result = add_text(writer, "GNU.sparse.numblocks", "1");
    return result == 0 ? add_text(writer, "GNU.sparse.map", map) : result;
}

/* The name as it is, or split at a slash into prefix and name, or as a record with a shortened name for old readers. */
static int put_name(struct tar_writer *writer, struct tar_header *header, const char *name)
{
    size_t length = strlen(name);
    if (length <= sizeof header->name) {
        memcpy(header->name, name, length);
        return 0;
    }
    for (size_t cut = length - 1; cut > 0; cut--) {
        size_t tail = length - cut - 1;
        if (name[cut] != '/' || tail == 0 || cut > sizeof header->prefix)
            continue;
        if (tail > sizeof header->name)
            break;
        memcpy(header->prefix, name, cut);
        memcpy(header->name, name + cut + 1, tail);
        return 0;
    }
    memcpy(header->name, name, sizeof header->name);
    return add_text(writer, "path", name);
}

static int put_link(struct tar_writer *writer, struct tar_header *header, const char *link)
{
    size_t length = strlen(link);
    bool fits = length <= sizeof header->link_name;
    memcpy(header->link_name, link, fits ? length : sizeof header->link_name);
    return fits ? 0 : add_text(writer, "linkpath", link);
}

static int put_header(struct tar_writer *writer, struct tar_header *header, char type)
{
    header->type = type;
    memcpy(header->magic, "ustar", 6);
    memcpy(header->version, "00", 2);
    memset(header->checksum, ' ', sizeof header->checksum);
    snprintf(header->checksum, 7, "%06o", (unsigned)tar_checksum(header, 0) & 0777777);
    return put(writer, header, sizeof *header);
}

/* The extended header that goes before an entry's own. */
static int put_records(struct tar_writer *writer)
{
    if (writer->records.length == 0)
        return 0;
    struct tar_header header = {.name = "PaxHeaders/entry", .mode = "0000644", .uid = "0000000", .gid = "0000000"};
    put_number(writer, header.size, sizeof header.size, NULL, writer->records.length);
    memset(header.mtime, '0', sizeof header.mtime - 1);
    int result = put_header(writer, &header, 'x');
    if (result == 0)
        result = put(writer, writer->records.data, writer->records.length);
    return result == 0 ? put(writer, NULL, tar_padding(writer->records.length)) : result;
}

int tar_write_header(struct tar_writer *writer, const char *name, char type, const struct stat *status, const char *link,
                     struct node node)
{
    struct tar_header header = {0};
    bool device = type == '3' || type == '4';
    bytes_clear(&writer->records);
    int result = put_name(writer, &header, name);
    if (result == 0 && link)
        result = put_link(writer, &header, link);
    if (result == 0)
        result = put_number(writer, header.mode, 8, NULL, status->st_mode & 07777);
    if (result == 0)
        result = put_number(writer, header.uid, 8, "uid", status->st_uid);
    if (result == 0)
        result = put_number(writer, header.gid, 8, "gid", status->st_gid);
    if (result == 0)
        result = put_size(writer, &header, type == '0' ? (uint64_t)status->st_size : 0);
    if (result == 0)
        result = put_time(writer, &header, status->st_mtim);
    if (result == 0)
        result = put_number(writer, header.device_major, 8, NULL, device ? major(status->st_rdev) : 0);
    if (result == 0)
        result = put_number(writer, header.device_minor, 8, NULL, device ? minor(status->st_rdev) : 0);
    if (result == 0 && node.fd >= 0)
        result = node_each_xattr(node, add_xattr, writer);
    if (result == 0)
        result = put_records(writer);
    return result == 0 ? put_header(writer, &header, type) : result;
}
