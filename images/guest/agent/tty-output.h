/* Output of a terminal in bulk: its processing by us instead of by the kernel. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent.h"

struct tty_output {
    bool taken_over; /* OPOST is off, and we do what it does */
    bool unprocessed; /* what is still to be read may have been written while OPOST was off */
    uint8_t last; /* the byte before the next */
    size_t counted; /* bytes since `counted_since` */
    uint64_t counted_since; /* CLOCK_MONOTONIC, in milliseconds */
    struct watch timer;
    int master;
};

struct tty_output *tty_output_new(int master);
void tty_output_free(struct tty_output *output);

/* What was just read from the master, as the worker is to see it. bytes[-1] is written to. `out` has room for twice the length; returns the
 * new length. */
size_t tty_output_convert(struct tty_output *output, uint8_t *bytes, size_t length, uint8_t *out);
