/* A byte string on the heap with a limit given by its user, and the wording of failures. Both exist so that what a
 * container can make long (names, attributes, archives) never reaches a small thread stack or takes all memory. */
#pragma once

#include <stddef.h>

struct bytes {
    char *data; /* NULL or ended by a zero byte that is not part of `length` */
    size_t length, capacity;
};

/* 0, -E2BIG when `limit` bytes are not enough, -ENOMEM. */
int bytes_add(struct bytes *bytes, const void *data, size_t length, size_t limit);
/* Keeps the memory for the next use. */
void bytes_clear(struct bytes *bytes);
void bytes_free(struct bytes *bytes);

/* Where an operation puts the sentence that explains its error; one line, always ended by zero. */
struct failure {
    char *message;
    size_t size;
};

/* Writes the sentence followed by the name of `error` (a positive or negative errno) and returns -errno. */
int failed(const struct failure *failure, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same for a sentence that needs no errno's name to be understood. */
int refused(const struct failure *failure, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
