/* Threads for what may wait for a disk or a peer, so that terminals never do. Making and ending one costs more than most tasks, so a few
 * that are done wait for the next. */

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "agent.h"

#define STACK_BYTES (256 * 1024)
#define MAX_IDLE 2

struct task {
    void *(*run)(void *argument);
    void *argument;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t handed_over = PTHREAD_COND_INITIALIZER;
/* Handed over, not yet taken. */
static struct task waiting[MAX_IDLE];
static int waiting_count, idle_count;
static _Thread_local bool is_spoiled;

static bool take_next(struct task *task)
{
    pthread_mutex_lock(&lock);
    bool stays = !is_spoiled && idle_count < MAX_IDLE;
    if (stays) {
        idle_count++;
        while (waiting_count == 0)
            pthread_cond_wait(&handed_over, &lock);
        *task = waiting[--waiting_count];
        idle_count--;
    }
    pthread_mutex_unlock(&lock);
    return stays;
}

static void *serve(void *argument)
{
    struct task task = *(struct task *)argument;
    free(argument);
    do
        task.run(task.argument);
    while (take_next(&task));
    return NULL;
}

static bool hand_over(struct task task)
{
    pthread_mutex_lock(&lock);
    bool is_free = idle_count > waiting_count;
    if (is_free) {
        waiting[waiting_count++] = task;
        pthread_cond_signal(&handed_over);
    }
    pthread_mutex_unlock(&lock);
    return is_free;
}

static bool start_thread(struct task task)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    struct task *argument = malloc(sizeof *argument);
    if (!argument)
        return false;
    *argument = task;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&thread, &attributes, serve, argument) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (!started)
        free(argument);
    return started;
}

bool task_start(void *(*run)(void *argument), void *argument)
{
    struct task task = {run, argument};
    return hand_over(task) || start_thread(task);
}

void task_spoil_thread(void)
{
    is_spoiled = true;
}
