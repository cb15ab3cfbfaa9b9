/* Names in archives, which may be anything. */
#pragma once

#include "bytes.h"

/* Joins the components of an archive's name with single slashes, without "." and leading or trailing slashes.
 * -EINVAL for a ".." component or a zero byte, -E2BIG, -ENOMEM. */
int tar_clean_path(struct bytes *path, const char *name, size_t length);
