/* Network namespaces, which `path` names. Results below zero are errnos. */
#pragma once

/* A new one, loopback up, kept by a bind mount there. */
int netns_add(const char *path);
int netns_remove(const char *path);
/* A close-on-exec socket of that namespace; the calling thread stays where it is. */
int netns_socket(const char *path, int family, int type);
/* Makes `gateway` the only default route; "": none is left. */
int netns_default_route(const char *path, const char *gateway);
