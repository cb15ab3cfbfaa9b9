/* A child of the agent: what its start (spawn.c), its terminal (terminal.c) and its end (process.c) share. */
#pragma once

#include <sys/ioctl.h>

#include "agent.h"

struct process {
    struct stream *stream; /* NULL: the worker has closed it */
    pid_t pid;
    bool starting; /* pid is the runtime's that will detach */
    char *pid_file, *console_path;
    struct watch console_listener;
    int errors_fd; /* what the runtime printed */
    struct process *next;
};

/* In the list of those that are waited for; NULL: out of memory. */
struct process *process_add(struct stream *stream);
void process_free(struct process *process);
/* The answer to SPAWN. */
void process_answer_pid(struct process *process);

/* ---- held.c */

/* One at a time; the master is its terminal's. */
void process_hold(struct process *process, int master);
/* It has ended. */
void process_forget_held(struct process *process);
/* Answers SPAWN with the process that is held, on a terminal of this size; false: there is none. */
bool process_take_held(struct stream *stream, const struct winsize *size);

/* ---- terminal.c */

struct terminal {
    int master, slave;
};

/* 0 or -errno. */
int terminal_open(struct terminal *terminal, const struct winsize *size);
/* The stream's input and output are the terminal's; the master is the stream's. */
void terminal_attach(struct stream *stream, int master);
/* Waits at `console_path` for the terminal that a runtime makes inside a container. 0 or -errno. */
int terminal_await(struct process *process);
