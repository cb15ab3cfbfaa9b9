/* `docker` in the guest: sends its arguments, environment, directory and terminal to the worker's command line and then only
 * copies bytes. It speaks the frames of the table on the agent's socket, with stream 0. */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "frames.h"

#define CALLER_SOCKET "/run/slipway/caller.sock"

static int link_fd, signal_fd;
static uint8_t message[WIRE_MAX_MESSAGE_BYTES], frame[WIRE_HEADER_BYTES + 65536];
static size_t message_length, frame_length;
/* Input is read only when the command line asks for it: `while read` loops around us keep theirs. */
static uint32_t input_credit, ungranted[4];
static bool input_open = true, raw;
static struct termios cooked;

static void leave_raw_mode(void)
{
    if (raw)
        tcsetattr(0, TCSADRAIN, &cooked);
    raw = false;
}

static _Noreturn void die(const char *what)
{
    leave_raw_mode();
    fprintf(stderr, "docker: %s: %s\n", what, strerror(errno));
    exit(125);
}

static void write_whole(int fd, const void *bytes, size_t length)
{
    for (const uint8_t *at = bytes; length > 0;) {
        ssize_t written = write(fd, at, length);
        if (written < 0 && errno == EAGAIN) { /* a terminal that another program made non-blocking */
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            poll(&room, 1, -1);
        } else if (written < 0 && errno != EINTR) {
            if (fd == link_fd)
                die("the engine went away");
            return; /* nobody reads: SIGPIPE has its default action, so this is another error */
        } else if (written > 0) {
            at += written;
            length -= (size_t)written;
        }
    }
}

static void send_frame(uint8_t type, uint8_t channel, const void *payload, size_t length)
{
    uint8_t header[WIRE_HEADER_BYTES] = {(uint8_t)length, (uint8_t)(length >> 8), type, channel};
    write_whole(link_fd, header, sizeof header);
    write_whole(link_fd, payload, length);
}

static void put(const void *bytes, size_t length)
{
    if (length > sizeof message - message_length) {
        errno = E2BIG;
        die("arguments");
    }
    memcpy(message + message_length, bytes, length);
    message_length += length;
}

static void put_u32(uint32_t value)
{
    value = htole32(value);
    put(&value, sizeof value);
}

static void put_size(void)
{
    struct winsize size = {0};
    for (int fd = 0; fd < 3; fd++)
        if (ioctl(fd, TIOCGWINSZ, &size) == 0)
            break;
    uint16_t both[2] = {htole16(size.ws_col), htole16(size.ws_row)};
    put(both, sizeof both);
}

static void put_text(const char *text)
{
    put_u32((uint32_t)strlen(text));
    put(text, strlen(text));
}

static void put_texts(char **texts)
{
    uint32_t count = 0;
    while (texts[count])
        count++;
    put_u32(count);
    for (; *texts; texts++)
        put_text(*texts);
}

static void send_open(char **arguments)
{
    char *directory = getcwd(NULL, 0);
    uint8_t kind = KIND_CALLER;
    put(&kind, 1);
    put_u32((isatty(0) ? CALLER_STDIN_TTY : 0) | (isatty(1) ? CALLER_STDOUT_TTY : 0) | (isatty(2) ? CALLER_STDERR_TTY : 0));
    put_size();
    put_text(directory ? directory : "/");
    put_texts(arguments);
    put_texts(environ);
    const uint8_t *at = message;
    for (; message_length > WIRE_MAX_PAYLOAD_BYTES; at += WIRE_MAX_PAYLOAD_BYTES, message_length -= WIRE_MAX_PAYLOAD_BYTES)
        send_frame(FRAME_PART, 0, at, WIRE_MAX_PAYLOAD_BYTES);
    send_frame(FRAME_OPEN, 0, at, message_length);
}

