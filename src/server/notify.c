#include "server/notify.h"

#include <inttypes.h>
#include <systemd/sd-daemon.h>

#include "base/clock.h"

void
notify_ready(const char *status)
{
	sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void
notify_reloading(void)
{
	/* the time is for Type=notify-reload (systemd 253) */
	sd_notifyf(0,
	    "RELOADING=1\nMONOTONIC_USEC=%" PRId64
	    "\nSTATUS=reading the configuration",
	    clock_us());
}

void
notify_stopping(void)
{
	sd_notify(0, "STOPPING=1\nSTATUS=answering what is at hand");
}

int64_t
notify_interval_ms(void)
{
	static int64_t interval_ms = -1; /* not asked yet */
	uint64_t limit_us = 0;

	if (interval_ms < 0)
		interval_ms = sd_watchdog_enabled(0, &limit_us) > 0
				  ? (int64_t)(limit_us / 2000)
				  : 0;
	return interval_ms;
}

void
notify_alive(void)
{
	static int64_t last_ms;
	int64_t now_ms = clock_ms();

	if (notify_interval_ms() == 0 ||
	    now_ms - last_ms < notify_interval_ms() / 2)
		return;
	last_ms = now_ms;
	sd_notify(0, "WATCHDOG=1");
}
