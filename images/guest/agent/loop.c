/* The event loop: file descriptors through epoll, and results that threads post through an eventfd. */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent.h"

struct posted {
    void (*run)(void *argument);
    void *argument;
    struct posted *next;
};

static int epoll_fd;
static struct watch posted_watch;
static pthread_mutex_t posted_lock = PTHREAD_MUTEX_INITIALIZER;
static struct posted *posted_first, *posted_last;

/* Events of one epoll_wait() whose watch was closed by an earlier one must not be delivered. */
static struct epoll_event ready_events[32];
static int ready_count, ready_next;

static void run_posted(struct watch *watch, uint32_t events)
{
    (void)events;
    uint64_t count;
    if (read(watch->fd, &count, sizeof count) < 0 && errno != EAGAIN)
        log_line("eventfd: %m");
    pthread_mutex_lock(&posted_lock);
    struct posted *next = posted_first;
    posted_first = posted_last = NULL;
    pthread_mutex_unlock(&posted_lock);
    while (next) {
        struct posted *item = next;
        next = item->next;
        item->run(item->argument);
        free(item);
    }
}

void loop_init(void)
{
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    posted_watch = (struct watch){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .ready = run_posted};
    watch_set(&posted_watch, EPOLLIN);
}

void loop_post(void (*run)(void *argument), void *argument)
{
    struct posted *item = malloc(sizeof *item);
    while (!item) { /* a result must not get lost */
        usleep(10000);
        item = malloc(sizeof *item);
    }
    *item = (struct posted){run, argument, NULL};
    pthread_mutex_lock(&posted_lock);
    if (posted_last)
        posted_last->next = item;
    else
        posted_first = item;
    posted_last = item;
    pthread_mutex_unlock(&posted_lock);
    uint64_t one = 1;
    if (write(posted_watch.fd, &one, sizeof one) < 0)
        log_line("eventfd: %m");
}

void watch_set(struct watch *watch, uint32_t events)
{
    if (watch->in_epoll && watch->events == events)
        return;
    struct epoll_event event = {.events = events, .data.ptr = watch};
    int operation = !events ? EPOLL_CTL_DEL : watch->in_epoll ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (!events && !watch->in_epoll)
        return;
    if (epoll_ctl(epoll_fd, operation, watch->fd, &event) < 0)
        log_line("epoll_ctl(%d, fd %d): %m", operation, watch->fd);
    watch->in_epoll = events != 0;
    watch->events = events;
}

void watch_close(struct watch *watch)
{
    if (watch->fd < 0)
        return;
    watch_set(watch, 0);
    for (int i = ready_next; i < ready_count; i++)
        if (ready_events[i].data.ptr == watch)
            ready_events[i].data.ptr = NULL;
    close(watch->fd);
    watch->fd = -1;
}

void loop_run(void)
{
    for (;;) {
        link_flush();
        ready_count = epoll_wait(epoll_fd, ready_events, 32, -1);
        for (ready_next = 0; ready_next < ready_count;) {
            struct epoll_event *event = &ready_events[ready_next++];
            struct watch *watch = event->data.ptr;
            if (watch)
                watch->ready(watch, event->events);
        }
    }
}
