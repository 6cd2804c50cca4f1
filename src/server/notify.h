/* notify: what systemd is told (sd_notify(3)); nothing where it did not start
 * us. */
#ifndef SERVER_NOTIFY_H
#define SERVER_NOTIFY_H

#include <stdint.h>

/* notify_ready(status): up, or done with reloading; status: for people.
 * notify_reloading() must be followed by it. notify_stopping(): on our way
 * out. */
void notify_ready(const char *status);
void notify_reloading(void);
void notify_stopping(void);

/* notify_alive(): feed the watchdog if there is one; to be called every
 * notify_interval_ms(), 0 if there is none. */
void notify_alive(void);
int64_t notify_interval_ms(void);

#endif
