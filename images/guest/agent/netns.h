/* Work in a container's network namespace, which `path` names. Results below zero are errnos. */
#pragma once

/* A close-on-exec socket of that namespace; the calling thread stays where it is. */
int netns_socket(const char *path, int family, int type);
/* Makes `gateway` the only default route; "": none is left. */
int netns_default_route(const char *path, const char *gateway);
