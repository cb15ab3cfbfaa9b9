/* What the parts of the agent share. The agent is the guest's PID 1: one thread runs the event loop and owns every
 * stream; operations that may wait for a disk run in threads of their own and come back through loop_post(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "frames.h"

/* ---- buffer.c: growing byte buffers, and reading arguments out of them */

struct buffer {
    uint8_t *bytes;
    size_t length, capacity;
    size_t start; /* consumed from the front */
};

bool buffer_append(struct buffer *buffer, const void *bytes, size_t length);
bool buffer_append_u32(struct buffer *buffer, uint32_t value);
void buffer_consume(struct buffer *buffer, size_t length);
void buffer_free(struct buffer *buffer);
static inline size_t buffer_size(const struct buffer *b) { return b->length - b->start; }
static inline const uint8_t *buffer_data(const struct buffer *b) { return b->bytes + b->start; }

/* Reads arguments in the order of the frame table. After any read past the end `bad` is set and values are zero or empty. */
struct reader {
    const uint8_t *bytes;
    size_t length, offset;
    bool bad;
};

uint8_t read_u8(struct reader *reader);
uint16_t read_u16(struct reader *reader);
uint32_t read_u32(struct reader *reader);
uint64_t read_u64(struct reader *reader);
/* Points into the message, not ended by zero. */
const uint8_t *read_bytes(struct reader *reader, size_t *length);
/* A copy ended by zero, to be freed; text with a zero byte inside is bad. Never NULL unless bad. */
char *read_string(struct reader *reader);
/* NULL-ended array, to be freed with free_strings(). */
char **read_strings(struct reader *reader);
void free_strings(char **strings);

/* ---- loop.c: epoll */

struct watch {
    int fd;
    uint32_t events;
    bool in_epoll;
    void (*ready)(struct watch *watch, uint32_t events);
    void *owner;
};

void loop_init(void);
void loop_run(void);
/* Adds, changes or (events 0) removes. */
void watch_set(struct watch *watch, uint32_t events);
/* Removes and closes. */
void watch_close(struct watch *watch);
/* Work that a thread hands back to the loop. */
void loop_post(void (*run)(void *argument), void *argument);

/* ---- link.c: frames over the console port */

void link_init(int fd);
/* The frame leaves at the end of this round of the event loop, or when many wait. */
void link_send(uint8_t type, uint8_t channel, uint32_t stream, const void *payload, size_t length);
/* RESULT in as many parts as it needs. */
void link_send_message(uint8_t type, uint32_t stream, const void *payload, size_t length);
void link_flush(void);
/* False: the link has more than enough to write; sources wait until streams_resume_sources() is called. */
bool link_has_room(void);

/* ---- stream.c, flow.c: streams, their channels, credit */

#define STREAM_CHANNELS 4

struct stream;

/* Guest to worker: bytes read from fd. */
struct source {
    struct watch watch;
    uint32_t credit;
    bool open;
    struct tty_output *tty; /* of a terminal's master */
};

/* Worker to guest: bytes queued for fd. */
struct sink {
    struct watch watch;
    struct buffer queue;
    uint32_t ungranted;
    bool open, ending;
};

struct stream {
    uint32_t id;
    uint8_t kind;
    bool opened;        /* RESULT sent or, for the guest's own, OPEN sent */
    struct buffer parts; /* of a message still coming in */
    struct source sources[STREAM_CHANNELS];
    struct sink sinks[STREAM_CHANNELS];
    struct process *process;
    struct caller *caller;
    struct stream *next;
};

struct stream *stream_create(uint32_t id, uint8_t kind);
struct stream *stream_find(uint32_t id);
struct stream *stream_create_from_guest(uint8_t kind);
/* Frees it; the worker is told with CLOSE when `tell`. */
void stream_destroy(struct stream *stream, bool tell);
/* The fd is made non-blocking and owned by the stream. */
void stream_attach_source(struct stream *stream, int channel, int fd);
/* The same for a terminal's master. */
void stream_attach_terminal(struct stream *stream, int channel, int master);
void stream_attach_sink(struct stream *stream, int channel, int fd);
void stream_result(struct stream *stream, const void *answer, size_t length);
/* Answers with an errno and a message, and ends the stream. */
void stream_fail(struct stream *stream, int error, const char *message);
void streams_resume_sources(void);
void stream_handle_frame(uint8_t type, uint8_t channel, uint32_t id, const uint8_t *payload, size_t length);
/* Closes a stream of which nothing more can come. */
void stream_close_when_done(struct stream *stream);

/* ---- spawn.c, process.c: children, from their start to their end */

void process_init(void);
void process_spawn(struct stream *stream, struct reader *arguments);
void process_resize(struct stream *stream, uint16_t columns, uint16_t rows);
void process_signal(struct stream *stream, uint32_t signal);
void process_forget_stream(struct stream *stream);

/* ---- sealed.c */

/* The program's sealed copy, to be executed in place of the file; -1: there is none of that name. */
int sealed_program(const char *name);

/* ---- caller.c: programs of the guest that call the worker: the docker shim, /run/docker.sock */

void caller_init(void);
void caller_forward(struct stream *stream, uint8_t type, uint8_t channel, const uint8_t *payload, size_t length);
void caller_forget_stream(struct stream *stream);

/* ---- operations.c, files.c, connect.c: what OPEN starts */

void operations_start(struct stream *stream, struct reader *arguments);
void file_read_start(struct stream *stream, struct reader *arguments);
void file_write_start(struct stream *stream, struct reader *arguments);
void tar_out_start(struct stream *stream, struct reader *arguments);
void tar_in_start(struct stream *stream, struct reader *arguments);
void connect_start(struct stream *stream, struct reader *arguments);

/* ---- dns.c: the sockets of a container's name server */

void dns_start(struct stream *stream, struct reader *arguments);

/* ---- outside.c: connections to the outside of the machine */

void outside_start(struct stream *stream, struct reader *arguments);

/* ---- links.c: each returns 0 or -errno, and blocks */

int bridge_add(const char *name, const char *address, uint32_t prefix_length);
int link_remove(const char *name);
struct veth {
    const char *host_name, *bridge, *namespace_path, *inner_name, *address, *gateway;
    uint8_t mac[6];
    uint32_t prefix_length;
};
/* A pair; one end is in the namespace, and up. */
int veth_add(const char *host_name, const char *namespace_path, const char *inner_name);
int veth_configure(const struct veth *veth);
/* A port of the bridge, and up. */
int bridge_port_add(const char *name, const char *bridge);
/* Nothing passes any more, and the bridge forgets who was there. 0 also when there is none of that name. */
int bridge_port_close(const char *name);

/* ---- task.c: threads */

/* Runs in a thread with a small stack and all signals blocked; false when none can be made. */
bool task_start(void *(*run)(void *argument), void *argument);
/* The calling thread is no longer as the others are: it does no task after this one. */
void task_spoil_thread(void);

/* ---- boot.c */

/* Mounts, modules, the system disk as root, the static network. */
void boot_early(void);
/* Opens the console port of the channel, waiting until it is there. */
int boot_open_channel(void);

void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
