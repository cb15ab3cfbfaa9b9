#pragma once

/* Where a container's name server listens instead of port 53: above the ports that the kernel gives out. */
#define DNS_REDIRECTED_PORT 65053

/* From now on who asks port 53 of 127.0.0.11 reaches that one, and sees answers come from 53. 0 or -errno. */
int dns_redirect(void);
