/* Numbers in tar headers and pax records. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* A header field: octal digits between spaces and zero bytes, or base 256 when its first bit is set. False when it is
 * neither or does not fit. An empty field is 0. */
bool tar_field(const char *field, size_t size, int64_t *value);
/* Decimal digits only. */
bool tar_decimal(const char *text, size_t length, int64_t *value);
/* Decimal seconds with an optional sign and fraction, of which nanoseconds are kept. */
bool tar_time(const char *text, size_t length, struct timespec *time);
