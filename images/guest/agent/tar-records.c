/* pax records, "LENGTH KEY=VALUE\n" (POSIX.1-2001, pax, "pax Extended Header"). */

#include "tar-records.h"

#include <errno.h>
#include <string.h>

#include "tar-format.h"
#include "tar-number.h"

#define XATTR "SCHILY.xattr."

static bool is_key(struct tar_text key, const char *name)
{
    return key.length == strlen(name) && !memcmp(key.data, name, key.length);
}

static bool starts_with(struct tar_text key, const char *start)
{
    return key.length > strlen(start) && !memcmp(key.data, start, strlen(start));
}

static int set_id(struct tar_text value, uint32_t *id)
{
    int64_t number;
    if (!tar_decimal(value.data, value.length, &number) || number >= UINT32_MAX)
        return -EBADMSG;
    *id = (uint32_t)number;
    return 0;
}

static int set_size(struct tar_text value, uint64_t *size)
{
    int64_t number;
    if (!tar_decimal(value.data, value.length, &number))
        return -EBADMSG;
    *size = (uint64_t)number;
    return 0;
}

static int add_xattr(struct tar_entry *entry, struct tar_text key, struct tar_text value)
{
    size_t prefix = strlen(XATTR);
    if (memchr(key.data, 0, key.length))
        return -EBADMSG;
    int result = bytes_add(&entry->xattrs, key.data + prefix, key.length - prefix, 2 * TAR_LARGEST_HEADER);
    if (result == 0)
        result = bytes_add(&entry->xattrs, "", 1, 2 * TAR_LARGEST_HEADER);
    if (result == 0)
        result = bytes_add(&entry->xattrs, &value.length, sizeof value.length, 2 * TAR_LARGEST_HEADER);
    if (result == 0)
        result = bytes_add(&entry->xattrs, value.data, value.length, 2 * TAR_LARGEST_HEADER);
    return result == -E2BIG ? -EBADMSG : result;
}

static int apply(struct tar_entry *entry, struct tar_overrides *overrides, struct tar_text key, struct tar_text value)
{
    if (starts_with(key, XATTR))
        return add_xattr(entry, key, value);
    if (starts_with(key, "GNU.sparse."))
        return -EOPNOTSUPP;
    if (value.length == 0) /* takes an earlier record back; the header's own value has been kept for names only */
        value.data = NULL;
    if (is_key(key, "path"))
        overrides->path = value;
    else if (is_key(key, "linkpath"))
        overrides->link = value;
    else if (value.length == 0)
        return 0;
    else if (is_key(key, "size"))
        return set_size(value, &entry->size);
    else if (is_key(key, "uid"))
        return set_id(value, &entry->uid);
    else if (is_key(key, "gid"))
        return set_id(value, &entry->gid);
    else if (is_key(key, "mtime"))
        return tar_time(value.data, value.length, &entry->mtime) ? 0 : -EBADMSG;
    return 0;
}

static int apply_all(const struct bytes *records, struct tar_entry *entry, struct tar_overrides *overrides)
{
    const char *at = records->data, *end = records->data + records->length;
    while (at < end) {
        const char *space = memchr(at, ' ', (size_t)(end - at));
        int64_t length;
        if (!space || !tar_decimal(at, (size_t)(space - at), &length) || length > end - at || length < space - at + 3 ||
            at[length - 1] != '\n')
            return -EBADMSG;
        const char *key = space + 1, *last = at + length - 1;
        const char *equals = memchr(key, '=', (size_t)(last - key));
        if (!equals)
            return -EBADMSG;
        struct tar_text name = {key, (size_t)(equals - key)}, value = {equals + 1, (size_t)(last - equals - 1)};
        int result = apply(entry, overrides, name, value);
        if (result < 0)
            return result;
        at += length;
    }
    return 0;
}

int tar_apply_records(const struct bytes *global, const struct bytes *extended, struct tar_entry *entry,
                      struct tar_overrides *overrides)
{
    *overrides = (struct tar_overrides){0};
    int result = global->length ? apply_all(global, entry, overrides) : 0;
    return result == 0 && extended->length ? apply_all(extended, entry, overrides) : result;
}
