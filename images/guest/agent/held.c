/* A process that was started before the machine's snapshot was taken, and stopped itself: whoever opens the first terminal after a restore takes
 * it, with the terminal that it has. A shell's start is most of what a first prompt takes. */

#include <signal.h>
#include <unistd.h>

#include "process.h"

static struct process *held;
static int held_master; /* while one is held */

void process_hold(struct process *process, int master)
{
    held = process;
    held_master = master;
}

void process_forget_held(struct process *process)
{
    if (process != held)
        return;
    held = NULL;
    close(held_master);
}

bool process_take_held(struct stream *stream, const struct winsize *size)
{
    if (!held)
        return false;
    struct process *process = held;
    held = NULL;
    process->stream = stream;
    stream->process = process;
    ioctl(held_master, TIOCSWINSZ, size);
    terminal_attach(stream, held_master);
    kill(process->pid, SIGCONT);
    process_answer_pid(process);
    return true;
}
