/*
 * crew: the workers of a server as its master keeps them: as many as are
 * wanted, each of the newest configuration, none stuck. The master calls
 * crew_reap(), crew_watch() and crew_balance() time and again; each of them
 * looks at how things are and does what brings them nearer to how they should
 * be, so that nothing depends on one signal having been seen.
 */
#ifndef SERVER_CREW_H
#define SERVER_CREW_H

#include "server/worker.h"

/* How many workers there are of each kind. */
struct census {
	size_t wanted;
	size_t fresh; /* of the newest configuration, not to be replaced */
	size_t ready; /* those of them that take requests */
	size_t stale; /* to be replaced, still taking requests */
	size_t ending;
};

/* crew_renew(program, conf, listen_fd): from now on workers are to be such,
 * and those that are there are stale. conf is borrowed until the next call. */
void crew_renew(
    const struct program *program, const struct conf *conf, int listen_fd);

struct census crew_count(void);

/* crew_reap(): take note of the dead. */
void crew_reap(void);

/* crew_watch(): end workers that are stuck, or do not end when told to; have
 * connections cut whose peers are too slow. */
void crew_watch(void);

/* crew_balance(): replace the dead and the stale. One more worker than wanted
 * may be there for a while: a replacement is ready before the old one ends. */
void crew_balance(void);

/*
 * crew_end(by_socket): all are to end, and nobody is replaced any more.
 * by_socket: accept() tells them, when nobody waits for them there any more;
 * they get a signal only if that takes too long. Else by signal at once.
 */
void crew_end(bool by_socket);

#endif
