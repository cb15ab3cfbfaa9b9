/* The kernel turns "\n" into "\r\n" (ONLCR) with several locked operations a line: 1,400 instructions for a line of seven bytes,
 * which is all a terminal can then do. While a program floods its terminal we switch ONLCR off and do the same here.
 *
 * Programs may read and set the terminal's modes at any time, so what they see is repaired at every chance: ONLCR is set again 20 ms
 * after the flood, or when somebody has left canonical mode meanwhile (a shell's line editor at its next prompt). A shell may even
 * have kept the mode of the flood as its own: with canonical mode and OPOST on, ONLCR off is always ours, and set again. Programs that
 * want their bytes untouched switch OPOST or canonical mode off, and get that. */

#include "tty-output.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#define FLOOD_BYTES 32768
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
    output->burst = 0;
}

static void calm(struct watch *watch, uint32_t events)
{
    (void)events;
    uint64_t count;
    if (read(watch->fd, &count, sizeof count) > 0)
        give_back(watch->owner);
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

size_t tty_output_convert(struct tty_output *output, const uint8_t *bytes, size_t length, uint8_t *out)
{
    struct termios mode;
    if (tcgetattr(output->master, &mode) != 0)
        return keep(bytes, length, out);
    bool canonical = mode.c_lflag & ICANON, processed = mode.c_oflag & OPOST, by_kernel = mode.c_oflag & ONLCR;
    bool was_taken_over = output->taken_over;
    output->burst += length;
    if (was_taken_over && (!canonical || !processed)) {
        give_back(output);
    } else if (canonical && processed && output->burst >= FLOOD_BYTES) {
        if (by_kernel)
            set_newlines(output, &mode, false);
        arm(output);
    } else if (canonical && processed) {
        if (!by_kernel)
            set_newlines(output, &mode, true);
        if (length >= 1024)
            arm(output); /* ends the burst when no more comes */
        else
            output->burst = 0;
    }
    bool expands = processed && (canonical || was_taken_over);
    size_t filled = expands ? expand(output, bytes, length, out) : keep(bytes, length, out);
    output->after_cr = length > 0 ? bytes[length - 1] == '\r' : output->after_cr;
    return filled;
}
