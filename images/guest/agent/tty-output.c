/* The kernel turns "\n" into "\r\n" (OPOST and ONLCR) with several locked operations a line, and looks at every byte for it: 1,400
 * instructions for a line of seven bytes, which is all a terminal can then do. While a program floods its terminal we switch that off
 * and do the same here.
 *
 * OPOST off with IGNBRK on, which has no meaning for a pseudoterminal, is how we know our own doing: whoever makes a terminal raw
 * (cfmakeraw, stty raw) clears both. What programs see is repaired at every chance: 20 ms after the flood; or when somebody has left
 * canonical mode with what we left there, as a shell's line editor does at its next prompt; or at the next output, when a shell has kept
 * the mode of the flood and set it again. */

#include "tty-output.h"

#include <emmintrin.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* So much within so long is a flood. Not so much a read: how much gathers between two depends on how fast the machine is just now. */
#define FLOOD_BYTES 32768
#define FLOOD_MILLISECONDS 500
#define CALM_NANOSECONDS 20000000

static bool is_default(const struct termios *mode)
{
    return mode->c_oflag == (OPOST | ONLCR) && !(mode->c_iflag & IGNBRK);
}

static bool is_ours(const struct termios *mode)
{
    return mode->c_oflag == ONLCR && mode->c_iflag & IGNBRK;
}

static void set_processing(struct tty_output *output, struct termios *mode, bool by_kernel)
{
    mode->c_oflag = by_kernel ? OPOST | ONLCR : ONLCR;
    mode->c_iflag = by_kernel ? mode->c_iflag & ~(tcflag_t)IGNBRK : mode->c_iflag | IGNBRK;
    /* On a master this is the slave's mode. */
    if (tcsetattr(output->master, TCSANOW, mode) == 0)
        output->taken_over = !by_kernel;
}

static void give_back(struct tty_output *output)
{
    struct termios mode;
    if (tcgetattr(output->master, &mode) == 0 && is_ours(&mode))
        set_processing(output, &mode, true);
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
    if (poll(&more, 1, 0) == 1 && more.revents & POLLIN) {
        arm(output); /* it is we who are late */
    } else if (output->taken_over) {
        give_back(output);
        arm(output); /* for what was written until now */
    } else {
        output->unprocessed = false;
    }
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

static uint8_t *put_newline(uint8_t *to, uint8_t before)
{
    if (before == '\r') {
        *to = '\n';
        return to + 1;
    }
    memcpy(to, "\r\n", 2);
    return to + 2;
}

/* "\n" without "\r" before it becomes "\r\n"; bytes[-1] is there. The machine has SSE2 (v86). Most lines are short: each costs one block. */
__attribute__((target("sse2"))) static size_t expand(const uint8_t *bytes, size_t length, uint8_t *out)
{
    const __m128i newline = _mm_set1_epi8('\n');
    const uint8_t *at = bytes, *end = bytes + length;
    uint8_t *to = out;
    const uint8_t *last_block = length < sizeof newline ? NULL : end - sizeof newline;
    while (at <= last_block) {
        __m128i block = _mm_loadu_si128((const __m128i *)at);
        _mm_storeu_si128((__m128i *)to, block); /* at most twice what was read is written: there is room */
        unsigned newlines = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, newline));
        size_t others = newlines ? (size_t)__builtin_ctz(newlines) : sizeof block;
        at += others;
        to += others;
        if (newlines)
            to = put_newline(to, at++[-1]);
    }
    for (; at < end; at++) {
        if (*at == '\n')
            to = put_newline(to, at[-1]);
        else
            *to++ = *at;
    }
    return (size_t)(to - out);
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
    return output->counted >= FLOOD_BYTES;
}

size_t tty_output_convert(struct tty_output *output, uint8_t *bytes, size_t length, uint8_t *out)
{
    struct termios mode;
    bool known = tcgetattr(output->master, &mode) == 0;
    bool canonical = known && mode.c_lflag & ICANON, ours = known && is_ours(&mode);
    bool is_flood = floods(output, length) || (ours && output->taken_over);
    if (ours && !(canonical && is_flood)) {
        set_processing(output, &mode, true);
    } else if (canonical && is_flood && (ours || is_default(&mode))) {
        if (!ours)
            set_processing(output, &mode, false);
        output->taken_over = true;
        arm(output);
    }
    if (length == 0)
        return 0;
    bytes[-1] = output->last;
    output->last = bytes[length - 1];
    if (ours) {
        output->unprocessed = true;
        arm(output);
    }
    /* Where the mode has changed since, what the kernel has done already stays as it is: "\r\n". */
    if (ours || (output->unprocessed && known && (mode.c_oflag & (OPOST | ONLCR)) == (OPOST | ONLCR)))
        return expand(bytes, length, out);
    memcpy(out, bytes, length);
    return length;
}
