/* The kernel turns "\n" into "\r\n" (ONLCR) with several locked operations a line: 1,400 instructions for a line of seven bytes,
 * which is all a terminal can then do. While a program floods its terminal we switch ONLCR off and do the same here.
 *
 * Programs may read and set the terminal's modes at any time, so what they see is repaired at every chance: ONLCR is set again 20 ms
 * after the flood, or when somebody has left canonical mode meanwhile (a shell's line editor at its next prompt). A shell may even
 * have kept the mode of the flood as its own: with canonical mode and OPOST on, ONLCR off is always ours, and set again. Programs that
 * want their bytes untouched switch OPOST or canonical mode off, and get that. */

#include "tty-output.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* So much within so long is a flood. Not so much a read: how much gathers between two depends on how fast the machine is just now. */
#define FLOOD_BYTES 32768
#define FLOOD_MILLISECONDS 500
#define CALM_NANOSECONDS 20000000

static void set_newlines(struct tty_output *output, struct termios *mode, bool by_kernel)
{
    if (by_kernel)
        mode->c_oflag |= ONLCR;
    else
        mode->c_oflag &= ~(tcflag_t)ONLCR;
    /* On a master this is the slave's mode. */
    if (tcsetattr(output->master, TCSANOW, mode) == 0)
        output->taken_over = !by_kernel;
}

static void give_back(struct tty_output *output)
{
    struct termios mode;
    if (output->taken_over && tcgetattr(output->master, &mode) == 0)
        set_newlines(output, &mode, true);
    output->taken_over = false;
    output->counted = 0;
}

static void arm(struct tty_output *output);

static void calm(struct watch *watch, uint32_t events)
{
    (void)events;
    uint64_t count;
    struct tty_output *output = watch->owner;
    if (read(watch->fd, &count, sizeof count) < 0)
        return;
    struct pollfd more = {.fd = output->master, .events = POLLIN};
    if (poll(&more, 1, 0) == 1 && more.revents & POLLIN)
        arm(output); /* it is we who are late */
    else
        give_back(output);
}

static void arm(struct tty_output *output)
{
    struct itimerspec once = {.it_value.tv_nsec = CALM_NANOSECONDS};
    if (output->timer.fd < 0) {
        output->timer = (struct watch){
            .fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), .ready = calm, .owner = output};
        watch_set(&output->timer, EPOLLIN);
    }
    timerfd_settime(output->timer.fd, 0, &once, NULL);
}

struct tty_output *tty_output_new(int master)
{
    struct tty_output *output = calloc(1, sizeof *output);
    if (output) {
        output->master = master;
        output->timer.fd = -1;
    }
    return output;
}

void tty_output_free(struct tty_output *output)
{
    if (!output)
        return;
    watch_close(&output->timer);
    free(output);
}

/* "\n" without "\r" before it becomes "\r\n". */
static size_t expand(struct tty_output *output, const uint8_t *bytes, size_t length, uint8_t *out)
{
    size_t filled = 0;
    bool after_cr = output->after_cr;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n' && !after_cr)
            out[filled++] = '\r';
        after_cr = bytes[i] == '\r';
        out[filled++] = bytes[i];
    }
    return filled;
}

static size_t keep(const uint8_t *bytes, size_t length, uint8_t *out)
{
    for (size_t i = 0; i < length; i++)
        out[i] = bytes[i];
    return length;
}

static uint64_t now_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool floods(struct tty_output *output, size_t length)
{
    uint64_t now = now_milliseconds();
    if (now - output->counted_since >= FLOOD_MILLISECONDS) {
        output->counted_since = now;
        output->counted = 0;
    }
    output->counted += length;
    return output->taken_over || output->counted >= FLOOD_BYTES;
}

size_t tty_output_convert(struct tty_output *output, const uint8_t *bytes, size_t length, uint8_t *out)
{
    struct termios mode;
    if (tcgetattr(output->master, &mode) != 0)
        return keep(bytes, length, out);
    bool canonical = mode.c_lflag & ICANON, processed = mode.c_oflag & OPOST, by_kernel = mode.c_oflag & ONLCR;
    bool was_taken_over = output->taken_over, is_flood = floods(output, length);
    if (was_taken_over && (!canonical || !processed)) {
        give_back(output);
    } else if (canonical && processed && is_flood) {
        if (by_kernel)
            set_newlines(output, &mode, false);
        arm(output);
    } else if (canonical && processed && !by_kernel) {
        set_newlines(output, &mode, true);
    }
    bool expands = processed && (canonical || was_taken_over);
    size_t filled = expands ? expand(output, bytes, length, out) : keep(bytes, length, out);
    output->after_cr = length > 0 ? bytes[length - 1] == '\r' : output->after_cr;
    return filled;
}