static void catch_signals(uint32_t numbers)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    for (int number = 1; number < 32; number++)
        if (numbers & 1u << (number - 1))
            sigaddset(&set, number);
    sigprocmask(SIG_SETMASK, &set, NULL);
    signal_fd = signalfd(signal_fd, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void set_raw_mode(bool on)
{
    struct termios mode;
    if (!on) {
        leave_raw_mode();
    } else if (!raw && tcgetattr(0, &cooked) == 0) {
        mode = cooked;
        cfmakeraw(&mode);
        raw = tcsetattr(0, TCSADRAIN, &mode) == 0;
    }
}

static void write_output(int fd, int channel, const uint8_t *bytes, size_t length)
{
    write_whole(fd, bytes, length);
    ungranted[channel] += (uint32_t)length;
    if (ungranted[channel] < WIRE_GUEST_CREDIT_BYTES / 4)
        return;
    uint32_t granted = htole32(ungranted[channel]);
    ungranted[channel] = 0;
    send_frame(FRAME_CREDIT, (uint8_t)channel, &granted, sizeof granted);
}

static uint32_t number_at(const uint8_t *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return le32toh(value);
}

static void handle_frame(uint8_t type, uint8_t channel, const uint8_t *payload, size_t length)
{
    if (type == FRAME_DATA && (channel == CHANNEL_IN || channel == CHANNEL_CALLER_ERR)) {
        write_output(channel == CHANNEL_IN ? 1 : 2, channel, payload, length);
    } else if (type == FRAME_CREDIT && length >= 4) {
        input_credit += number_at(payload);
    } else if (type == FRAME_EOF && channel == CHANNEL_OUT) {
        input_open = false; /* no more input is wanted */
    } else if (type == FRAME_CONTROL && length >= 2 && payload[0] == CONTROL_RAW_MODE) {
        set_raw_mode(payload[1]);
    } else if (type == FRAME_CONTROL && length >= 5 && payload[0] == CONTROL_CATCH_SIGNALS) {
        catch_signals(number_at(payload + 1));
    } else if (type == FRAME_EXIT && length >= 4) {
        leave_raw_mode();
        exit((int)number_at(payload));
    }
}

static void read_link(void)
{
    ssize_t got = read(link_fd, frame + frame_length, sizeof frame - frame_length);
    if (got <= 0) {
        if (got == 0)
            errno = ECONNRESET;
        die("the engine went away");
    }
    frame_length += (size_t)got;
    size_t offset = 0;
    while (frame_length - offset >= WIRE_HEADER_BYTES) {
        const uint8_t *at = frame + offset;
        size_t length = at[0] | (size_t)at[1] << 8;
        if (frame_length - offset < WIRE_HEADER_BYTES + length)
            break;
        handle_frame(at[2], at[3], at + WIRE_HEADER_BYTES, length);
        offset += WIRE_HEADER_BYTES + length;
    }
    memmove(frame, frame + offset, frame_length - offset);
    frame_length -= offset;
}

static void read_input(void)
{
    static uint8_t chunk[16384];
    size_t most = input_credit < sizeof chunk ? input_credit : sizeof chunk;
    ssize_t got = read(0, chunk, most);
    if (got > 0) {
        input_credit -= (uint32_t)got;
        send_frame(FRAME_DATA, CHANNEL_OUT, chunk, (size_t)got);
    } else if (got == 0 || errno != EINTR) {
        input_open = false;
        send_frame(FRAME_EOF, CHANNEL_OUT, NULL, 0);
    }
}

static void read_signal(void)
{
    struct signalfd_siginfo info;
    if (read(signal_fd, &info, sizeof info) != sizeof info)
        return;
    message_length = 0;
    uint8_t verb = info.ssi_signo == SIGWINCH ? CONTROL_RESIZE : CONTROL_SIGNAL;
    put(&verb, 1);
    if (verb == CONTROL_RESIZE)
        put_size();
    else
        put_u32(info.ssi_signo);
    send_frame(FRAME_CONTROL, 0, message, message_length);
}

int main(int count, char **arguments)
{
    (void)count;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = CALLER_SOCKET};
    link_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(link_fd, (struct sockaddr *)&address, sizeof address) < 0)
        die("cannot reach the engine");
    signal_fd = -1;
    catch_signals(0);
    send_open(arguments);
    for (;;) {
        bool reads = input_open && input_credit > 0;
        struct pollfd ready[3] = {{link_fd, POLLIN, 0}, {signal_fd, POLLIN, 0}, {0, POLLIN, 0}};
        if (poll(ready, reads ? 3 : 2, -1) < 0 && errno != EINTR)
            die("poll");
        if (ready[0].revents)
            read_link();
        if (ready[1].revents)
            read_signal();
        if (reads && input_open && ready[2].revents)
            read_input();
    }
}
