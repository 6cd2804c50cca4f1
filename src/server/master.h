/*
 * master: keeps the wished number of workers alive, and ends them in good
 * order. It knows nothing of what they serve, touches no connection and
 * allocates only at start and reload.
 *
 *   SIGTERM, SIGINT  end: no new connections, requests at hand are answered
 *   SIGHUP           read the configuration anew; replace workers one by one
 *   SIGCHLD, SIGUSR1 a worker died, is ready, or has served enough
 */
#ifndef SERVER_MASTER_H
#define SERVER_MASTER_H

#include "server/worker.h"

/*
 * master_run(program, version, conf_path): be the server until a signal ends
 * it; the exit status. conf_path: see conf_load(). What goes wrong is logged.
 */
int master_run(
    const struct program *program, const char *version, const char *conf_path);

#endif
