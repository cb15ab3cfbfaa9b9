/* The records of pax extended headers. */
#pragma once

#include "tar-read.h"

struct tar_text {
    const char *data;
    size_t length;
};

/* What replaces names of the header; length 0: nothing does. They point into the records. */
struct tar_overrides {
    struct tar_text path, link;
};

/* Applies global records and then the entry's own to an entry read from its header. -EBADMSG for malformed records,
 * -EOPNOTSUPP for sparse files, -ENOMEM. */
int tar_apply_records(const struct bytes *global, const struct bytes *extended, struct tar_entry *entry,
                      struct tar_overrides *overrides);
