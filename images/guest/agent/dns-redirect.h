#pragma once

/* From now on who asks port 53 of 127.0.0.11 reaches another, and sees answers come from 53. 0 or -errno. */
int dns_redirect(void);

/* Where a container's name server is to listen at that address: 53 when there is no redirection. */
int dns_server_port(void);
