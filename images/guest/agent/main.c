/* The agent: PID 1 of the guest. */

#include "agent.h"

int main(void)
{
    boot_early();
    loop_init();
    process_init();
    caller_init();
    link_init(boot_open_channel());
    log_line("ready");
    loop_run();
}
